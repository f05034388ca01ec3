/**
 * The lines of a text file, also of a gzipped one, without the whole file in memory. Knows nothing of their content.
 */
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openUnpacked } from './open-unpacked.mjs';
import { UsageError } from './read-arguments.mjs';

/** @typedef {{ number: number, text: string }} Line */

/**
 * Yields every line that is not blank, with its number (from 1). A gzip file is known by its first bytes, not its name.
 * @param {string} path
 * @returns {AsyncGenerator<{ number: number, text: string }, void>}
 * @throws {Error} where the file is missing or its gzip data is broken.
 */
export async function* readLines(path) {
  const { file, unpacked } = await openUnpacked(path);
  const lines = createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY });
  // readline swallows errors of its input: they are raised from here.
  /** @type {Error | undefined} */
  let broken;
  for (const stream of [file, unpacked]) {
    stream.once('error', (/** @type {Error} */ error) => {
      broken ??= error;
      lines.close();
    });
  }
  try {
    let number = 0;
    for await (const line of lines) {
      number += 1;
      if (line.trim() !== '') yield { number, text: line };
    }
    if (broken !== undefined) throw broken;
  } finally {
    lines.close();
    file.destroy();
  }
}

/**
 * The lines that somebody asked for, in memory.
 * @param {{ file: string, start?: number, limit?: number | undefined }} asked `start`: lines to skip first.
 * @returns {Promise<Line[]>} One at least.
 * @throws {UsageError} where there is no such file, or no such line in it.
 */
export async function linesOf({ file, start = 0, limit }) {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  /** @type {Line[]} */
  const lines = [];
  let skipped = 0;
  for await (const line of readLines(file)) {
    if (skipped < start) {
      skipped += 1;
      continue;
    }
    lines.push(line);
    if (lines.length === limit) break;
  }
  if (lines.length > 0) return lines;
  throw new UsageError(skipped === 0 ? `${file} has no rows.` : `${file} has no more than ${skipped} rows.`);
}
