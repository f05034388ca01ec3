/**
 * The embedding worker, as promises that always settle. Started when it is first asked, not before. Knows comlink and how
 * a worker can die; nothing of vectors.
 */
import { proxy, wrap } from 'comlink';
import type { Remote } from 'comlink';
import type { LoadProgress } from '../protocol/engine.ts';
import type {
  EmbedderLoadRequest,
  EmbeddingApi,
  Embeddings,
  EmbedProgress,
  LoadedEmbedder,
} from '../protocol/embedding.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import { registerWire } from '../protocol/wire.ts';

interface Thread {
  readonly remote: Remote<EmbeddingApi>;
  /** Rejects once, when the worker dies; never resolves. */
  readonly died: Promise<never>;
  readonly end: (reason: string) => void;
}

interface Watch<Progress> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

function workerGone(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The worker that embeds sentences is gone.',
    reason,
    remedy: 'Load the sentence encoder again; it comes from the local copy.',
  });
}

function startThread(): Thread {
  registerWire();
  const worker = new Worker(new URL('../../workers/embedding.worker.ts', import.meta.url), {
    type: 'module',
  });
  const ended = new AbortController();
  const died = new Promise<never>((_resolve, reject) => {
    ended.signal.addEventListener('abort', () => reject(ended.signal.reason as Fault), { once: true });
  });
  died.catch(() => undefined);
  const end = (reason: string): void => {
    worker.terminate();
    ended.abort(workerGone(reason));
  };
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    end(event.message || 'Its script could not be loaded.');
  });
  return { remote: wrap<EmbeddingApi>(worker), died, end };
}

export class EmbeddingClient {
  #thread: Thread | undefined;

  /** See `EmbeddingApi.load`; rejects with Fault `worker-died` too. */
  async load(request: EmbedderLoadRequest, watch: Watch<LoadProgress> = {}): Promise<LoadedEmbedder> {
    return await this.#watched(watch, (remote, id, onProgress) => remote.load(id, request, onProgress));
  }

  /** See `EmbeddingApi.embed`; rejects with Fault `worker-died` too. */
  async embed(texts: readonly string[], watch: Watch<EmbedProgress> = {}): Promise<Embeddings> {
    return await this.#watched(watch, (remote, id, onProgress) => remote.embed(id, texts, onProgress));
  }

  /** Frees the model; what is under way is stopped. */
  async unload(): Promise<void> {
    await this.#call((remote) => remote.unload());
  }

  /** Ends the worker. The next call starts another, without a model. */
  dispose(): void {
    this.#thread?.end('It was disposed of.');
    this.#thread = undefined;
  }

  async #watched<Progress, Result>(
    { signal, onProgress = () => undefined }: Watch<Progress>,
    start: (
      remote: Remote<EmbeddingApi>,
      id: Id,
      onProgress: (progress: Progress) => void,
    ) => Promise<Result>,
  ): Promise<Result> {
    const id = newId();
    return await this.#call(async (remote) => {
      signal?.throwIfAborted();
      const cancel = (): void => void remote.cancel(id).catch(() => undefined);
      const running = start(remote, id, proxy(onProgress));
      signal?.addEventListener('abort', cancel, { once: true });
      return await running.finally(() => signal?.removeEventListener('abort', cancel));
    });
  }

  async #call<Result>(start: (remote: Remote<EmbeddingApi>) => Promise<Result>): Promise<Result> {
    const thread = (this.#thread ??= startThread());
    try {
      return await Promise.race([thread.died, start(thread.remote)]);
    } catch (error) {
      const fault = toFault(error);
      if (fault.code === faultCodes.workerDied && this.#thread === thread) this.#thread = undefined;
      throw fault;
    }
  }
}
