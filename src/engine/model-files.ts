/**
 * The model files of this browser, for the person it belongs to: what is kept, how much room it takes, and away with
 * it. Implements the contract of the files worker; knows nothing of engines but the locks they hold.
 */
import type { RankedChoice } from '../protocol/engine.ts';
import { toFault } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import { parseJson } from '../protocol/json.ts';
import type { ImportProgress, ModelFilesApi, StoredModel, StoredModels } from '../protocol/model-files.ts';
import type { CatalogueEntry } from '../protocol/model.ts';
import { importModel } from './import-model.ts';
import { changeLock, openModelFolder, useLock } from './model-folder.ts';
import { readFile, removeFile } from './opfs-handles.ts';
import { probeDevice } from './probe-device.ts';
import { rankChoices } from './rank-choices.ts';
import { entryEnding, partEnding, spansEnding } from './stored-name.ts';

/** What stands beside an imported file; undefined where it cannot be read. */
async function readEntry(
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<CatalogueEntry | undefined> {
  const file = await readFile(folder, name + entryEnding);
  // Written by this site, as it stands.
  return file && (parseJson(await file.text()) as CatalogueEntry | undefined);
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

export class ModelFiles implements ModelFilesApi {
  readonly #imports = new Map<Id, AbortController>();

  async list(): Promise<StoredModels> {
    try {
      const folder = await openModelFolder();
      const locks = await heldLocks();
      const models: StoredModel[] = [];
      for await (const [key, handle] of folder.entries()) {
        if (key.endsWith(spansEnding) || key.endsWith(entryEnding)) continue;
        if (!(handle instanceof FileSystemFileHandle)) continue;
        const partial = key.endsWith(partEnding);
        const stored = partial ? key.slice(0, -partEnding.length) : key;
        const imported = await readEntry(folder, stored);
        const busy = [changeLock(stored), changeLock(key), useLock(stored)].some((name) => locks.has(name));
        models.push({
          name: readableName(stored),
          bytes: (await handle.getFile()).size,
          state: partial ? 'partial' : 'whole',
          inUse: busy,
          ...(imported === undefined ? {} : { imported }),
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
    const controller = new AbortController();
    this.#imports.set(requestId, controller);
    try {
      return await importModel({ file, catalogue, signal: controller.signal, onProgress });
    } catch (error) {
      throw toFault(error);
    } finally {
      this.#imports.delete(requestId);
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
    this.#imports.get(requestId)?.abort();
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
          for (const ending of ['', partEnding, spansEnding, entryEnding]) {
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
