/**
 * The matrices of an adapter as the kernel reads them (workers/kernel/lora.ts): bytes of 7 bits with 64 for zero, four rows
 * side by side, each with scales of its own. An adapter in floats would be a fourth of all that a step reads.
 * Knows layouts; nothing of files and layers.
 */

/** Rows side by side, and the numbers of one that stand together. */
const lanes = 4;
const blockWeights = 32;
/** Bytes of a vector. */
const vector = 16;
/** What stands for zero, and the most that a byte is away from it. */
const zero = 64;
const most = 63;

/** One linear's matrices; both have rows of one length behind each other. */
export interface LoraPair {
  readonly rank: number;
  /** `rank` x inputs. */
  readonly a: Float32Array;
  /** `rank` x outputs. */
  readonly b: Float32Array;
}

export interface PackedLora {
  /** The rank, filled up to a multiple of four. */
  readonly rank: number;
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

/** Packs both matrices. Inputs are a multiple of 32, outputs of 4. */
export function packLora({ rank, a, b }: LoraPair): PackedLora {
  const filled = Math.ceil(rank / lanes) * lanes;
  return { rank: filled, a: packA({ rank, a }, filled), b: packB({ rank, b }, filled) };
}

function packA({ rank, a }: Pick<LoraPair, 'rank' | 'a'>, filled: number): Uint8Array {
  const inputs = a.length / rank;
  const packed = new PackedBlocks({
    blocks: (filled / lanes) * (inputs / blockWeights),
    length: blockWeights,
  });
  for (let row = 0; row < rank; row += 1) {
    for (let first = 0; first < inputs; first += blockWeights) {
      const block = (Math.floor(row / lanes) * inputs + first) / blockWeights;
      const start = row * inputs + first;
      packed.put(block, row % lanes, (index) => a[start + index] ?? 0);
    }
  }
  return packed.bytes;
}

function packB({ rank, b }: Pick<LoraPair, 'rank' | 'b'>, filled: number): Uint8Array {
  const outputs = b.length / rank;
  const packed = new PackedBlocks({ blocks: outputs / lanes, length: filled });
  for (let output = 0; output < outputs; output += 1) {
    packed.put(Math.floor(output / lanes), output % lanes, (index) => b[index * outputs + output] ?? 0);
  }
  return packed.bytes;
}

/** Blocks of four lines side by side, `length` numbers of each, then their scales and what their zero comes to. */
class PackedBlocks {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #length: number;

  constructor({ blocks, length }: { readonly blocks: number; readonly length: number }) {
    this.#length = length;
    this.bytes = new Uint8Array(blocks * this.#blockBytes).fill(zero);
    this.#view = new DataView(this.bytes.buffer);
    for (let block = 0; block < blocks; block += 1) {
      for (let lane = 0; lane < lanes; lane += 1) this.#putScale(block, lane, 0);
    }
  }

  /** Writes a line; `at` gives its numbers by index. */
  put(block: number, lane: number, at: (index: number) => number): void {
    let largest = 0;
    for (let index = 0; index < this.#length; index += 1) largest = Math.max(largest, Math.abs(at(index)));
    if (largest === 0) return;
    const scale = Math.fround(largest / most);
    const start = block * this.#blockBytes + lane * lanes;
    for (let index = 0; index < this.#length; index += 1) {
      const place = start + Math.floor(index / lanes) * vector + (index % lanes);
      this.bytes[place] = zero + Math.max(-most, Math.min(most, Math.round(at(index) / scale)));
    }
    this.#putScale(block, lane, scale);
  }

  get #blockBytes(): number {
    return this.#length * lanes + 2 * vector;
  }

  #putScale(block: number, lane: number, scale: number): void {
    const at = block * this.#blockBytes + this.#length * lanes + lane * 4;
    this.#view.setFloat32(at, scale, true);
    this.#view.setFloat32(at + vector, -zero * scale, true);
  }
}
