/**
 * The embedding worker, as the page asks it. Knows its calls; nothing of vectors.
 */
import type { LoadProgress } from '../protocol/engine.ts';
import type {
  EmbedderLoadRequest,
  EmbeddingApi,
  Embeddings,
  EmbedProgress,
  LoadedEmbedder,
} from '../protocol/embedding.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import { wasmField, workerUrl } from './asset-urls.ts';
import { WorkerThread, callWatched } from './worker-thread.ts';
import type { Watch } from './worker-thread.ts';

function startWorker(): Worker {
  const url = workerUrl('embedding');
  if (url !== undefined) return new Worker(url, { type: 'module' });
  return new Worker(new URL('../../workers/embedding.worker.ts', import.meta.url), { type: 'module' });
}

function workerGone(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The worker that embeds sentences is gone.',
    reason,
    remedy: 'Load the sentence encoder again; it comes from the local copy.',
  });
}

export class EmbeddingClient {
  readonly #thread = new WorkerThread<EmbeddingApi>({
    start: startWorker,
    gone: workerGone,
  });

  /** See `EmbeddingApi.load`; rejects with Fault `worker-died` too. */
  async load(request: EmbedderLoadRequest, watch: Watch<LoadProgress> = {}): Promise<LoadedEmbedder> {
    return await callWatched(this.#thread, watch, (remote, id, onProgress) =>
      remote.load(id, { ...wasmField(), ...request }, onProgress),
    );
  }

  /** See `EmbeddingApi.embed`; rejects with Fault `worker-died` too. */
  async embed(texts: readonly string[], watch: Watch<EmbedProgress> = {}): Promise<Embeddings> {
    return await callWatched(this.#thread, watch, (remote, id, onProgress) =>
      remote.embed(id, texts, onProgress),
    );
  }

  /** Frees the model; what is under way is stopped. */
  async unload(): Promise<void> {
    await this.#thread.call((remote) => remote.unload());
  }

  /** Ends the worker. The next call starts another, without a model. */
  dispose(): void {
    this.#thread.dispose();
  }
}
