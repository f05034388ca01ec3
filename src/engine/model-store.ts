/**
 * Model files in the origin's private file system. The promise kept: under a file's final name lies only what has
 * the catalogue's size and hash. A download grows as a part, goes on after an interruption, and is renamed once it is
 * verified; where the catalogue has hashes for pieces, only a damaged piece is fetched again. A file that is there
 * needs no network. Knows nothing of what is in a file.
 */
import type { LoadProgress, LoadRequest } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { ModelFile } from '../protocol/model.ts';
import { downloadFile } from './download-file.ts';
import { changeLock, openModelFolder, useLock } from './model-folder.ts';
import { readFile, removeFile, renameFile } from './opfs-handles.ts';
import { PartFile } from './part-file.ts';
import { requireRoom, withinQuota } from './storage-quota.ts';
import type { Span } from './spans.ts';
import { fileUrl, partEnding, spansEnding, storedName } from './stored-name.ts';
import { findDamage, findMismatch } from './verify-file.ts';
import type { Mismatch } from './verify-file.ts';

export interface OpenOptions {
  readonly file: ModelFile;
  /** Absolute URL of the folder that holds model files, ends with `/`. */
  readonly modelsUrl: string;
  /** Absent: the folder alone. */
  readonly downloadFrom?: LoadRequest['downloadFrom'];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

export interface ModelStore {
  /**
   * The verified file, which cannot be deleted until `release`.
   * Rejects with a Fault: model-corrupt, model-unavailable, model-rejected, storage-full, unsupported, aborted.
   */
  open(options: OpenOptions): Promise<Blob>;
  /** Lets go of every file that was opened: the user may delete them. */
  release(): void;
}

/** A report at most this often: every piece would be a message across threads. Milliseconds. */
const reportEvery = 100;
/** A part may be what is wrong, and so may a transfer: each source gets this many tries at the right bytes. */
const mostAttempts = 2;

function corrupt(name: string, mismatch: Mismatch): Fault {
  return new Fault({
    code: faultCodes.modelCorrupt,
    message: `The model file ${name} is not the one that the catalogue names.`,
    reason: `Expected ${mismatch.expected}, got ${mismatch.actual}.`,
    remedy: 'Put the right file on the server; the bad copy was deleted.',
    details: { file: name, ...mismatch },
  });
}

/** Where the file may be, in order. */
function sourcesOf({ file, modelsUrl, downloadFrom }: OpenOptions): readonly string[] {
  const own = fileUrl(file.name, modelsUrl);
  if (downloadFrom !== 'origin-or-hub') return [own];
  return [own, ...file.sources.flatMap((source) => (source.type === 'hub' ? [source.url] : []))];
}

/** Keeps model files in OPFS. Several workers and tabs may share it: one at a time gets or checks a file. */
export class OpfsModelStore implements ModelStore {
  readonly #releases: (() => void)[] = [];

