/** Hand-made blocks against values worked out from ggml's definition of each packing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packingOf } from '../../../src/engine/dequantise.ts';
import { tensorTypes } from '../../../src/engine/gguf.ts';

const one = [0x00, 0x3c]; // 1.0 as a half
const minusTwo = [0x00, 0xc0];
const half = [0x00, 0x38];

function unpack(type: number, bytes: readonly number[]): number[] {
  const packing = packingOf(type);
  if (packing === undefined) throw new Error(`type ${String(type)} is not known`);
  const output = new Float32Array((bytes.length / packing.blockBytes) * packing.blockWeights);
  packing.unpack(new Uint8Array(bytes), output);
  return [...output];
}

describe('unpacking', () => {
  test('Q4_1: nibble times scale plus minimum, low nibbles first', () => {
    const nibbles = Array.from({ length: 16 }, (_, index) => index | ((15 - index) << 4));
    const values = unpack(tensorTypes.q4_1, [...half, ...minusTwo, ...nibbles]);
    expect(values.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, index) => index / 2 - 2));
    expect(values.slice(16)).toEqual(Array.from({ length: 16 }, (_, index) => (15 - index) / 2 - 2));
  });

  test('Q4_0: nibble less eight, times scale', () => {
    const values = unpack(tensorTypes.q4_0, [...minusTwo, 0xf0, ...Array.from({ length: 15 }, () => 0x88)]);
    expect(values[0]).toBe(16);
    expect(values[16]).toBe(-14);
    expect(values.filter((value) => value === 0)).toHaveLength(30);
  });

  test('Q8_0: signed byte times scale', () => {
    const values = unpack(tensorTypes.q8_0, [...half, 0x7f, 0x80, ...Array.from({ length: 30 }, () => 0xff)]);
    expect(values.slice(0, 3)).toEqual([63.5, -64, -0.5]);
  });

  test('F16: every kind of pattern', () => {
    const patterns = [one, minusTwo, [0x01, 0x00], [0xff, 0x03], [0xff, 0x7b], [0x00, 0x7c], [0x00, 0xfc]];
    expect(unpack(tensorTypes.f16, patterns.flat())).toEqual([
      1,
      -2,
      2 ** -24,
      1023 * 2 ** -24,
      65_504,
      Infinity,
      -Infinity,
    ]);
    expect(unpack(tensorTypes.f16, [0x01, 0x7e])[0]).toBeNaN();
    expect(Object.is(unpack(tensorTypes.f16, [0x00, 0x80])[0], -0)).toBe(true);
  });

  test('Q4_1 equals single-precision arithmetic, fused or not', () => {
    // Finite halves; ggml computes `nibble * d + m` in 32-bit floats, some compilers as one fused operation.
    const finite = fc.integer({ min: 0, max: 0xffff }).filter((pattern) => (pattern & 0x7c00) !== 0x7c00);
    fc.assert(
      fc.property(finite, finite, fc.integer({ min: 0, max: 255 }), (scale, minimum, pair) => {
        const bytes = [scale & 255, scale >> 8, minimum & 255, minimum >> 8];
        const values = unpack(tensorTypes.q4_1, [...bytes, pair, ...Array.from({ length: 15 }, () => 0)]);
        const [d = 0, m = 0] = unpack(tensorTypes.f16, bytes);
        expect(values[0]).toBe(Math.fround(Math.fround((pair & 15) * d) + m));
        expect(values[16]).toBe(Math.fround((pair >> 4) * d + m));
      }),
    );
  });

  test('other packings are left alone', () => {
    expect(packingOf(tensorTypes.f32)).toBeUndefined();
    expect(packingOf(12)).toBeUndefined();
  });
});
