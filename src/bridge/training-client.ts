/**
 * The training worker, as the page asks it. The worker ends with each training, so that its memory is the browser's again.
 * Knows its calls; nothing of steps.
 */
import { proxy } from 'comlink';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type {
  TrainedAdapter,
  TrainingApi,
  TrainingEvent,
  TrainingRequest,
  TrialJudge,
} from '../protocol/training.ts';
import { wasmField, workerUrl } from './asset-urls.ts';
import { WorkerThread, callWatched } from './worker-thread.ts';
import type { Watch } from './worker-thread.ts';

function startWorker(): Worker {
  const url = workerUrl('training');
  if (url !== undefined) return new Worker(url, { type: 'module' });
  return new Worker(new URL('../../workers/training.worker.ts', import.meta.url), { type: 'module' });
}

function workerGone(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The worker that trains is gone.',
    reason,
    remedy: 'Go on: it begins at the last checkpoint. Train fewer layers where memory is short.',
  });
}

export class TrainingClient {
  readonly #thread = new WorkerThread<TrainingApi>({ start: startWorker, gone: workerGone });

  /** See `TrainingApi.train`; rejects with what `judge` rejects with, and with Fault `worker-died` too. */
  async train(
    request: TrainingRequest,
    { judge, ...watch }: Watch<TrainingEvent> & { readonly judge?: TrialJudge } = {},
  ): Promise<TrainedAdapter> {
    try {
      return await callWatched(this.#thread, watch, (remote, id, onEvent) =>
        remote.train(
          id,
          { ...wasmField(), ...request },
          onEvent,
          ...(judge === undefined ? [] : [proxy(judge)]),
        ),
      );
    } finally {
      this.#thread.dispose();
    }
  }

  /** Drops what this browser keeps of trainings. Not while one goes on. */
  async forget(): Promise<void> {
    try {
      await this.#thread.call((remote) => remote.forget());
    } finally {
      this.#thread.dispose();
    }
  }
}
