/**
 * The files worker, as the page asks it. Knows its calls; nothing of files.
 */
import type { RankedChoice } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type {
  AdapterContext,
  AdapterSource,
  ImportProgress,
  ModelFilesApi,
  StoredModels,
} from '../protocol/model-files.ts';
import type { AdapterEntry, AdapterFormat, CatalogueEntry } from '../protocol/model.ts';
import { workerUrl } from './asset-urls.ts';
import { WorkerThread, callWatched } from './worker-thread.ts';
import type { Watch } from './worker-thread.ts';

export interface AdapterImport extends Watch<ImportProgress>, AdapterContext {
  /** One GGUF file, or PEFT's two. */
  readonly files: readonly File[];
}

export interface ImportRequest extends Watch<ImportProgress> {
  readonly file: File;
  /** Models whose hashes are known. */
  readonly catalogue: readonly CatalogueEntry[];
}

/** How long a worker that was ended may seem to hold its files, and how often to look. Milliseconds. */
const longestHold = 5000;
const betweenLooks = 200;

function startWorker(): Worker {
  const url = workerUrl('files');
  if (url !== undefined) return new Worker(url, { type: 'module' });
  return new Worker(new URL('../../workers/files.worker.ts', import.meta.url), { type: 'module' });
}

function workerGone(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The worker that keeps the model files is gone.',
    reason,
    remedy: 'Try again; reload the page if it stays.',
  });
}

export class ModelFilesClient {
  readonly #thread = new WorkerThread<ModelFilesApi>({
    start: startWorker,
    gone: workerGone,
  });

  /** What is kept in this browser. Rejects with a Fault: unsupported, worker-died. */
  async list(): Promise<StoredModels> {
    return await this.#thread.call((remote) => remote.list());
  }

  /** See `ModelFilesApi.importFile`. */
  async importFile({ file, catalogue, ...watch }: ImportRequest): Promise<CatalogueEntry> {
    return await callWatched(this.#thread, watch, (remote, id, onProgress) =>
      remote.importFile(id, file, catalogue, onProgress),
    );
  }

  /** See `ModelFilesApi.recognise`. */
  async recognise(files: readonly File[]): Promise<'model' | 'adapter'> {
    return await this.#thread.call((remote) => remote.recognise(files));
  }

  /** See `ModelFilesApi.importAdapter`. */
  async importAdapter({ files, base, models, adapters, ...watch }: AdapterImport): Promise<AdapterEntry> {
    return await callWatched(this.#thread, watch, (remote, id, onProgress) =>
      remote.importAdapter(id, files, { base, models, adapters }, onProgress),
    );
  }

  /** See `ModelFilesApi.fetchAdapter`. */
  async fetchAdapter({ adapter, filesUrl, ...watch }: AdapterSource & Watch<ImportProgress>): Promise<void> {
    await callWatched(this.#thread, watch, (remote, id, onProgress) =>
      remote.fetchAdapter(id, { adapter, filesUrl }, onProgress),
    );
  }

  /** See `ModelFilesApi.exportAdapter`. */
  async exportAdapter(
    source: AdapterSource,
    base: CatalogueEntry,
    format: AdapterFormat,
  ): Promise<readonly File[]> {
    return await this.#thread.call((remote) => remote.exportAdapter(source, base, format));
  }

  /** Every way to run these models on this device, best first. */
  async rank(models: readonly CatalogueEntry[]): Promise<readonly RankedChoice[]> {
    return await this.#thread.call((remote) => remote.rank(models));
  }

  /** Deletes a kept file, where no engine has it open. */
  async remove(name: string): Promise<'removed' | 'in-use'> {
    return await this.#thread.call((remote) => remote.remove(name));
  }

  /** The same for a file whose engine was just ended, which is let go of a moment later. False: somebody else has it open. */
  async removeOnceFree(name: string): Promise<boolean> {
    for (const until = performance.now() + longestHold; ;) {
      if ((await this.remove(name)) === 'removed') return true;
      if (performance.now() > until) return false;
      await new Promise((resolve) => setTimeout(resolve, betweenLooks));
    }
  }

  /** Ends the worker. The next call starts another. */
  dispose(): void {
    this.#thread.dispose();
  }
}
