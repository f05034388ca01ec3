/**
 * A worker of another tab, as if it were one of this: messages go over a port, and the end of that tab is an `error`
 * event, as the end of a worker is. Knows locks and ports; nothing of engines.
 */
import { waitForRelease } from './held-lock.ts';

export interface PortWorkerOptions {
  readonly port: MessagePort;
  /** Web Lock that the other tab holds while it serves the port. */
  readonly ownerLock: string;
  /** Called once, when this end is done with: lets go of what tells the other tab that we live. */
  readonly onEnd: () => void;
}

export class PortWorker extends EventTarget {
  readonly #port: MessagePort;
  readonly #onEnd: () => void;
  readonly #ended = new AbortController();

  constructor({ port, ownerLock, onEnd }: PortWorkerOptions) {
    super();
    this.#port = port;
    this.#onEnd = onEnd;
    port.addEventListener('message', ({ data, ports }) => {
      this.dispatchEvent(new MessageEvent('message', { data: data as unknown, ports: [...ports] }));
    });
    port.addEventListener('messageerror', () => this.dispatchEvent(new MessageEvent('messageerror')));
    port.start();
    void this.#watch(ownerLock);
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  /** Ends the connection; the other tab's worker lives on. Idempotent. */
  terminate(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    this.#port.close();
    this.#onEnd();
  }

  async #watch(ownerLock: string): Promise<void> {
    try {
      await waitForRelease(ownerLock, this.#ended.signal);
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      throw error;
    }
    this.dispatchEvent(
      new ErrorEvent('error', { message: 'The tab that held the model is gone.', cancelable: true }),
    );
  }
}
