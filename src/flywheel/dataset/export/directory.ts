/**
 * A folder of the browser as the place of a data set: one that the user chose (File System Access) or one in the origin's private
 * file system. A file gets its content when it is closed. Knows handles; nothing of data sets.
 */
import type { DatasetFolder, FileWriter } from './folder.ts';

/** A folder of the browser as the place of a data set. */
export function directoryFolder(root: FileSystemDirectoryHandle): DatasetFolder {
  const writing = new Set<FileSystemWritableFileStream>();
  return {
    create: async (path): Promise<FileWriter> => {
      const { folder, name } = await walk(root, path, true);
      const file = await folder.getFileHandle(name, { create: true });
      const stream = await file.createWritable();
      writing.add(stream);
      return {
        write: (bytes) => stream.write(bytes),
        close: async () => {
          await stream.close();
          writing.delete(stream);
        },
      };
    },
    open: async (path) => {
      try {
        const { folder, name } = await walk(root, path, false);
        return (await (await folder.getFileHandle(name)).getFile()).stream();
      } catch (error) {
        if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
        throw error;
      }
    },
    abort: async () => {
      await Promise.allSettled([...writing].map((stream) => stream.abort()));
      writing.clear();
    },
  };
}

async function walk(root: FileSystemDirectoryHandle, path: string, create: boolean) {
  const parts = path.split('/');
  let folder = root;
  for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create });
  return { folder, name: parts.at(-1) ?? path };
}
