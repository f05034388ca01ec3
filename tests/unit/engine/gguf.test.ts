/** Headers as they should be, and headers that lie. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openFloatView } from '../../../src/engine/float-view.ts';
import { readGgufHeader, tensorTypes } from '../../../src/engine/gguf.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import { buildGguf } from './gguf-fixture.ts';
import type { FixtureTensor } from './gguf-fixture.ts';

function bytes(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 17) % 60);
}

/** A finite, positive half as a number. */
function float(pattern: number): number {
  const [exponent, fraction] = [pattern >> 10, pattern & 1023];
  return exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const tensors: readonly FixtureTensor[] = [
  { name: 'token_embd.weight', shape: [32, 3], type: tensorTypes.q8_0, data: bytes(34 * 3, 1) },
  { name: 'norm.weight', shape: [32], type: tensorTypes.f32, data: bytes(128, 2) },
  { name: 'blk.0.attn_q.weight', shape: [32, 2], type: tensorTypes.q4_1, data: bytes(20 * 2, 3) },
  { name: 'blk.0.ffn_up.weight', shape: [64, 2], type: tensorTypes.q4_0, data: bytes(18 * 4, 4) },
  { name: 'blk.0.ffn_gate.weight', shape: [32, 2], type: tensorTypes.f16, data: bytes(128, 5) },
];
const file = buildGguf(tensors);

describe('the header', () => {
  test('metadata and tensors are read, arrays skipped', async () => {
    const header = await readGgufHeader(new Blob([file]));
    expect(header.version).toBe(3);
    expect(header.metadata.get('general.architecture')).toBe('toy');
    expect(header.metadata.has('tokenizer.ggml.tokens')).toBe(false);
    expect(header.tensors.map(({ name, shape, type }) => ({ name, shape, type }))).toEqual(
      tensors.map(({ name, shape, type }) => ({ name, shape: [...shape], type })),
    );
    expect(header.headerBytes % 32).toBe(0);
  });

  test('an array that is asked for is read', async () => {
    const header = await readGgufHeader(new Blob([file]), { arrays: ['tokenizer.ggml.tokens', 'absent'] });
    expect([...header.arrays]).toEqual([['tokenizer.ggml.tokens', ['a', 'b']]]);
    expect((await readGgufHeader(new Blob([file]))).arrays.size).toBe(0);
  });

  test('a file cut anywhere inside its header is refused by name', async () => {
    const { headerBytes } = await readGgufHeader(new Blob([file]));
    for (let length = 0; length < headerBytes - 32; length += 1) {
      const failure = await readGgufHeader(new Blob([file.slice(0, length)])).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(Fault);
      expect((failure as Fault).code).toBe('model-rejected');
    }
  });

  test('any damage gives a header or a fault, nothing else', async () => {
    const damage = fc.array(
      fc.record({ at: fc.nat({ max: 420 }), value: fc.integer({ min: 0, max: 255 }) }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const broken = file.slice();
        for (const { at, value } of changes) broken[at] = value;
        const outcome = await openFloatView(new Blob([broken])).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(Fault);
          expect((outcome as Fault).code).toBe('model-rejected');
        }
      }),
      { numRuns: 300 },
    );
  });

  test('garbage is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (garbage) => {
        const failure = await readGgufHeader(new Blob([new Uint8Array(garbage)])).catch(
          (error: unknown) => error,
        );
        expect((failure as Fault).code).toBe('model-rejected');
      }),
    );
  });
});

describe('the float view', () => {
  test('matrices become floats; the Q8_0 embedding and the vector stay', async () => {
    const { blob, convertedTensors } = await openFloatView(new Blob([file]));
    expect(convertedTensors).toBe(3);
    const header = await readGgufHeader(blob);
    expect(header.tensors.map(({ name, type }) => [name, type])).toEqual([
      ['token_embd.weight', tensorTypes.q8_0],
      ['norm.weight', tensorTypes.f32],
      ['blk.0.attn_q.weight', tensorTypes.f32],
      ['blk.0.ffn_up.weight', tensorTypes.f32],
      ['blk.0.ffn_gate.weight', tensorTypes.f32],
    ]);
    const whole = new Uint8Array(await blob.arrayBuffer());
    expect(whole.length).toBe(blob.size);
    for (const [index, { data, type }] of tensors.entries()) {
      const tensor = header.tensors[index]!;
      const start = header.headerBytes + tensor.offset;
      expect(start % 32).toBe(0);
      if (type === tensorTypes.f32 || index === 0) {
        expect(whole.slice(start, start + data.length)).toEqual(new Uint8Array(data));
      }
    }
    // The first weight of the Q4_1 matrix, by hand: nibble * d + m.
    const start = header.headerBytes + header.tensors[2]!.offset;
    const packed = tensors[2]!.data;
    const d = (packed[0]! + packed[1]! * 256) & 0xffff;
    const m = (packed[2]! + packed[3]! * 256) & 0xffff;
    const expected = Math.fround((packed[4]! & 15) * float(d) + float(m));
    expect(new DataView(whole.buffer).getFloat32(start, true)).toBe(expected);
  });

  test('any range read is that range of the whole, sliced or streamed', async () => {
    const { blob } = await openFloatView(new Blob([file]));
    const whole = new Uint8Array(await blob.arrayBuffer());
    const place = fc.nat({ max: blob.size });
    await fc.assert(
      fc.asyncProperty(place, place, async (left, right) => {
        const [start, end] = left < right ? [left, right] : [right, left];
        const part = blob.slice(start, end);
        expect(part.size).toBe(end - start);
        expect(new Uint8Array(await part.arrayBuffer())).toEqual(whole.slice(start, end));
      }),
    );
    const streamed = new Uint8Array(await new Response(blob.stream()).arrayBuffer());
    expect(streamed).toEqual(whole);
    expect(new Uint8Array(await blob.slice(-40, -8).slice(4).arrayBuffer())).toEqual(whole.slice(-36, -8));
  });

  test('a tensor with fewer bytes than its shape needs is refused', async () => {
    const short = buildGguf([
      { name: 'a.weight', shape: [32, 64], type: tensorTypes.q4_1, data: bytes(20, 1) },
    ]);
    await expect(openFloatView(new Blob([short]))).rejects.toMatchObject({ code: 'model-rejected' });
  });
});
