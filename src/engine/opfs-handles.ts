/**
 * Parts of the origin private file system that are in browsers and not in the DOM types: they belong to workers
 * alone, or are newer than the types. Knows nothing of what is stored.
 */

/** Reads and writes a file in place, one holder at a time; workers only. Positions and sizes in bytes. */
export interface SyncAccessHandle {
  getSize(): number;
  truncate(size: number): void;
  read(into: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  flush(): void;
  close(): void;
}

interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
  move(name: string): Promise<void>;
}

/** Longest wait for a holder that is gone, and how often to look. Milliseconds. */
const longestWait = 5000;
const waitBetween = 50;

/**
 * The one handle that writes to a file. A worker that was ended a moment ago may seem to hold it still: it is
 * waited for. Rejects with the browser's `NoModificationAllowedError` where a living holder keeps it.
 */
export async function openSyncAccess(file: FileSystemFileHandle): Promise<SyncAccessHandle> {
  const until = performance.now() + longestWait;
  for (;;) {
    try {
      return await (file as WorkerFileHandle).createSyncAccessHandle();
    } catch (error) {
      const held = error instanceof DOMException && error.name === 'NoModificationAllowedError';
      if (!held || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitBetween));
    }
  }
}

/** Gives a file another name in its folder, in place of what has that name. */
export async function renameFile(file: FileSystemFileHandle, name: string): Promise<void> {
  await (file as WorkerFileHandle).move(name);
}

/** True for the error of a file or folder that is not there. */
function isMissing(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}

/** The file's bytes, or undefined where there is none of that name. */
export async function readFile(folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Deletes a file. One that is not there is no error. */
export async function removeFile(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
