/**
 * Names with their bits to the cells of a fuse table, by peeling (Graf and Lemire 2022, Algorithm 1). Knows hashes;
 * nothing of where names are from.
 */
import { foldHash } from '../../src/mask/gazetteer/fold-hash.ts';
import { cellsOf, fingerprintOf } from '../../src/mask/gazetteer/fuse-table.ts';
import type { FuseShape, PackedTable } from '../../src/mask/gazetteer/fuse-table.ts';

interface Key {
  readonly one: number;
  readonly other: number;
  readonly bits: number;
}

function keysOf(names: ReadonlyMap<string, number>): Key[] {
  const byHash = new Map<string, Key>();
  const hashes = new Uint32Array(2);
  for (const [name, bits] of names) {
    foldHash(name, 0, name.length, hashes);
    const [one = 0, other = 0] = hashes;
    const id = `${one} ${other}`;
    byHash.set(id, { one, other, bits: bits | (byHash.get(id)?.bits ?? 0) });
  }
  return [...byHash.values()];
}

function shapeFor(size: number, slack: number, valueBits: number, fingerprintBits: number): FuseShape {
  const segmentLength = 2 ** Math.floor(Math.log(size) / Math.log(3.33) + 2.25);
  const sizeFactor = Math.max(1.125, 0.875 + (0.25 * Math.log(1e6)) / Math.log(size));
  const segmentCount = Math.ceil((size * sizeFactor) / segmentLength) - 2 + slack;
  return { segmentLength, segmentCount, valueBits, fingerprintBits };
}

function at(array: Uint32Array | Uint16Array, index: number): number {
  return array[index] ?? 0;
}

/** The keys in an order in which each has a cell that no later one uses, or undefined where peeling gets stuck. */
function peel(
  keys: readonly Key[],
  shape: FuseShape,
): { readonly key: Key; readonly cell: number }[] | undefined {
  const size = (shape.segmentCount + 2) * shape.segmentLength;
  const counts = new Uint32Array(size);
  const held = new Uint32Array(size);
  const places = new Uint32Array(3);
  for (const [index, { one, other }] of keys.entries()) {
    cellsOf(one, other, shape, places);
    for (const cell of places) {
      counts[cell] = at(counts, cell) + 1;
      held[cell] = at(held, cell) ^ index;
    }
  }
  const ready = Array.from(counts.keys()).filter((cell) => counts[cell] === 1);
  const order: { key: Key; cell: number }[] = [];
  for (let cell = ready.pop(); cell !== undefined; cell = ready.pop()) {
    if (counts[cell] !== 1) continue;
    const index = at(held, cell);
    const key = keys[index];
    if (key === undefined) throw new RangeError(`There is no key ${index}.`);
    order.push({ key, cell });
    cellsOf(key.one, key.other, shape, places);
    for (const place of places) {
      counts[place] = at(counts, place) - 1;
      held[place] = at(held, place) ^ index;
      if (counts[place] === 1) ready.push(place);
    }
  }
  return order.length === keys.length ? order : undefined;
}

/** Packs names into a table. More room is taken until peeling gets through. */
export function buildTable(
  names: ReadonlyMap<string, number>,
  { valueBits, fingerprintBits }: { readonly valueBits: number; readonly fingerprintBits: number },
): PackedTable {
  const keys = keysOf(names);
  for (let slack = 0; slack < 20; slack += 1) {
    const shape = shapeFor(keys.length, slack, valueBits, fingerprintBits);
    const order = peel(keys, shape);
    if (order === undefined) continue;
    const cells = new Uint16Array((shape.segmentCount + 2) * shape.segmentLength);
    const places = new Uint32Array(3);
    for (const { key, cell } of order.toReversed()) {
      cellsOf(key.one, key.other, shape, places);
      let value = (fingerprintOf(key.one, key.other, fingerprintBits) << valueBits) | key.bits;
      for (const place of places) if (place !== cell) value ^= at(cells, place);
      cells[cell] = value;
    }
    return { ...shape, cells: pack(cells, valueBits + fingerprintBits) };
  }
  throw new Error('The names do not fit into a fuse table.');
}

function pack(cells: Uint16Array, width: number): string {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const cell of cells) {
    held |= cell << bits;
    bits += width;
    while (bits >= 8) {
      bytes.push(held & 255);
      held >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) bytes.push(held & 255);
  return Buffer.from(bytes).toString('base64');
}
