/**
 * The thread that masks, as the page asks it. A thread that died is begun anew with the same key: it makes the same of
 * the same, and forgets only who was met. Knows nothing of how personal data is found.
 */
import type { Remote } from 'comlink';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { Masking, MaskingApi } from '../protocol/masking.ts';
import type { ShadowTrial } from '../protocol/promotion.ts';
import type { Feedback, StoredEvent } from '../protocol/record.ts';
import { workerUrl } from './asset-urls.ts';
import { WorkerThread } from './worker-thread.ts';

/** Starts the thread that works on the log. */
export function startFlywheelWorker(): Worker {
  const url = workerUrl('masking');
  if (url !== undefined) return new Worker(url, { type: 'module' });
  return new Worker(new URL('../../workers/flywheel.worker.ts', import.meta.url), { type: 'module' });
}

function workerGone(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The worker that masks personal data is gone.',
    reason,
    remedy: 'Try again; reload the page if it stays.',
  });
}

export class MaskingClient {
  readonly #key: () => Uint8Array;
  readonly #thread = new WorkerThread<MaskingApi>({
    start: startFlywheelWorker,
    gone: workerGone,
  });
  #opening: Promise<void> | undefined;

  /** `key`: 16 bytes or more, asked for when the thread is begun. */
  constructor({ key }: { readonly key: () => Uint8Array }) {
    this.#key = key;
  }

  /** See `MaskingApi.maskEvent`. Rejects with Fault `worker-died`, and with what `key` throws. */
  async maskEvent(event: StoredEvent): Promise<Masking<StoredEvent>> {
    return this.#call<Masking<StoredEvent>>(async (remote) => await remote.maskEvent(event));
  }

  /** See `MaskingApi.maskFeedback`; rejects as `maskEvent` does. */
  async maskFeedback(feedback: Feedback): Promise<Masking<Feedback>> {
    return this.#call<Masking<Feedback>>(async (remote) => await remote.maskFeedback(feedback));
  }

  /** See `MaskingApi.maskTrial`; rejects as `maskEvent` does. */
  async maskTrial(trial: ShadowTrial): Promise<Masking<ShadowTrial>> {
    return this.#call<Masking<ShadowTrial>>(async (remote) => await remote.maskTrial(trial));
  }

  /** Ends the thread. The next call begins another. */
  dispose(): void {
    this.#thread.dispose();
    this.#opening = undefined;
  }

  async #open(): Promise<void> {
    const key = this.#key();
    await this.#thread.call((remote) => remote.open(key));
  }

  async #call<Result>(ask: (remote: Remote<MaskingApi>) => Promise<Result>): Promise<Result> {
    if (!this.#thread.isRunning) this.#opening = undefined;
    this.#opening ??= this.#open();
    try {
      await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
    return this.#thread.call(ask);
  }
}
