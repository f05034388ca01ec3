import { describe, expect, test } from 'vitest';
import { readGgufHeader } from '../../../../src/engine/gguf.ts';
import { packMatrix, packedBytes } from '../../../../src/engine/kernel/pack-weights.ts';
import { describeMatrix, readFloatRows } from '../../../../src/engine/onnx/tensor-reader.ts';
import { openBytes } from '../../../../src/engine/read-bytes.ts';
import { makeTinyLlama } from '../../../fixtures/tiny-llama.ts';

/** What the kernel's layout says: four rows side by side, 32 weights a block. */
function weightAt(
  packed: DataView,
  narrow: boolean,
  place: { row: number; column: number; columns: number },
): number {
  const { row, column, columns } = place;
  const lane = row % 4;
  const blockBytes = narrow ? 96 : 160;
  const block = (((row - lane) / 4) * (columns / 32) + Math.floor(column / 32)) * blockBytes;
  const within = column % 32;
  if (!narrow) {
    const byte = packed.getInt8(block + Math.floor(within / 4) * 16 + lane * 4 + (within % 4));
    return byte * packed.getFloat32(block + 128 + lane * 4, true);
  }
  const half = within % 16;
  const byte = packed.getUint8(block + Math.floor(half / 4) * 16 + lane * 4 + (half % 4));
  const weight = within < 16 ? byte & 15 : byte >> 4;
  return (
    weight * packed.getFloat32(block + 64 + lane * 4, true) + packed.getFloat32(block + 80 + lane * 4, true)
  );
}

describe('weights for the kernel', () => {
  test.for([
    ['q4_0', 'blk.1.ffn_down.weight'],
    ['q4_1', 'blk.0.attn_k.weight'],
    ['q4_1', 'token_embd.weight'],
  ] as const)('%s: %s is the file, weight by weight', async ([packing, name]) => {
    const file = new Blob([makeTinyLlama({ packing })]);
    const header = await readGgufHeader(file);
    const read = await openBytes(file);
    const matrix = describeMatrix(
      header,
      header.tensors.find((tensor) => tensor.name === name)!,
      file.size,
    );
    const packed = new Uint8Array(packedBytes(matrix));
    packMatrix(read, matrix, packed);
    const floats = readFloatRows(read, matrix, 0, matrix.rows);
    const view = new DataView(packed.buffer);
    const { columns } = matrix;
    const narrow = name.startsWith('blk');
    let worst = 0;
    for (let row = 0; row < matrix.rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const weight = weightAt(view, narrow, { row, column, columns });
        worst = Math.max(worst, Math.abs(weight - (floats[row * columns + column] ?? Number.NaN)));
      }
    }
    expect(worst).toBeLessThan(1e-6);
  });

  test('the sum that a wide block carries is 64 times that of its weights', async () => {
    const file = new Blob([makeTinyLlama({ packing: 'q8_0' })]);
    const header = await readGgufHeader(file);
    const tensor = header.tensors.find(({ name }) => name === 'token_embd.weight')!;
    const matrix = describeMatrix(header, tensor, file.size);
    const packed = new Uint8Array(packedBytes(matrix));
    packMatrix(await openBytes(file), matrix, packed);
    const view = new DataView(packed.buffer);
    for (let lane = 0; lane < 4; lane += 1) {
      let sum = 0;
      for (let part = 0; part < 8; part += 1)
        for (let index = 0; index < 4; index += 1) sum += view.getInt8(part * 16 + lane * 4 + index);
      expect(view.getFloat32(144 + lane * 4, true)).toBe(64 * sum);
    }
  });
});
