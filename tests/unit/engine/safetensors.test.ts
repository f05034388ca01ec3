/** safetensors: what is written is read again, and a file with one wrong byte in its header is a Fault, never a crash. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../src/engine/safetensors.ts';
import type { SafeTensor } from '../../../src/engine/safetensors.ts';
import { Fault } from '../../../src/protocol/fault.ts';

const widths = { F32: 4, F16: 2, BF16: 2, I64: 8, U8: 1 } as const;

const files = fc.record({
  metadata: fc
    .uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([key]) => key })
    .map((entries) => new Map(entries)),
  tensors: fc.uniqueArray(
    fc
      .record({
        name: fc.string().filter((name) => name !== '__metadata__'),
        type: fc.constantFrom(...(Object.keys(widths) as (keyof typeof widths)[])),
        shape: fc.array(fc.nat(4), { maxLength: 3 }),
        fill: fc.nat(255),
      })
      .map(({ name, type, shape, fill }): SafeTensor => {
        const bytes = new Uint8Array(shape.reduce((product, side) => product * side, widths[type])).fill(
          fill,
        );
        return { name, type, shape, bytes };
      }),
    { selector: ({ name }) => name },
  ),
});

const order = (list: readonly SafeTensor[]): SafeTensor[] =>
  list.toSorted((left, right) => (left.name < right.name ? -1 : 1));

function withHeader(header: unknown, data: readonly number[]): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

describe('safetensors', () => {
  test('what is written is read again', () => {
    fc.assert(
      fc.property(files, ({ metadata, tensors }) => {
        const read = readSafetensors(writeSafetensors({ metadata, tensors }));
        expect(read.metadata).toEqual(metadata);
        expect(order(read.tensors)).toEqual(order(tensors));
      }),
    );
  });

  test('any damage is read as something or refused with a Fault', () => {
    fc.assert(
      fc.property(files, fc.nat(), fc.nat(255), fc.nat(), ({ metadata, tensors }, at, value, cut) => {
        const file = writeSafetensors({ metadata, tensors });
        file[at % file.length] = value;
        try {
          readSafetensors(file.slice(0, file.length - (cut % 3)));
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 400 },
    );
  });

  const line = { dtype: 'U8', shape: [2], data_offsets: [0, 2] };
  test.for([
    ['nothing', new Uint8Array(3), /3 bytes long/],
    ['a header longer than the file', new Uint8Array(8).fill(9), /claims a header/],
    ['no JSON', withHeader('{', []), /not a JSON object/],
    ['a list', withHeader([], []), /not a JSON object/],
    ['an unknown type', withHeader({ x: { ...line, dtype: 'F7' } }, [1, 2]), /unknown type "F7"/],
    ['a shape that is none', withHeader({ x: { ...line, shape: [-2] } }, [1, 2]), /proper shape/],
    ['too few bytes', withHeader({ x: line }, [1]), /2 bytes where 2|has 2 bytes/],
    ['bytes of no tensor', withHeader({ x: line }, [1, 2, 3]), /1 bytes at its end/],
    ['two tensors in one place', withHeader({ x: line, y: line }, [1, 2]), /overlap/],
    ['a gap', withHeader({ x: { ...line, data_offsets: [1, 3] } }, [0, 1, 2]), /gap/],
    ['metadata of numbers', withHeader({ __metadata__: { a: 1 } }, []), /__metadata__/],
  ] as const)('refused: %s', ([, file, reason]) => {
    expect(() => readSafetensors(file)).toThrow(Fault);
    try {
      readSafetensors(file);
    } catch (error) {
      expect((error as Fault).reason).toMatch(reason);
    }
  });
});