  async open(options: OpenOptions): Promise<Blob> {
    const { file, signal } = options;
    signal.throwIfAborted();
    const name = storedName(file.name);
    return await navigator.locks.request(changeLock(name), { signal }, async () => {
      const folder = await openModelFolder();
      const blob =
        (await this.#openCached(folder, name, options)) ??
        (await withinQuota(file.bytes, () => this.#fetch(folder, name, options)));
      await this.#hold(name);
      return blob;
    });
  }

  release(): void {
    for (const release of this.#releases.splice(0)) release();
  }

  /** Shares the lock of the file's users until `release`, or until this thread ends. */
  async #hold(name: string): Promise<void> {
    await new Promise<void>((held) => {
      void navigator.locks.request(useLock(name), { mode: 'shared' }, async () => {
        held();
        await new Promise<void>((release) => this.#releases.push(release));
      });
    });
  }

  async #openCached(
    folder: FileSystemDirectoryHandle,
    name: string,
    options: OpenOptions,
  ): Promise<Blob | undefined> {
    const { file, signal, onProgress } = options;
    const cached = await readFile(folder, name);
    if (cached === undefined) return undefined;
    const progress = { type: 'download-progressed', totalBytes: file.bytes, fromCache: true } as const;
    onProgress({ ...progress, receivedBytes: 0 });
    onProgress({ type: 'verify-started' });
    if ((await findMismatch(cached, file, signal)) === undefined) {
      onProgress({ ...progress, receivedBytes: file.bytes });
      return cached;
    }
    // Damaged since it was stored, or another version under the same name.
    const damage = await findDamage(cached, file, signal);
    if (damage === undefined) await removeFile(folder, name);
    else await this.#demote(folder, name, file, damage);
    return undefined;
  }

  /** Makes a part of a file that is damaged in places: the rest need not be fetched again. */
  async #demote(
    folder: FileSystemDirectoryHandle,
    name: string,
    file: ModelFile,
    damage: readonly Span[],
  ): Promise<void> {
    await removeFile(folder, name + spansEnding);
    await renameFile(await folder.getFileHandle(name), name + partEnding);
    const part = await PartFile.open(folder, name);
    part.adopt({ start: 0, end: file.bytes });
    for (const span of damage) part.forget(span);
    part.close();
  }

  async #fetch(folder: FileSystemDirectoryHandle, name: string, options: OpenOptions): Promise<Blob> {
    const sources = sourcesOf(options);
    for (const [index, url] of sources.entries()) {
      try {
        return await this.#fetchFrom(url, folder, name, options);
      } catch (error) {
        const elsewhere =
          error instanceof Fault &&
          (error.code === faultCodes.modelUnavailable || error.code === faultCodes.modelCorrupt);
        if (!elsewhere || index === sources.length - 1) throw error;
      }
    }
    throw new Fault({ code: faultCodes.unexpected, message: 'The model file has no source.' });
  }

  async #fetchFrom(
    url: string,
    folder: FileSystemDirectoryHandle,
    name: string,
    options: OpenOptions,
  ): Promise<Blob> {
    const { file, signal, onProgress } = options;
    let mismatch: Mismatch | undefined;
    try {
      for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
        await this.#fill(url, folder, name, options);
        onProgress({ type: 'verify-started' });
        const handle = await folder.getFileHandle(name + partEnding);
        const blob = await handle.getFile();
        mismatch = await findMismatch(blob, file, signal);
        if (mismatch === undefined) {
          await renameFile(handle, name);
          await removeFile(folder, name + spansEnding);
          return await (await folder.getFileHandle(name)).getFile();
        }
        await this.#discard(folder, name, await findDamage(blob, file, signal));
      }
    } catch (error) {
      if (error instanceof Fault && error.code === faultCodes.modelCorrupt)
        await this.#removePart(folder, name);
      throw error;
    }
    await this.#removePart(folder, name);
    throw corrupt(file.name, mismatch ?? { expected: file.sha256, actual: 'nothing' });
  }

  /** Fetches what is missing. 0 and all bytes are always reported. */
  async #fill(
    url: string,
    folder: FileSystemDirectoryHandle,
    name: string,
    options: OpenOptions,
  ): Promise<void> {
    const { file, signal, onProgress } = options;
    const part = await PartFile.open(folder, name);
    try {
      part.cutTo(file.bytes);
      const progress = { type: 'download-progressed', totalBytes: file.bytes, fromCache: false } as const;
      const report = (): void => onProgress({ ...progress, receivedBytes: part.receivedBytes });
      onProgress({ ...progress, receivedBytes: 0 });
      if (part.receivedBytes > 0) report();
      if (part.receivedBytes < file.bytes) {
        await requireRoom(file.bytes - part.receivedBytes);
        let reportedAt = performance.now();
        const onBytes = (): void => {
          if (performance.now() - reportedAt < reportEvery || part.receivedBytes === file.bytes) return;
          reportedAt = performance.now();
          report();
        };
        await downloadFile({ part, url, name: file.name, fileBytes: file.bytes, signal, onBytes });
        report();
      }
    } finally {
      part.close();
    }
  }

  /** Forgets the damaged pieces of a part, or all of it where they are not known. */
  async #discard(
    folder: FileSystemDirectoryHandle,
    name: string,
    damage: readonly Span[] | undefined,
  ): Promise<void> {
    const part = await PartFile.open(folder, name);
    if (damage === undefined) part.reset();
    else for (const span of damage) part.forget(span);
    part.close();
  }

  async #removePart(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
    await removeFile(folder, name + partEnding);
    await removeFile(folder, name + spansEnding);
  }
}
