/** Builds small GGUF files by the published layout, independently of the reader under test. */

export interface FixtureTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly data: Uint8Array;
}

const encoder = new TextEncoder();

function u32(value: number): number[] {
  return [...new Uint8Array(new Uint32Array([value]).buffer)];
}

function u64(value: number): number[] {
  return [...new Uint8Array(new BigUint64Array([BigInt(value)]).buffer)];
}

function text(value: string): number[] {
  const bytes = encoder.encode(value);
  return [...u64(bytes.length), ...bytes];
}

function pad(bytes: number[], alignment: number): void {
  while (bytes.length % alignment !== 0) bytes.push(0);
}

/** A GGUF file of version 3 with a string, a number and an array of strings as metadata. */
export function buildGguf(tensors: readonly FixtureTensor[], alignment = 32): Uint8Array<ArrayBuffer> {
  const entries = [
    [...text('general.architecture'), ...u32(8), ...text('toy')],
    [...text('general.alignment'), ...u32(4), ...u32(alignment)],
    [...text('tokenizer.ggml.tokens'), ...u32(9), ...u32(8), ...u64(2), ...text('a'), ...text('b')],
  ];
  const data: number[] = [];
  const lines = tensors.map(({ name, shape, type, data: bytes }) => {
    pad(data, alignment);
    const offset = data.length;
    data.push(...bytes);
    return [
      ...text(name),
      ...u32(shape.length),
      ...shape.flatMap((side) => u64(side)),
      ...u32(type),
      ...u64(offset),
    ];
  });
  const header = [
    ...encoder.encode('GGUF'),
    ...u32(3),
    ...u64(tensors.length),
    ...u64(entries.length),
    ...entries.flat(),
    ...lines.flat(),
  ];
  pad(header, alignment);
  pad(data, alignment);
  return new Uint8Array([...header, ...data]);
}
