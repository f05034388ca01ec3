/**
 * Packages' lists to the module that ships. Knows both ends; what a name counts for is `collect-names`.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { openGazetteer, wordBits } from '../../src/mask/gazetteer/gazetteer.ts';
import { buildTable } from './build-table.ts';
import { collectNames } from './collect-names.ts';

export interface MakeGazetteerOptions {
  /** The unpacked packages. */
  readonly folder: string;
  readonly out: string;
}

/** Writes the module and says what is in it. */
export function makeGazetteer({ folder, out }: MakeGazetteerOptions): Readonly<Record<string, number>> {
  const { names, counts } = collectNames(folder);
  const packed = buildTable(names, {
    valueBits: Object.keys(wordBits).length,
    fingerprintBits: 6,
  });
  const opened = openGazetteer(packed);
  for (const [name, bits] of names) {
    if ((opened.look(name, 0, name.length) & bits) !== bits) throw new Error(`"${name}" was lost.`);
  }
  const { cells, ...shape } = packed;
  const fields = Object.entries(shape).map(([field, value]) => `  ${field}: ${value},`);
  const text = [
    '/** Made by `node scripts/make-gazetteer.mjs`; docs/masking.md names the sources and their licences. */',
    "import type { PackedTable } from './fuse-table.ts';",
    '',
    'export const packedLists: PackedTable = {',
    ...fields,
    `  cells: '${cells}',`,
    '};',
    '',
  ].join('\n');
  writeFileSync(out, text);
  return { ...counts, names: names.size, bytes: text.length, gzipped: gzipSync(text, { level: 9 }).length };
}
