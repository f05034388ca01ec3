/**
 * A set of names that answers with a few bits what a name is, in about 13 bits a name and three reads: a binary fuse
 * filter (Graf and Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor Filters", 2022) whose cells hold the bits
 * beside a fingerprint. A name that is in no list passes for a listed one once in 2^fingerprintBits times; the names
 * themselves cannot be read out. Knows hashes; nothing of names.
 */

export interface FuseShape {
  readonly segmentLength: number;
  readonly segmentCount: number;
  readonly valueBits: number;
  readonly fingerprintBits: number;
}

export interface PackedTable extends FuseShape {
  /** Cells one after another, `valueBits + fingerprintBits` each, low bits first, in base 64. */
  readonly cells: string;
}

/** Where the three cells of a key are. They lie in three neighbouring segments. */
export function cellsOf(one: number, other: number, shape: FuseShape, into: Uint32Array): void {
  const { segmentLength, segmentCount } = shape;
  const mask = segmentLength - 1;
  // The high half of a 32-bit product, exact in a double: both factors are below 2^32 and 2^20.
  const base = Math.floor((one * (segmentCount * segmentLength)) / 2 ** 32);
  into[0] = base;
  into[1] = (base + segmentLength) ^ ((other >>> 16) & mask);
  into[2] = (base + 2 * segmentLength) ^ (other & mask);
}

/** A fingerprint that does not follow from where the cells are. */
export function fingerprintOf(one: number, other: number, bits: number): number {
  const mixed = Math.imul(one ^ Math.imul(other, 0x9e3779b1), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & ((1 << bits) - 1);
}

export class FuseTable {
  readonly #shape: FuseShape;
  readonly #cells: Uint16Array;
  readonly #places = new Uint32Array(3);

  constructor(shape: FuseShape, cells: Uint16Array) {
    this.#shape = shape;
    this.#cells = cells;
  }

  /** The bits of a key, 0 for a key that was not put in. */
  bitsOf(one: number, other: number): number {
    const { valueBits, fingerprintBits } = this.#shape;
    const places = this.#places;
    cellsOf(one, other, this.#shape, places);
    const found =
      (this.#cells[places[0] ?? 0] ?? 0) ^
      (this.#cells[places[1] ?? 0] ?? 0) ^
      (this.#cells[places[2] ?? 0] ?? 0);
    return found >>> valueBits === fingerprintOf(one, other, fingerprintBits)
      ? found & ((1 << valueBits) - 1)
      : 0;
  }
}
