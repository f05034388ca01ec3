/**
 * What is known of a word before it is read in context: a given name, a surname, a place, an ordinary English word, or
 * several of them. Knows the packed lists (docs/masking.md says where they are from); nothing of texts.
 */
import { foldHash } from './fold-hash.ts';
import { FuseTable } from './fuse-table.ts';
import type { PackedTable } from './fuse-table.ts';

export const wordBits = { given: 1, surname: 2, place: 4, word: 8, country: 16 } as const;

export interface Gazetteer {
  /** The `wordBits` of a stretch of the text; 0 where no list has it. */
  look(text: string, start: number, end: number): number;
}

/** Opens packed lists. Takes some milliseconds; one instance serves every text. */
export function openGazetteer(packed: PackedTable): Gazetteer {
  const width = packed.valueBits + packed.fingerprintBits;
  const bytes = atob(packed.cells);
  const cells = new Uint16Array(Math.floor((bytes.length * 8) / width));
  let held = 0;
  let bits = 0;
  let cell = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    held |= bytes.charCodeAt(at) << bits;
    bits += 8;
    while (bits >= width && cell < cells.length) {
      cells[cell] = held & ((1 << width) - 1);
      cell += 1;
      held >>>= width;
      bits -= width;
    }
  }
  const table = new FuseTable(packed, cells);
  const hashes = new Uint32Array(2);
  return {
    look(text, start, end) {
      foldHash(text, start, end, hashes);
      return table.bitsOf(hashes[0] ?? 0, hashes[1] ?? 0);
    },
  };
}

/** No list at all: what patterns and context find alone. */
export const emptyGazetteer: Gazetteer = { look: () => 0 };

let loading: Promise<Gazetteer> | undefined;

/** The lists that come with the runtime, fetched with the first call. */
export function loadGazetteer(): Promise<Gazetteer> {
  loading ??= import('./packed-lists.ts').then(({ packedLists }) => openGazetteer(packedLists));
  return loading;
}
