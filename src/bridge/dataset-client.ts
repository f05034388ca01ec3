/**
 * The worker that makes data sets, as promises that always settle. A worker that dies in the middle is replaced, and what it did is
 * gone on with from its last checkpoint. Knows the worker and its interface (protocol/dataset); makes nothing itself.
 */
import { proxy } from 'comlink';
import type { Remote } from 'comlink';
import type {
  DatasetApi,
  DatasetInput,
  DatasetProgress,
  DiscoverRequest,
  PlanSettings,
  PlanView,
  ReadRuns,
  SurveyView,
  TaskMap,
  TaskSample,
  WriteRequest,
  WrittenView,
} from '../protocol/dataset.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import { workerUrl } from './asset-urls.ts';
import { WorkerThread, callWatched } from './worker-thread.ts';
import type { Watch } from './worker-thread.ts';

/** A worker that dies this often in one call dies of what it is asked. */
const mostTries = 4;

function startWorker(): Worker {
  const url = workerUrl('dataset');
  if (url !== undefined) return new Worker(url, { type: 'module' });
  return new Worker(new URL('../../workers/dataset.worker.ts', import.meta.url), { type: 'module' });
}

function workerGone(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The worker that makes data sets is gone.',
    reason,
    remedy: 'Try again: it goes on where it was.',
  });
}

export interface DatasetClientOptions {
  /** Starts the worker; absent: the one that came along. */
  readonly start?: () => Worker;
  /** The episodes of runs of the own log. */
  readonly readRuns: ReadRuns;
}

export class DatasetClient {
  readonly #thread: WorkerThread<DatasetApi>;
  readonly #readRuns: ReadRuns;
  #isDisposed = false;

  constructor({ start = startWorker, readRuns }: DatasetClientOptions) {
    this.#thread = new WorkerThread<DatasetApi>({ start, gone: workerGone });
    this.#readRuns = readRuns;
  }

  /** See `DatasetApi.survey`; rejects with Fault `worker-died` too. */
  async survey(input: DatasetInput, watch: Watch<DatasetProgress> = {}): Promise<SurveyView> {
    return await this.#again(watch, (remote, id, onProgress) =>
      remote.survey(id, input, proxy(this.#readRuns), onProgress),
    );
  }

  /** See `DatasetApi.plan`; rejects with Fault `worker-died` too. */
  async plan(job: string, settings: PlanSettings): Promise<PlanView> {
    return await this.#thread.call((remote) => remote.plan(job, settings));
  }

  /** See `DatasetApi.sample`; rejects with Fault `worker-died` too. */
  async sample(
    input: DatasetInput,
    draw: { readonly size: number; readonly seed: string },
    watch: Watch<DatasetProgress> = {},
  ): Promise<TaskSample> {
    return await this.#again(watch, (remote, id, onProgress) =>
      remote.sample(id, input, draw, proxy(this.#readRuns), onProgress),
    );
  }

  /** See `DatasetApi.discover`; a signal ends the worker, and the next call starts another. */
  async discover(
    request: DiscoverRequest,
    { signal, onProgress = () => undefined }: Watch<DatasetProgress> = {},
  ): Promise<TaskMap> {
    signal?.throwIfAborted();
    const end = (): void => this.#thread.dispose();
    signal?.addEventListener('abort', end, { once: true });
    try {
      return await this.#thread.call((remote) => remote.discover(request, proxy(onProgress)));
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', end);
    }
  }

  /** See `DatasetApi.write`; rejects with Fault `worker-died` too. */
  async write(
    input: DatasetInput,
    request: WriteRequest,
    watch: Watch<DatasetProgress> = {},
  ): Promise<WrittenView> {
    return await this.#again(watch, (remote, id, onProgress) =>
      remote.write(id, input, request, proxy(this.#readRuns), onProgress),
    );
  }

  /** Drops what is kept of all jobs. */
  async forget(): Promise<void> {
    await this.#thread.call((remote) => remote.forget());
  }

  /** Ends the worker; what is under way is rejected. */
  dispose(): void {
    this.#isDisposed = true;
    this.#thread.dispose();
  }

  async #again<Result>(
    watch: Watch<DatasetProgress>,
    ask: (
      remote: Remote<DatasetApi>,
      id: string,
      onProgress: (progress: DatasetProgress) => void,
    ) => Promise<Result>,
  ): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await callWatched(this.#thread, watch, ask);
      } catch (error) {
        const died = error instanceof Fault && error.code === faultCodes.workerDied;
        if (!died || this.#isDisposed || tries === mostTries) throw error;
      }
    }
  }
}
