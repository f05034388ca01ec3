/**
 * The model files of this browser, for the person it belongs to: what is kept, how much room it takes, and away with
 * it. Implements the contract of the files worker; knows nothing of engines but the locks they hold.
 */
import type { RankedChoice } from '../protocol/engine.ts';
import { toFault } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import { parseJson } from '../protocol/json.ts';
import type {
  AdapterContext,
  AdapterSource,
  ImportProgress,
  ModelFilesApi,
  StoredModel,
  StoredModels,
} from '../protocol/model-files.ts';
import type { AdapterEntry, AdapterFormat, CatalogueEntry } from '../protocol/model.ts';
import { importModel } from './import-model.ts';
import { exportAdapter } from './lora/export-adapter.ts';
import { importAdapter } from './lora/import-adapter.ts';
import { pickAdapterFiles } from './lora/pick-adapter-files.ts';
import { changeLock, openModelFolder, useLock } from './model-folder.ts';
import { OpfsModelStore } from './model-store.ts';
import { readFile, removeFile } from './opfs-handles.ts';
import { probeDevice } from './probe-device.ts';
import { rankChoices } from './rank-choices.ts';
import { RunningCalls } from './running-calls.ts';
import { adapterEnding, entryEnding, partEnding, spansEnding } from './stored-name.ts';

/** The note beside an imported file, written by this site as it stands; undefined where it cannot be read. */
async function readNote<Entry>(folder: FileSystemDirectoryHandle, name: string): Promise<Entry | undefined> {
  const file = await readFile(folder, name);
  return file && (parseJson(await file.text()) as Entry | undefined);
}

async function heldLocks(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => name ?? []));
}

/** A name as the catalogue has it; one that nobody encoded stays as it is. */
function readableName(stored: string): string {
  try {
    return decodeURIComponent(stored);
  } catch (error) {
    if (error instanceof URIError) return stored;
    throw error;
  }
}

/** Opens an adapter's file, fetched where it is not kept, for as long as the work takes. */
async function withAdapter<Result>(
  { adapter, filesUrl }: AdapterSource,
  work: (file: Blob) => Promise<Result>,
  {
    signal = new AbortController().signal,
    onProgress = () => undefined,
  }: { readonly signal?: AbortSignal; readonly onProgress?: (progress: ImportProgress) => void } = {},
): Promise<Result> {
  const store = new OpfsModelStore();
  try {
    const file = await store.open({
      file: adapter.file,
      modelsUrl: filesUrl,
      signal,
      onProgress: (progress) => {
        if (progress.type !== 'download-progressed') return;
        onProgress({ copiedBytes: progress.receivedBytes, totalBytes: progress.totalBytes });
      },
    });
    return await work(file);
  } finally {
    store.release();
  }
}

export class ModelFiles implements ModelFilesApi {
  readonly #running = new RunningCalls();

  async list(): Promise<StoredModels> {
    try {
      const folder = await openModelFolder();
      const locks = await heldLocks();
      const models: StoredModel[] = [];
      for await (const [key, handle] of folder.entries()) {
        if ([spansEnding, entryEnding, adapterEnding].some((ending) => key.endsWith(ending))) continue;
        if (!(handle instanceof FileSystemFileHandle)) continue;
        const partial = key.endsWith(partEnding);
        const stored = partial ? key.slice(0, -partEnding.length) : key;
        const imported = await readNote<CatalogueEntry>(folder, stored + entryEnding);
        const adapter = await readNote<AdapterEntry>(folder, stored + adapterEnding);
        const busy = [changeLock(stored), changeLock(key), useLock(stored)].some((name) => locks.has(name));
        models.push({
          name: readableName(stored),
          bytes: (await handle.getFile()).size,
          state: partial ? 'partial' : 'whole',
          inUse: busy,
          ...(imported === undefined ? {} : { imported }),
          ...(adapter === undefined ? {} : { adapter }),
        });
      }
      const { usage, quota } = await navigator.storage.estimate();
      return {
        models: models.toSorted((left, right) => left.name.localeCompare(right.name)),
        ...(usage === undefined ? {} : { usedBytes: usage }),
        ...(quota === undefined ? {} : { quotaBytes: quota }),
        persistent: await navigator.storage.persisted(),
      };
    } catch (error) {
      throw toFault(error);
    }
  }

  async importFile(
    requestId: Id,
    file: File,
    catalogue: readonly CatalogueEntry[],
    onProgress: (progress: ImportProgress) => void,
  ): Promise<CatalogueEntry> {
    return await this.#running.run(requestId, (signal) =>
      importModel({ file, catalogue, signal, onProgress }),
    );
  }

  async recognise(files: readonly File[]): Promise<'model' | 'adapter'> {
    try {
      return (await pickAdapterFiles(files)) === undefined ? 'model' : 'adapter';
    } catch (error) {
      throw toFault(error);
    }
  }

  async importAdapter(
    requestId: Id,
    files: readonly File[],
    context: AdapterContext,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<AdapterEntry> {
    return await this.#running.run(requestId, (signal) =>
      importAdapter({ files, ...context, signal, onProgress }),
    );
  }

  async fetchAdapter(
    requestId: Id,
    source: AdapterSource,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<void> {
    await this.#running.run(requestId, (signal) =>
      withAdapter(source, async () => undefined, { signal, onProgress }),
    );
  }

  async exportAdapter(
    source: AdapterSource,
    base: CatalogueEntry,
    format: AdapterFormat,
  ): Promise<readonly File[]> {
    try {
      const { adapter } = source;
      return await withAdapter(source, (file) => exportAdapter({ adapter, file, base, format }));
    } catch (error) {
      throw toFault(error);
    }
  }

  async rank(models: readonly CatalogueEntry[]): Promise<readonly RankedChoice[]> {
    const { models: stored, usedBytes, quotaBytes } = await this.list();
    const free = usedBytes === undefined || quotaBytes === undefined ? undefined : quotaBytes - usedBytes;
    return rankChoices({
      device: await probeDevice(),
      storage: {
        keptFiles: stored.flatMap(({ name, state }) => (state === 'whole' ? [name] : [])),
        ...(free === undefined ? {} : { freeBytes: Math.max(0, free) }),
      },
      models,
    });
  }

  async cancel(requestId: Id): Promise<void> {
    this.#running.cancel(requestId);
  }

  async remove(name: string): Promise<'removed' | 'in-use'> {
    try {
      const folder = await openModelFolder();
      const stored = encodeURIComponent(name);
      const unused = { ifAvailable: true } as const;
      return await navigator.locks.request(changeLock(stored), unused, async (changing) => {
        if (changing === null) return 'in-use';
        return await navigator.locks.request(useLock(stored), unused, async (using) => {
          if (using === null) return 'in-use';
          for (const ending of ['', partEnding, spansEnding, entryEnding, adapterEnding]) {
            await removeFile(folder, stored + ending);
          }
          return 'removed';
        });
      });
    } catch (error) {
      throw toFault(error);
    }
  }
}
