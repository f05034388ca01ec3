/**
 * A file as a stream of what is in it, also where it is gzipped. Knows Node's files; nothing of their content.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

/**
 * Opens a file. A gzip file is known by its first bytes, not its name. Errors of either stream are the caller's to hear.
 * @param {string} path
 * @param {{ highWaterMark?: number }} [options] Bytes read at a time.
 * @returns {Promise<{ file: import('node:fs').ReadStream, unpacked: import('node:stream').Readable }>} Two names for one
 *   stream where nothing is packed.
 * @throws {Error} where the file is missing.
 */
export async function openUnpacked(path, options = {}) {
  const handle = await open(path);
  const magic = Buffer.alloc(2);
  try {
    await handle.read(magic, 0, 2, 0);
  } finally {
    await handle.close();
  }
  const file = createReadStream(path, options);
  const gzipped = magic[0] === 0x1f && magic[1] === 0x8b;
  return { file, unpacked: gzipped ? file.pipe(createGunzip()) : file };
}
