/**
 * Model files in the origin's private file system. The promise kept: under a file's final name lies only what has
 * the catalogue's size and hash. A download grows as `NAME.part`, goes on after an interruption, and is renamed
 * once it is verified. A file that is there needs no network. Knows nothing of what is in a file.
 */
import type { LoadProgress } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { ModelFile } from '../protocol/model.ts';
import { downloadFile } from './download-file.ts';
import { hashFile } from './hash-file.ts';
import type { WorkerFileHandle } from './opfs-handles.ts';
import { withinQuota } from './storage-quota.ts';

export interface OpenOptions {
  readonly file: ModelFile;
  /** Absolute URL of the folder that holds model files, ends with `/`. */
  readonly modelsUrl: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

export interface ModelStore {
  /** The verified file. Rejects with a Fault: model-corrupt, model-unavailable, storage-full, unsupported, aborted. */
  open(options: OpenOptions): Promise<Blob>;
}

const folderName = 'models';

function isMissing(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}

async function openFolder(): Promise<FileSystemDirectoryHandle> {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(folderName, { create: true });
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new Fault(
      {
        code: faultCodes.unsupported,
        message: 'The browser gives this page no place for model files.',
        reason: error.message,
        remedy: 'Leave private browsing, or allow this site to store data.',
        details: { feature: 'origin private file system' },
      },
      { cause: error },
    );
  }
}

async function readFile(folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function removeFile(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** What a file is instead of what it should be, or undefined where it is right. */
async function findMismatch(
  blob: Blob,
  file: ModelFile,
  signal: AbortSignal,
): Promise<{ readonly expected: string; readonly actual: string } | undefined> {
  if (blob.size !== file.bytes) {
    return { expected: `${String(file.bytes)} bytes`, actual: `${String(blob.size)} bytes` };
  }
  const actual = await hashFile(blob, signal);
  return actual === file.sha256 ? undefined : { expected: file.sha256, actual };
}

/** Keeps model files in OPFS. Several workers and tabs may share it: one at a time gets or checks a file. */
export class OpfsModelStore implements ModelStore {
  async open(options: OpenOptions): Promise<Blob> {
    const { file, signal } = options;
    signal.throwIfAborted();
    return await navigator.locks.request(`smallworks-model-${file.name}`, { signal }, async () => {
      const folder = await openFolder();
      const cached = await this.#openCached(folder, options);
      return cached ?? (await withinQuota(file.bytes, () => this.#fetch(folder, options)));
    });
  }

  async #openCached(folder: FileSystemDirectoryHandle, options: OpenOptions): Promise<Blob | undefined> {
    const { file, signal, onProgress } = options;
    const cached = await readFile(folder, file.name);
    if (cached === undefined) return undefined;
    const progress = { type: 'download-progressed', totalBytes: file.bytes, fromCache: true } as const;
    onProgress({ ...progress, receivedBytes: 0 });
    onProgress({ type: 'verify-started' });
    if ((await findMismatch(cached, file, signal)) !== undefined) {
      // Damaged since it was stored, or an older version under the same name.
      await removeFile(folder, file.name);
      return undefined;
    }
    onProgress({ ...progress, receivedBytes: file.bytes });
    return cached;
  }

  async #fetch(folder: FileSystemDirectoryHandle, options: OpenOptions): Promise<Blob> {
    const { file, signal, onProgress } = options;
    const partName = `${file.name}.part`;
    // The first try may go on with an old part, and the part may be what is wrong: the second starts afresh.
    for (let attempt = 1; ; attempt += 1) {
      const handle = (await folder.getFileHandle(partName, { create: true })) as WorkerFileHandle;
      await downloadFile({ ...options, handle });
      onProgress({ type: 'verify-started' });
      const mismatch = await findMismatch(await handle.getFile(), file, signal);
      if (mismatch === undefined) {
        await handle.move(file.name);
        return await (await folder.getFileHandle(file.name)).getFile();
      }
      await removeFile(folder, partName);
      if (attempt === 2) {
        throw new Fault({
          code: faultCodes.modelCorrupt,
          message: `The model file ${file.name} is not the one that the catalogue names.`,
          reason: `Expected ${mismatch.expected}, got ${mismatch.actual}.`,
          remedy: 'Put the right file on the server; the bad copy was deleted.',
          details: { file: file.name, ...mismatch },
        });
      }
    }
  }
}
