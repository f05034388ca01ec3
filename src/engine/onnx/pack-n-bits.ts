/**
 * GGUF blocks -> what MatMulNBits reads: whole numbers, one scale and one whole zero point a block of 32.
 * Q4_0 and Q8_0 have a whole zero point by nature and keep every bit. Q4_1 has a float minimum instead: its blocks are
 * fitted anew, by least squares in 4 bits, or on a grid 16 times finer in 8.
 */
import { tensorTypes } from '../gguf.ts';
import type { Linear } from './linear.ts';
import { readPackedRows } from './tensor-reader.ts';
import type { ReadBytes } from './tensor-reader.ts';

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

const blockWeights = 32;

function clamp(value: number, highest: number): number {
  return Math.min(highest, Math.max(0, value));
}

/** Fits `floats` by (value - zeroPoint) * scale with a given zero point; returns the squared error. */
function fitScale(floats: Float32Array, guess: number, zeroPoint: number, block: Block): number {
  let scale = guess;
  for (let round = 0; round < 2; round += 1) {
    let [product, square] = [0, 0];
    for (let index = 0; index < blockWeights; index += 1) {
      const float = floats[index] ?? 0;
      const offset = clamp(Math.round(float / scale) + zeroPoint, 15) - zeroPoint;
      product += float * offset;
      square += offset * offset;
    }
    if (product > 0 && square > 0) scale = product / square;
  }
  let error = 0;
  for (let index = 0; index < blockWeights; index += 1) {
    const float = floats[index] ?? 0;
    const value = clamp(Math.round(float / scale) + zeroPoint, 15);
    block.values[index] = value;
    error += (float - (value - zeroPoint) * scale) ** 2;
  }
  block.scale = scale;
  block.zeroPoint = zeroPoint;
  return error;
}

/** The best of the two whole zero points around the exact one. `spare` is scratch space. */
function fitFourBits(floats: Float32Array, block: Block, spare: Block): void {
  let [low, high] = [0, 0];
  for (const float of floats) {
    if (float < low) low = float;
    if (float > high) high = float;
  }
  const step = (high - low) / 15;
  if (step === 0) {
    block.values.fill(8);
    block.scale = 0;
    block.zeroPoint = 8;
    return;
  }
  const exact = clamp(-low / step, 15);
  const below = fitScale(floats, step, Math.floor(exact), block);
  const above = fitScale(floats, step, Math.ceil(exact), spare);
  if (above >= below) return;
  block.values.set(spare.values);
  block.scale = spare.scale;
  block.zeroPoint = spare.zeroPoint;
}

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
    block.values[index] =
      scale === 0 ? 0 : clamp(Math.round((floats[index] ?? 0) / scale) + block.zeroPoint, 255);
  }
}

/** Q4_0 and Q8_0 as they are: the floats are whole multiples of the block's scale, which is read from its bytes. */
function keepExact(packed: Uint8Array, floats: Float32Array, zeroPoint: number, block: Block): void {
  let largest = 0;
  const isFour = packed.length === 18;
  for (let index = 0; index < blockWeights; index += 1) {
    const byte = packed[2 + (isFour ? index % 16 : index)] ?? 0;
    const whole = isFour ? (index < 16 ? byte & 15 : byte >> 4) - 8 : (byte << 24) >> 24;
    block.values[index] = whole + zeroPoint;
    if (Math.abs(whole) > Math.abs(largest)) {
      largest = whole;
      block.scale = (floats[index] ?? 0) / whole;
    }
  }
  if (largest === 0) block.scale = 0;
  block.zeroPoint = zeroPoint;
}

function fitBlock(
  part: { readonly packed: Uint8Array; readonly floats: Float32Array; readonly type: number },
  bits: 4 | 8,
  to: readonly [Block, Block],
): void {
  const { packed, floats, type } = part;
  if (type !== tensorTypes.q4_1) keepExact(packed, floats, bits === 4 ? 8 : 128, to[0]);
  else if (bits === 8) fitEightBits(floats, to[0]);
  else fitFourBits(floats, to[0], to[1]);
}

/** Packs all rows of a linear's parts. Row lengths are multiples of 32, as GGUF has them. */
export function packNBits(read: ReadBytes, linear: Linear, bits: 4 | 8): PackedBlocks {
  const blocks = linear.from / blockWeights;
  const zeroBytes = bits === 4 ? Math.ceil(blocks / 2) : blocks;
  const weights = new Uint8Array((linear.to * linear.from * bits) / 8);
  const scales = new Float32Array(linear.to * blocks);
  const zeroPoints = new Uint8Array(linear.to * zeroBytes);
  const floats = new Float32Array(blockWeights);
  const makeBlock = (): Block => ({ values: new Uint8Array(blockWeights), scale: 0, zeroPoint: 0 });
  const [block, spare] = [makeBlock(), makeBlock()];
  let [output, target] = [0, 0];
  for (const { matrix, rowAt = (row: number): number => row } of linear.parts) {
    const bytes = readPackedRows(read, matrix, 0, matrix.rows);
    const { blockBytes, unpack } = matrix.packing;
    for (let row = 0; row < matrix.rows; row += 1, output += 1) {
      const start = rowAt(row) * matrix.rowBytes;
      for (let index = 0; index < blocks; index += 1) {
        const from = start + index * blockBytes;
        const packed = bytes.subarray(from, from + blockBytes);
        unpack(packed, floats);
        fitBlock({ packed, floats, type: matrix.type }, bits, [block, spare]);
        scales[output * blocks + index] = block.scale;
        if (bits === 8) {
          weights.set(block.values, target);
          zeroPoints[output * zeroBytes + index] = block.zeroPoint;
          target += blockWeights;
          continue;
        }
        for (let place = 0; place < blockWeights; place += 2, target += 1) {
          weights[target] = (block.values[place] ?? 0) | ((block.values[place + 1] ?? 0) << 4);
        }
        const at = output * zeroBytes + (index >> 1);
        zeroPoints[at] = (zeroPoints[at] ?? 0) | (block.zeroPoint << (index % 2 === 0 ? 0 : 4));
      }
    }
  }
  return { weights, scales: new Uint8Array(scales.buffer), zeroPoints };
}
