/**
 * Matrices of a GGUF file as the kernel reads them: four rows side by side, block by block (workers/kernel/packed-linear.ts). The
 * weights stay the file's own bits. Knows block layouts; nothing of what a matrix means.
 */
import { halfToFloat } from '../dequantise.ts';
import { tensorTypes } from '../gguf.ts';
import type { PackedMatrix } from '../onnx/tensor-reader.ts';
import { readPackedRows } from '../onnx/tensor-reader.ts';
import type { ReadBytes } from '../read-bytes.ts';

/** Rows side by side. */
const lanes = 4;
const blockWeights = 32;
const narrowBytes = 96;
const wideBytes = 160;
/** Rows read from the file at a time. */
const rowsAtOnce = 4096;

/** Whether the kernel has products for weights of this ggml type: 4 bits, in linears. */
export function isNarrow(type: number): boolean {
  return type === tensorTypes.q4_0 || type === tensorTypes.q4_1;
}

/** Bytes that a matrix takes once packed; rows are filled up to a multiple of four. */
export function packedBytes(matrix: PackedMatrix): number {
  const groups = Math.ceil(matrix.rows / lanes);
  return groups * (matrix.columns / blockWeights) * (isNarrow(matrix.type) ? narrowBytes : wideBytes);
}

/** Writes the matrix, Q4_0, Q4_1 or Q8_0, to `to`, which has `packedBytes` zeroed bytes. */
export function packMatrix(read: ReadBytes, matrix: PackedMatrix, to: Uint8Array): void {
  const output = new DataView(to.buffer, to.byteOffset, to.byteLength);
  for (let first = 0; first < matrix.rows; first += rowsAtOnce) {
    const last = Math.min(matrix.rows, first + rowsAtOnce);
    const bytes = readPackedRows(read, matrix, first, last);
    const input = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (isNarrow(matrix.type)) packNarrow(input, matrix, output, first);
    else packWide(input, matrix, output, first);
  }
}

function packNarrow(
  input: DataView,
  { columns, type, rowBytes }: PackedMatrix,
  output: DataView,
  first: number,
): void {
  const hasLeast = type === tensorTypes.q4_1;
  const blocks = columns / blockWeights;
  const bytes = rowBytes / blocks;
  for (let from = 0, block = first * blocks; from < input.byteLength; from += bytes, block += 1) {
    const row = Math.floor(block / blocks);
    const lane = row % lanes;
    const to = ((row - lane) / lanes) * blocks * narrowBytes + (block % blocks) * narrowBytes;
    const weights = from + (hasLeast ? 4 : 2);
    for (let part = 0; part < 4; part += 1) {
      output.setUint32(to + part * 16 + lane * 4, input.getUint32(weights + part * 4, true), true);
    }
    const scale = halfToFloat(input.getUint16(from, true));
    output.setFloat32(to + 64 + lane * 4, scale, true);
    const least = hasLeast ? halfToFloat(input.getUint16(from + 2, true)) : -8 * scale;
    output.setFloat32(to + 80 + lane * 4, least, true);
  }
}

function packWide(
  input: DataView,
  { columns, rowBytes }: PackedMatrix,
  output: DataView,
  first: number,
): void {
  const blocks = columns / blockWeights;
  const bytes = rowBytes / blocks;
  for (let from = 0, block = first * blocks; from < input.byteLength; from += bytes, block += 1) {
    const row = Math.floor(block / blocks);
    const lane = row % lanes;
    const to = ((row - lane) / lanes) * blocks * wideBytes + (block % blocks) * wideBytes;
    let sum = 0;
    for (let part = 0; part < 8; part += 1) {
      const four = input.getInt32(from + 2 + part * 4, true);
      output.setInt32(to + part * 16 + lane * 4, four, true);
      sum += ((four << 24) >> 24) + ((four << 16) >> 24) + ((four << 8) >> 24) + (four >> 24);
    }
    output.setFloat32(to + 128 + lane * 4, halfToFloat(input.getUint16(from, true)), true);
    output.setFloat32(to + 144 + lane * 4, 64 * sum, true);
  }
}
