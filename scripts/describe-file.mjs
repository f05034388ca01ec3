/**
 * Prints what the catalogue (public/models.json) says of a file: its length, its hash, and the hashes of its pieces,
 * by which a damaged download is mended instead of fetched again.
 *
 *   node scripts/describe-file.mjs public/models/NAME.gguf
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Pieces are at most this long, and at most a 23rd of the file: mending one costs less than 5 % of it. */
const longestPiece = 4 * 1024 * 1024;
const shortestPiece = 64 * 1024;

/**
 * @param {string} path
 * @returns {Promise<{ name: string, bytes: number, sha256: string, chunks: { bytes: number, sha256: string[] } }>}
 */
export async function describeFile(path) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const piece = Math.max(shortestPiece, Math.min(longestPiece, 2 ** Math.floor(Math.log2(size / 23))));
    const whole = createHash('sha256');
    const sums = [];
    const buffer = Buffer.alloc(piece);
    for (let position = 0; position < size; position += piece) {
      const { bytesRead } = await file.read(buffer, 0, piece, position);
      const bytes = buffer.subarray(0, bytesRead);
      whole.update(bytes);
      sums.push(createHash('sha256').update(bytes).digest('hex'));
    }
    return {
      name: basename(path),
      bytes: size,
      sha256: whole.digest('hex'),
      chunks: { bytes: piece, sha256: sums },
    };
  } finally {
    await file.close();
  }
}

const [, script, path] = process.argv;
if (script === fileURLToPath(import.meta.url)) {
  if (path === undefined) {
    console.error('Which file? node scripts/describe-file.mjs FILE');
    process.exitCode = 2;
  } else {
    console.log(JSON.stringify(await describeFile(path), undefined, 2));
  }
}
