/**
 * The folder of the origin's private file system that model files lie in, and the locks that go with a file: one for
 * whoever changes it, one that everybody who uses it shares. Knows nothing of what is in a file.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';

const folderName = 'models';

/** Rejects with a Fault `unsupported` where the browser gives the site no place for files. */
export async function openModelFolder(): Promise<FileSystemDirectoryHandle> {
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

/** Name of the lock of whoever fetches, checks or deletes the file stored as `name`. */
export function changeLock(name: string): string {
  return `smallworks-model-${name}`;
}

/** Name of the lock that every engine shares which has the file stored as `name` open. */
export function useLock(name: string): string {
  return `smallworks-model-use-${name}`;
}
