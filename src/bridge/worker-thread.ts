/**
 * A worker that serves one interface, as promises that always settle. Started when it is first asked, and again where it
 * died. Knows comlink and how a worker can die; nothing of what is asked.
 */
import { proxy, wrap } from 'comlink';
import type { Remote } from 'comlink';
import { faultCodes, toFault } from '../protocol/fault.ts';
import type { Fault } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import { registerWire } from '../protocol/wire.ts';

/** How a call is followed, and stopped. */
export interface Watch<Progress> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface WorkerThreadOptions {
  readonly start: () => Worker;
  /** The fault of a call whose worker is gone; its code is `worker-died`. */
  readonly gone: (reason: string) => Fault;
}

interface Running<Api> {
  readonly remote: Remote<Api>;
  /** Rejects once, when the worker dies; never resolves. */
  readonly died: Promise<never>;
  readonly end: (reason: string) => void;
}

export class WorkerThread<Api> {
  readonly #options: WorkerThreadOptions;
  #running: Running<Api> | undefined;

  constructor(options: WorkerThreadOptions) {
    this.#options = options;
  }

  /** Whether the worker of the last call lives. A new one knows nothing of what the old one was told. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Asks the worker. Rejects with what it throws, and with the fault of `gone` where it dies before it answers. */
  async call<Result>(ask: (remote: Remote<Api>) => Promise<Result>): Promise<Result> {
    const running = (this.#running ??= this.#start());
    try {
      return await Promise.race([running.died, ask(running.remote)]);
    } catch (error) {
      const fault = toFault(error);
      if (fault.code === faultCodes.workerDied && this.#running === running) this.#running = undefined;
      throw fault;
    }
  }

  /** Ends the worker. The next call starts another. */
  dispose(): void {
    this.#running?.end('It was disposed of.');
    this.#running = undefined;
  }

  #start(): Running<Api> {
    registerWire();
    const worker = this.#options.start();
    const ended = new AbortController();
    const died = new Promise<never>((_resolve, reject) => {
      ended.signal.addEventListener('abort', () => reject(ended.signal.reason as Fault), { once: true });
    });
    died.catch(() => undefined);
    const end = (reason: string): void => {
      worker.terminate();
      ended.abort(this.#options.gone(reason));
    };
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      end(event.message || 'Its script could not be loaded.');
    });
    return { remote: wrap<Api>(worker), died, end };
  }
}

/** A call of an interface whose calls have ids: it reports its progress, and the signal cancels it. */
export async function callWatched<Api extends { cancel(id: Id): Promise<void> }, Progress, Result>(
  thread: WorkerThread<Api>,
  { signal, onProgress = () => undefined }: Watch<Progress>,
  start: (remote: Remote<Api>, id: Id, onProgress: (progress: Progress) => void) => Promise<Result>,
): Promise<Result> {
  const id = newId();
  return await thread.call(async (remote) => {
    signal?.throwIfAborted();
    const cancel = (): void => void remote.cancel(id).catch(() => undefined);
    const running = start(remote, id, proxy(onProgress));
    signal?.addEventListener('abort', cancel, { once: true });
    return await running.finally(() => signal?.removeEventListener('abort', cancel));
  });
}
