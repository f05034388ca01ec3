/**
 * The package's API as its sources tell it: every name that an entry exports, with its declaration and its comment. A name
 * without a comment is a failure. Knows the compiler's declarations; nothing of pages.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupFailure } from '../../failure.mjs';
import { entries } from '../../package/entries.mjs';
import { emitDeclarations } from '../../package/declare.mjs';
import { findExports } from './find-exports.mjs';
import { keyOf, readSymbol, wordsOf } from './read-symbol.mjs';

/** @typedef {import('./read-symbol.mjs').ApiSymbol} ApiSymbol */

/**
 * @typedef {object} ApiEntry
 * @property {string} specifier what is imported, such as `smallworks/openai`.
 * @property {string} text what the entry's file says of itself.
 * @property {readonly ApiSymbol[]} symbols
 */

/**
 * @typedef {object} Api
 * @property {readonly ApiEntry[]} entries
 * @property {ReadonlyMap<string, ApiSymbol>} beside by their keys: what the exported names name, directly or through others,
 *   and no entry exports.
 */

/**
 * Reads what every entry of the package exports.
 * @param {{ root: string }} options
 * @returns {Promise<Api>}
 * @throws {SetupFailure} where the sources do not compile, or an exported name has no comment.
 */
export async function readApi({ root }) {
  const outDir = mkdtempSync(join(tmpdir(), 'smallworks-api-'));
  try {
    await emitDeclarations({ root, outDir, what: 'The API could not be read.' });
    /** @type {Map<string, import('./find-exports.mjs').Found>} */
    const open = new Map();
    const read = Object.entries(entries).map(([entry, source]) => {
      const file = join(outDir, source.replace(/^src\//, '').replace(/\.ts$/, '.d.ts'));
      const symbols = Array.from(findExports(file), ([name, found]) => {
        if (found === undefined)
          throw new Error(`${source} exports ${name}, which another package declares.`);
        const { symbol, named } = readSymbol(found, { name, outDir });
        for (const other of named.values()) open.set(keyOf(other), other);
        return symbol;
      });
      const about = /^\/\*(\*.*?)\*\//s.exec(readFileSync(join(root, source), 'utf8'))?.[1] ?? '';
      const specifier = entry === 'index' ? 'smallworks' : `smallworks/${entry}`;
      return { specifier, text: wordsOf(about), symbols };
    });
    refuseSilent(read.flatMap(({ symbols }) => symbols));
    const exported = new Set(read.flatMap(({ symbols }) => symbols.map(({ key }) => key)));
    /** @type {Map<string, ApiSymbol>} */
    const beside = new Map();
    // What is added while it is walked is walked too.
    for (const [key, found] of open) {
      if (exported.has(key)) continue;
      const { symbol, named } = readSymbol(found, { name: found.name, outDir });
      beside.set(key, symbol);
      for (const other of named.values()) open.set(keyOf(other), other);
    }
    return { entries: read, beside };
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/**
 * @param {readonly ApiSymbol[]} symbols
 * @throws {SetupFailure} where one has no comment.
 */
function refuseSilent(symbols) {
  const silent = new Set(
    symbols.filter(({ text }) => text === '').map(({ name, source }) => `${name} (${source})`),
  );
  if (silent.size === 0) return;
  throw new SetupFailure({
    what: `${silent.size} exported names have no comment.`,
    why: [...silent].join('\n    '),
    remedy: 'Write a comment of one or two sentences above each declaration.',
  });
}
