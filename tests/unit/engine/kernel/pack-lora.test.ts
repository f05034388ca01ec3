import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packLora } from '../../../../src/engine/kernel/pack-lora.ts';

/** What the kernel's layout says: lines of `length` numbers, four side by side, then four scales and what zero comes to. */
function numberAt(packed: Uint8Array, place: { block: number; lane: number; index: number; length: number }) {
  const { block, lane, index, length } = place;
  const view = new DataView(packed.buffer, packed.byteOffset);
  const start = block * (4 * length + 32);
  const scale = view.getFloat32(start + 4 * length + 4 * lane, true);
  const least = view.getFloat32(start + 4 * length + 16 + 4 * lane, true);
  const byte = view.getUint8(start + Math.floor(index / 4) * 16 + lane * 4 + (index % 4));
  return { value: byte * scale + least, step: scale, byte };
}

const sides = fc.record({
  rank: fc.integer({ min: 1, max: 18 }),
  blocks: fc.integer({ min: 1, max: 3 }),
  groups: fc.integer({ min: 1, max: 5 }),
  seed: fc.integer({ min: 1, max: 1000 }),
  size: fc.constantFrom(1e-6, 1, 1e4),
});

function floats(count: number, seed: number, size: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => size * Math.sin(index * index + seed));
}

describe('an adapter for the kernel', () => {
  test('both matrices are what they were to half a step of their line, whatever their sides', () => {
    fc.assert(
      fc.property(sides, ({ rank, blocks, groups, seed, size }) => {
        const [inputs, outputs] = [32 * blocks, 4 * groups];
        const a = floats(rank * inputs, seed, size);
        const b = floats(rank * outputs, seed + 1, size);
        const packed = packLora({ rank, a, b });
        expect(packed.rank).toBe(Math.ceil(rank / 4) * 4);
        for (let row = 0; row < rank; row += 1) {
          for (let column = 0; column < inputs; column += 1) {
            const { value, step, byte } = numberAt(packed.a, {
              block: Math.floor(row / 4) * blocks + Math.floor(column / 32),
              lane: row % 4,
              index: column % 32,
              length: 32,
            });
            expect(Math.abs(value - (a[row * inputs + column] ?? NaN))).toBeLessThanOrEqual(0.51 * step);
            // Where the top bit is set, processors differ in what a product is.
            expect(byte).toBeLessThan(128);
          }
        }
        for (let index = 0; index < packed.rank; index += 1) {
          for (let output = 0; output < outputs; output += 1) {
            const { value, step, byte } = numberAt(packed.b, {
              block: Math.floor(output / 4),
              lane: output % 4,
              index,
              length: packed.rank,
            });
            const expected = index < rank ? (b[index * outputs + output] ?? NaN) : 0;
            expect(Math.abs(value - expected)).toBeLessThanOrEqual(0.51 * step);
            expect(byte).toBeLessThan(128);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a matrix of zeros adds nothing', () => {
    const { a, b } = packLora({ rank: 4, a: new Float32Array(128), b: new Float32Array(16) });
    expect(numberAt(a, { block: 0, lane: 2, index: 5, length: 32 })).toEqual({ value: 0, step: 0, byte: 64 });
    expect(numberAt(b, { block: 0, lane: 3, index: 3, length: 4 })).toEqual({ value: 0, step: 0, byte: 64 });
  });
});
