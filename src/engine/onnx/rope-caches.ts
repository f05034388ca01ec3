/**
 * Cosines and sines of every position for rotary embeddings, as the attention kernel reads them.
 * Knows the base, and the divisors per frequency that Llama 3 files carry (`rope_freqs.weight`).
 */
import type { GgufHeader } from '../gguf.ts';
import type { ReadBytes } from '../read-bytes.ts';
import type { LlamaShape } from './llama-shape.ts';
import { describeMatrix, readFloatRows } from './tensor-reader.ts';

/** Makers of the two tables, each `contextTokens` x half a head. */
export function ropeCaches(
  source: {
    readonly header: GgufHeader;
    readonly fileBytes: number;
    readonly read: ReadBytes;
    readonly shape: LlamaShape;
  },
  contextTokens: number,
): Readonly<Record<'cos' | 'sin', () => Float32Array<ArrayBuffer>>> {
  const { header, fileBytes, read, shape } = source;
  const half = shape.headSize / 2;
  const divisors = header.tensors.find(({ name }) => name === 'rope_freqs.weight');
  const fill = (turn: (angle: number) => number): Float32Array<ArrayBuffer> => {
    const factors =
      divisors === undefined
        ? undefined
        : readFloatRows(read, describeMatrix(header, divisors, fileBytes), 0, 1);
    const output = new Float32Array(contextTokens * half);
    for (let index = 0; index < half; index += 1) {
      const frequency = shape.ropeBase ** (-index / half) / (factors?.[index] ?? 1);
      for (let position = 0; position < contextTokens; position += 1) {
        output[position * half + index] = turn(position * frequency);
      }
    }
    return output;
  };
  return { cos: () => fill(Math.cos), sin: () => fill(Math.sin) };
}
