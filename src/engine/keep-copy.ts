/**
 * Copies a file into the model store, hashed in the same go, and keeps it under a name that its hash decides, with a note
 * beside it where one is wanted. What a failed copy left is deleted. Knows nothing of what is in the file.
 */
import { createSHA256 } from 'hash-wasm';
import { newId } from '../protocol/id.ts';
import type { ImportProgress } from '../protocol/model-files.ts';
import { changeLock, openModelFolder, useLock } from './model-folder.ts';
import { openSyncAccess, readFile, removeFile, renameFile } from './opfs-handles.ts';
import { requireRoom, withinQuota } from './storage-quota.ts';
import { partEnding, storedName } from './stored-name.ts';

/** What a copied file turned out to be. */
interface Decision<Entry> {
  readonly entry: Entry;
  /** As a catalogue names it. */
  readonly name: string;
  /** Ending of the note that keeps the entry beside the file; absent: no note. */
  readonly noteEnding?: string;
}

export interface KeepOptions<Entry> {
  readonly file: Blob;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
  /** From the file's SHA-256. What it throws ends the copy. */
  readonly decide: (sha256: string) => Decision<Entry>;
}

const pieceBytes = 4 * 1024 * 1024;

/** Copies the file and resolves with its hash. */
async function copyFile(
  target: FileSystemFileHandle,
  { file, signal, onProgress }: Omit<KeepOptions<unknown>, 'decide'>,
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

/** Writes the note beside a file. */
async function writeNote(folder: FileSystemDirectoryHandle, name: string, entry: unknown): Promise<void> {
  const access = await openSyncAccess(await folder.getFileHandle(name, { create: true }));
  access.truncate(0);
  access.write(new TextEncoder().encode(JSON.stringify(entry)), { at: 0 });
  access.flush();
  access.close();
}

/**
 * Rejects with a Fault `storage-full`, with what `decide` throws, or with the signal's reason. A file of
 * that name which an engine has open stays as it is.
 */
export async function keepCopy<Entry>(options: KeepOptions<Entry>): Promise<Entry> {
  const { file, decide } = options;
  await requireRoom(file.size);
  const folder = await openModelFolder();
  const partName = `import-${newId()}${partEnding}`;
  return await withinQuota(file.size, () =>
    navigator.locks.request(changeLock(partName), async () => {
      try {
        const part = await folder.getFileHandle(partName, { create: true });
        const { entry, name, noteEnding } = decide(await copyFile(part, options));
        const stored = storedName(name);
        await navigator.locks.request(changeLock(stored), async () => {
          if (noteEnding !== undefined) await writeNote(folder, stored + noteEnding, entry);
          await navigator.locks.request(useLock(stored), { ifAvailable: true }, async (unused) => {
            // Who reads the same bytes must not lose them to a copy.
            const kept = unused === null ? await readFile(folder, stored) : undefined;
            if (kept?.size !== file.size) await renameFile(part, stored);
          });
        });
        return entry;
      } finally {
        await removeFile(folder, partName);
      }
    }),
  );
}
