/**
 * A folder or a file of this machine as the place of a data set. Knows Node's files; nothing of data sets.
 */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { openUnpacked } from './open-unpacked.mjs';

/**
 * A folder to write into and to read from; what is whole in it stays when the export is stopped.
 * @param {string} root
 * @returns {import('../src/flywheel/dataset/index.ts').DatasetFolder}
 */
export function nodeFolder(root) {
  return {
    async create(path) {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      return fileTarget(file);
    },
    open: async (path) => readBytes(join(root, path)),
    abort: async () => {},
  };
}

/**
 * One file to write; it is opened when the first bytes come.
 * @param {string} path
 * @returns {import('../src/flywheel/dataset/index.ts').FileWriter}
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
