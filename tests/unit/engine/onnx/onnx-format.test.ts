/** The bytes of a graph: the wire format by itself, and a whole model as the runtime reads it. */
import fc from 'fast-check';
import * as runtime from 'onnxruntime-web/wasm';
import { describe, expect, test } from 'vitest';
import { LazyBytes } from '../../../../src/engine/onnx/lazy-bytes.ts';
import { onnxFault } from '../../../../src/engine/onnx/onnx-faults.ts';
import { encodeModel } from '../../../../src/engine/onnx/onnx-format.ts';
import type { Graph } from '../../../../src/engine/onnx/onnx-format.ts';
import { ProtobufMessage } from '../../../../src/engine/onnx/protobuf.ts';

runtime.env.wasm.numThreads = 1;

/** Reads one variable-length integer by the published rule: seven bits a byte, the lowest first. */
function readVarint(bytes: Uint8Array, start: number): { value: bigint; end: number } {
  let [value, shift, at] = [0n, 0n, start];
  for (;;) {
    const byte = BigInt(bytes[at]!);
    value |= (byte & 127n) << shift;
    at += 1;
    shift += 7n;
    if (byte < 128n) return { value, end: at };
  }
}

describe('fields', () => {
  test('integers of any sign come back as 64 bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 20 }), fc.maxSafeInteger(), (field, number) => {
        const bytes = new ProtobufMessage().integer(field, number).finish();
        const tag = readVarint(bytes, 0);
        expect(tag.value).toBe(BigInt(field) << 3n);
        const { value, end } = readVarint(bytes, tag.end);
        expect(BigInt.asIntN(64, value)).toBe(BigInt(number));
        expect(end).toBe(bytes.length);
      }),
    );
  });

  test('pieces come back whole, whatever their length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (piece, text) => {
        const inner = new ProtobufMessage().bytes(3, piece).text(4, text);
        const bytes = new ProtobufMessage().message(5, inner).finish();
        const tag = readVarint(bytes, 0);
        expect(tag.value).toBe((5n << 3n) | 2n);
        const length = readVarint(bytes, tag.end);
        const body = bytes.subarray(length.end);
        expect(BigInt(body.length)).toBe(length.value);
        const pieceLength = readVarint(body, 1);
        const pieceEnd = pieceLength.end + piece.length;
        expect(body.slice(pieceLength.end, pieceEnd)).toEqual(piece);
        const textLength = readVarint(body, pieceEnd + 1);
        expect(body.slice(textLength.end)).toEqual(new TextEncoder().encode(text));
      }),
    );
  });
});

const graph: Graph = {
  inputs: [{ name: 'x', type: 'float32', shape: ['rows', 2] }],
  outputs: [{ name: 'y', type: 'float32', shape: ['rows', 32] }],
  nodes: [{ operator: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
  weights: [{ name: 'w', type: 'float32', shape: [2, 32], byteLength: 256 }],
  constants: {},
};

async function run(bytes: Uint8Array, data: Uint8Array): Promise<readonly number[]> {
  const session = await runtime.InferenceSession.create(bytes, { externalData: [{ path: 'w', data }] });
  const x = new runtime.Tensor('float32', Float32Array.of(1, 10), [1, 2]);
  const { y } = await session.run({ x });
  await session.release();
  return [...(y!.data as Float32Array)];
}

describe('a model', () => {
  const weights = new Uint8Array(Float32Array.from({ length: 64 }, (_, at) => at).buffer);

  const expected = Array.from({ length: 32 }, (_, at) => at + 10 * (32 + at));

  test('runs with weights that are made once, when the runtime takes them', async () => {
    let made = 0;
    const lazy = new LazyBytes(256, () => {
      made += 1;
      return weights;
    });
    expect(made).toBe(0);
    expect(await run(encodeModel(graph), lazy)).toEqual(expected);
    expect(made).toBe(1);
  });

  test('is refused by name where its bytes are cut or changed', async () => {
    const bytes = encodeModel(graph);
    const unknown = encodeModel({ ...graph, nodes: [{ ...graph.nodes[0]!, operator: 'MatMuk' }] });
    for (const broken of [bytes.slice(0, bytes.length - 9), unknown]) {
      const failure = await run(broken, weights).catch((error: unknown) =>
        onnxFault(error, 'model-rejected'),
      );
      expect(failure).toMatchObject({ code: 'model-rejected' });
    }
  });

  test('is refused where weights are shorter than it says', async () => {
    await expect(run(encodeModel(graph), weights.subarray(0, 200))).rejects.toThrow(
      /external data|out of bounds/i,
    );
  });
});

describe('what the runtime throws', () => {
  test.for([
    ['std::bad_alloc', 'out-of-memory'],
    ['Array buffer allocation failed', 'out-of-memory'],
    ['no available backend found. ERR: [wasm] RangeError: could not allocate memory', 'out-of-memory'],
    ['The device was lost (destroyed).', 'device-lost'],
    ['no available backend found. ERR: [wasm] TypeError: Failed to fetch', 'engine-failed'],
    ['There is no room for a shape like this', 'model-rejected'],
  ] as const)('%s is %s', ([text, code]) => {
    const fault = onnxFault(new Error(text), 'model-rejected');
    expect(fault.code).toBe(code);
    expect(fault.reason).toBe(text);
    expect(fault.remedy).toBeDefined();
  });
});
