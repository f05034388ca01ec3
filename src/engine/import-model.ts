/**
 * Brings a file of the user's into the model store: refused before a byte is copied where it is of no use, copied and
 * hashed in one go, and kept under the catalogue's name where its hash is known there. Knows nothing of the page.
 */
import { createSHA256 } from 'hash-wasm';
import type { ImportProgress } from '../protocol/model-files.ts';
import type { CatalogueEntry } from '../protocol/model.ts';
import { newId } from '../protocol/id.ts';
import { entryOfHeader, requireUsable } from './gguf-entry.ts';
import { readGgufHeader } from './gguf.ts';
import type { GgufHeader } from './gguf.ts';
import { changeLock, openModelFolder } from './model-folder.ts';
import { openSyncAccess, removeFile, renameFile } from './opfs-handles.ts';
import { requireRoom, withinQuota } from './storage-quota.ts';
import { entryEnding, partEnding, storedName } from './stored-name.ts';

export interface ImportOptions {
  readonly file: File;
  /** Models whose hashes are known. */
  readonly catalogue: readonly CatalogueEntry[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

const pieceBytes = 4 * 1024 * 1024;

/** Copies the file and resolves with its hash. */
async function copyFile(
  target: FileSystemFileHandle,
  { file, signal, onProgress }: ImportOptions,
): Promise<string> {
  const access = await openSyncAccess(target);
  try {
    const hasher = await createSHA256();
    const totalBytes = file.size;
    onProgress({ copiedBytes: 0, totalBytes });
    access.truncate(0);
    for (let position = 0; position < totalBytes;) {
      signal.throwIfAborted();
      const piece = new Uint8Array(await file.slice(position, position + pieceBytes).arrayBuffer());
      hasher.update(piece);
      let written = 0;
      while (written < piece.length) {
        const count = access.write(piece.subarray(written), { at: position + written });
        if (count === 0) throw new DOMException('Nothing more can be stored.', 'QuotaExceededError');
        written += count;
      }
      position += piece.length;
      onProgress({ copiedBytes: position, totalBytes });
    }
    signal.throwIfAborted();
    return hasher.digest('hex');
  } finally {
    access.flush();
    access.close();
  }
}

/** Keeps what is known of an imported file beside it. */
async function writeEntry(
  folder: FileSystemDirectoryHandle,
  name: string,
  entry: CatalogueEntry,
): Promise<void> {
  const access = await openSyncAccess(await folder.getFileHandle(name + entryEnding, { create: true }));
  access.truncate(0);
  access.write(new TextEncoder().encode(JSON.stringify(entry)), { at: 0 });
  access.flush();
  access.close();
}

function entryFor(header: GgufHeader, { file, catalogue }: ImportOptions, sha256: string): CatalogueEntry {
  const known = catalogue.find((entry) => entry.file.sha256 === sha256 && entry.file.bytes === file.size);
  if (known !== undefined) return known;
  requireUsable(header, file.name);
  const name = `imported/${sha256.slice(0, 16)}.gguf`;
  return entryOfHeader(header, { name, bytes: file.size, sha256, fileName: file.name });
}

/** See `ModelFilesApi.importFile`. What a failed import copied is deleted. */
export async function importModel(options: ImportOptions): Promise<CatalogueEntry> {
  const { file, catalogue } = options;
  const header = await readGgufHeader(file);
  // A catalogue's own file needs no judgement; whether it is one shows only when all of it was read.
  if (!catalogue.some((entry) => entry.file.bytes === file.size)) requireUsable(header, file.name);
  await requireRoom(file.size);
  const folder = await openModelFolder();
  const partName = `import-${newId()}${partEnding}`;
  return await withinQuota(file.size, () =>
    navigator.locks.request(changeLock(partName), async () => {
      try {
        const part = await folder.getFileHandle(partName, { create: true });
        const entry = entryFor(header, options, await copyFile(part, options));
        const name = storedName(entry.file.name);
        await navigator.locks.request(changeLock(name), async () => {
          if (entry.unverified === true) await writeEntry(folder, name, entry);
          await renameFile(part, name);
        });
        return entry;
      } finally {
        await removeFile(folder, partName);
      }
    }),
  );
}
