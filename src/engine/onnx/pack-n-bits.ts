/**
 * GGUF blocks -> what MatMulNBits reads: whole numbers, one scale and one whole zero point a block of 32.
 * Q4_0 and Q8_0 have a whole zero point by nature and keep every bit. Q4_1 has a float minimum instead, so its blocks
 * go into 8 bits, on a grid some 16 times finer than their own: 4 bits lose as much again as Q4_1 itself did.
 */
import { tensorTypes } from '../gguf.ts';
import type { ReadBytes } from '../read-bytes.ts';
import type { Linear } from './linear.ts';
import { readPackedRows } from './tensor-reader.ts';
import type { PackedMatrix } from './tensor-reader.ts';

/** The three inputs of MatMulNBits, rows first; 4-bit values stand in pairs, the first in the low half of a byte. */
export interface PackedBlocks {
  readonly weights: Uint8Array<ArrayBuffer>;
  readonly scales: Uint8Array<ArrayBuffer>;
  readonly zeroPoints: Uint8Array<ArrayBuffer>;
}

/** One block on its way: 32 whole numbers with their scale and zero point. Reused from block to block. */
interface Block {
  readonly values: Uint8Array;
  scale: number;
  zeroPoint: number;
}

export const blockWeights = 32;

/** The nearest grid of 256 steps that spans the floats and zero. */
function fitEightBits(floats: Float32Array, block: Block): void {
  let [low, high] = [0, 0];
  for (const float of floats) {
    if (float < low) low = float;
    if (float > high) high = float;
  }
  const scale = (high - low) / 255;
  block.scale = scale;
  block.zeroPoint = scale === 0 ? 0 : Math.round(-low / scale);
  for (let index = 0; index < blockWeights; index += 1) {
    const step = scale === 0 ? 0 : Math.round((floats[index] ?? 0) / scale) + block.zeroPoint;
    block.values[index] = Math.min(255, Math.max(0, step));
  }
}

/** Q4_0 and Q8_0 as they are: the floats are whole multiples of a scale, and any of them but zero gives it away. */
function keepExact(packed: Uint8Array, floats: Float32Array, zeroPoint: number, block: Block): void {
  const isFour = packed.length === 18;
  let largest = 0;
  block.scale = 0;
  for (let index = 0; index < blockWeights; index += 1) {
    const byte = packed[2 + (isFour ? index % 16 : index)] ?? 0;
    const whole = isFour ? (index < 16 ? byte & 15 : byte >> 4) - 8 : (byte << 24) >> 24;
    block.values[index] = whole + zeroPoint;
    if (Math.abs(whole) <= largest) continue;
    largest = Math.abs(whole);
    block.scale = (floats[index] ?? 0) / whole;
  }
  block.zeroPoint = zeroPoint;
}

/** Fills the three outputs of a linear, row after row. */
class Packer {
  readonly blocks: PackedBlocks;
  readonly #bits: 4 | 8;
  readonly #perRow: number;
  readonly #zeroBytes: number;
  readonly #scales: Float32Array<ArrayBuffer>;
  readonly #floats = new Float32Array(blockWeights);
  readonly #block: Block = { values: new Uint8Array(blockWeights), scale: 0, zeroPoint: 0 };

  constructor({ from, to }: Linear, bits: 4 | 8) {
    this.#bits = bits;
    this.#perRow = from / blockWeights;
    this.#zeroBytes = Math.ceil((this.#perRow * bits) / 8);
    this.#scales = new Float32Array(to * this.#perRow);
    this.blocks = {
      weights: new Uint8Array((to * from * bits) / 8),
      scales: new Uint8Array(this.#scales.buffer),
      zeroPoints: new Uint8Array(to * this.#zeroBytes),
    };
  }

  /** Packs a row of a matrix, given as its packed bytes, as row `output` of the linear. */
  row(matrix: PackedMatrix, bytes: Uint8Array, output: number): void {
    const { blockBytes, unpack } = matrix.packing;
    for (let index = 0; index < this.#perRow; index += 1) {
      const packed = bytes.subarray(index * blockBytes, (index + 1) * blockBytes);
      unpack(packed, this.#floats);
      if (matrix.type === tensorTypes.q4_1) fitEightBits(this.#floats, this.#block);
      else keepExact(packed, this.#floats, 2 ** (this.#bits - 1), this.#block);
      this.#put(output, index);
    }
  }

  #put(output: number, index: number): void {
    const { values, scale, zeroPoint } = this.#block;
    const { weights, zeroPoints } = this.blocks;
    const at = output * this.#perRow + index;
    this.#scales[at] = scale;
    if (this.#bits === 8) {
      weights.set(values, at * blockWeights);
      zeroPoints[at] = zeroPoint;
      return;
    }
    for (let place = 0; place < blockWeights; place += 2) {
      weights[(at * blockWeights + place) / 2] = (values[place] ?? 0) | ((values[place + 1] ?? 0) << 4);
    }
    const pair = output * this.#zeroBytes + (index >> 1);
    zeroPoints[pair] = (zeroPoints[pair] ?? 0) | (zeroPoint << (index % 2 === 0 ? 0 : 4));
  }
}

/** Packs all rows of a linear's parts. Row lengths are multiples of 32, as GGUF has them. */
export function packNBits(read: ReadBytes, linear: Linear, bits: 4 | 8): PackedBlocks {
  const packer = new Packer(linear, bits);
  let output = 0;
  for (const { matrix, rowAt = (row: number): number => row } of linear.parts) {
    const bytes = readPackedRows(read, matrix, 0, matrix.rows);
    for (let row = 0; row < matrix.rows; row += 1, output += 1) {
      const start = rowAt(row) * matrix.rowBytes;
      packer.row(matrix, bytes.subarray(start, start + matrix.rowBytes), output);
    }
  }
  return packer.blocks;
}
