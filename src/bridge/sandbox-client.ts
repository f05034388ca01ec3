/**
 * The thread that runs code of tools, as the page asks it: one job after the other. A job that does not heed its time is
 * ended with its thread. Knows threads and time; nothing of interpreters.
 */
import { abortedFault, Fault, faultCodes, toFault } from '../protocol/fault.ts';
import type { SandboxApi, SandboxJob, SandboxResult } from '../protocol/sandbox.ts';
import { workerUrl } from './asset-urls.ts';
import { WorkerThread } from './worker-thread.ts';

/** Milliseconds beyond its time after which a job's thread is ended. */
const graceMs = 500;

function startWorker(): Worker {
  const url = workerUrl('sandbox');
  if (url !== undefined) return new Worker(url, { type: 'module' });
  return new Worker(new URL('../../workers/sandbox.worker.ts', import.meta.url), { type: 'module' });
}

function workerGone(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The worker that runs code of tools is gone.',
    reason,
    remedy: 'Try again; reload the page if it stays.',
  });
}

export class SandboxClient {
  readonly #thread = new WorkerThread<SandboxApi>({ start: startWorker, gone: workerGone });
  /** Settles when the thread is free. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs a job, after those before it. Rejects with Fault `aborted` when the signal does, `worker-died` or `unsupported` where
   * there is no thread or no interpreter.
   */
  async run(job: SandboxJob, signal: AbortSignal): Promise<SandboxResult> {
    const before = this.#last;
    const running = before.then(async () => await this.#run(job, signal));
    this.#last = running.catch(() => undefined);
    return await running;
  }

  /** Ends the thread, and the job that it runs. The next job begins another. */
  dispose(): void {
    this.#thread.dispose();
  }

  async #run(job: SandboxJob, signal: AbortSignal): Promise<SandboxResult> {
    if (signal.aborted) throw abortedFault();
    const stop = (): void => this.#thread.dispose();
    signal.addEventListener('abort', stop, { once: true });
    let isLate = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.#thread.call((remote) => remote.prepare());
      timer = setTimeout(() => {
        isLate = true;
        this.#thread.dispose();
      }, job.limits.timeMs + graceMs);
      return await this.#thread.call<SandboxResult>(async (remote) => await remote.run(job));
    } catch (error) {
      if (signal.aborted) throw abortedFault();
      if (isLate) return { type: 'failed', failure: 'time', message: 'Its time was up.' };
      throw toFault(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }
}
