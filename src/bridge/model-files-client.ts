/**
 * The files worker, as promises that always settle. Started when it is first asked, not before. Knows comlink and how
 * a worker can die; nothing of files.
 */
import { proxy, wrap } from 'comlink';
import type { Remote } from 'comlink';
import type { RankedChoice } from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import type {
  AdapterContext,
  AdapterSource,
  ImportProgress,
  ModelFilesApi,
  StoredModels,
} from '../protocol/model-files.ts';
import type { AdapterEntry, AdapterFormat, CatalogueEntry } from '../protocol/model.ts';
import { registerWire } from '../protocol/wire.ts';

/** What the user sees of a copy or a fetch, and how it is stopped. */
interface Watch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface AdapterImport extends Watch, AdapterContext {
  /** One GGUF file, or PEFT's two. */
  readonly files: readonly File[];
}

export interface ImportRequest extends Watch {
  readonly file: File;
  /** Models whose hashes are known. */
  readonly catalogue: readonly CatalogueEntry[];
}

interface Thread {
  readonly remote: Remote<ModelFilesApi>;
  /** Rejects once, when the worker dies; never resolves. */
  readonly died: Promise<never>;
  readonly end: (reason: string) => void;
}

function workerGone(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The worker that keeps the model files is gone.',
    reason,
    remedy: 'Try again; reload the page if it stays.',
  });
}

function startThread(): Thread {
  registerWire();
  const worker = new Worker(new URL('../../workers/files.worker.ts', import.meta.url), { type: 'module' });
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
  return { remote: wrap<ModelFilesApi>(worker), died, end };
}

export class ModelFilesClient {
  #thread: Thread | undefined;

  /** What is kept in this browser. Rejects with a Fault: unsupported, worker-died. */
  async list(): Promise<StoredModels> {
    return await this.#call((remote) => remote.list());
  }

  /** See `ModelFilesApi.importFile`. */
  async importFile({ file, catalogue, ...watch }: ImportRequest): Promise<CatalogueEntry> {
    return await this.#watched(watch, (remote, id, onProgress) =>
      remote.importFile(id, file, catalogue, onProgress),
    );
  }

  /** See `ModelFilesApi.recognise`. */
  async recognise(files: readonly File[]): Promise<'model' | 'adapter'> {
    return await this.#call((remote) => remote.recognise(files));
  }

  /** See `ModelFilesApi.importAdapter`. */
  async importAdapter({ files, base, models, adapters, ...watch }: AdapterImport): Promise<AdapterEntry> {
    return await this.#watched(watch, (remote, id, onProgress) =>
      remote.importAdapter(id, files, { base, models, adapters }, onProgress),
    );
  }

  /** See `ModelFilesApi.fetchAdapter`. */
  async fetchAdapter({ adapter, filesUrl, ...watch }: AdapterSource & Watch): Promise<void> {
    await this.#watched(watch, (remote, id, onProgress) =>
      remote.fetchAdapter(id, { adapter, filesUrl }, onProgress),
    );
  }

  /** See `ModelFilesApi.exportAdapter`. */
  async exportAdapter(
    source: AdapterSource,
    base: CatalogueEntry,
    format: AdapterFormat,
  ): Promise<readonly File[]> {
    return await this.#call((remote) => remote.exportAdapter(source, base, format));
  }

  /** Every way to run these models on this device, best first. */
  async rank(models: readonly CatalogueEntry[]): Promise<readonly RankedChoice[]> {
    return await this.#call((remote) => remote.rank(models));
  }

  /** Deletes a kept file, where no engine has it open. */
  async remove(name: string): Promise<'removed' | 'in-use'> {
    return await this.#call((remote) => remote.remove(name));
  }

  /** Ends the worker. The next call starts another. */
  dispose(): void {
    this.#thread?.end('It was disposed of.');
    this.#thread = undefined;
  }

  /** A call that reports its progress and can be stopped. */
  async #watched<Result>(
    { signal, onProgress = () => undefined }: Watch,
    start: (
      remote: Remote<ModelFilesApi>,
      id: Id,
      onProgress: (progress: ImportProgress) => void,
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

  async #call<Result>(start: (remote: Remote<ModelFilesApi>) => Promise<Result>): Promise<Result> {
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
