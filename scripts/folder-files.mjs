/**
 * A folder or a file of this machine as the place of a data set. Knows Node's files; nothing of data sets.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { openUnpacked } from './open-unpacked.mjs';

/**
 * A folder to write into; what is whole in it stays when the export is stopped.
 * @param {string} root
 * @returns {import('../src/flywheel/dataset/index.ts').DatasetSink}
 */
export function folderSink(root) {
  return {
    async open(path) {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      return fileTarget(file);
    },
    close: async () => {},
    abort: async () => {},
  };
}

/**
 * A folder to read from.
 * @param {string} root
 * @returns {import('../src/flywheel/dataset/index.ts').DatasetReader}
 */
export function folderReader(root) {
  return { open: async (path) => readBytes(join(root, path)) };
}

/**
 * One file to write; it is opened when the first bytes come.
 * @param {string} path
 * @returns {import('../src/flywheel/dataset/index.ts').ArchiveTarget}
 */
export function fileTarget(path) {
  /** @type {import('node:fs').WriteStream | undefined} */
  let stream;
  const begun = () => (stream ??= createWriteStream(path));
  return {
    async write(bytes) {
      if (!begun().write(bytes)) await once(begun(), 'drain');
    },
    async close() {
      begun().end();
      await once(begun(), 'close');
    },
    async abort() {
      stream?.destroy();
      await rm(path, { force: true });
    },
  };
}

/**
 * The bytes of a file, unpacked where it is gzipped, which its first bytes tell.
 * @param {string} path
 * @returns {AsyncGenerator<Uint8Array, void>}
 */
export async function* readBytes(path) {
  const { file, unpacked } = await openUnpacked(path, { highWaterMark: 1 << 18 });
  if (unpacked !== file) file.on('error', (error) => unpacked.destroy(error));
  yield* unpacked;
}
