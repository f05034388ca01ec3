/**
 * Turns packed weights into 32-bit floats, bit for bit as ggml does: each product of a scale and a small integer is
 * exact, and the one sum of Q4_1 is rounded once, so the order of operations cannot matter.
 * Knows the block layouts of Q4_0, Q4_1, Q8_0 and F16; knows nothing of files or tensors.
 */
import { tensorTypes } from './gguf.ts';

export interface Packing {
  /** Weights in one block. */
  readonly blockWeights: number;
  /** Bytes of one block. */
  readonly blockBytes: number;
  /** Unpacks whole blocks: `output` has `packed.length / blockBytes * blockWeights` places. */
  readonly unpack: (packed: Uint8Array, output: Float32Array) => void;
}

/** The float behind each of the 65,536 half-precision patterns. Made on first use: 256 KB. */
let halves: Float32Array | undefined;

function halfTable(): Float32Array {
  if (halves !== undefined) return halves;
  const table = new Float32Array(65_536);
  for (let pattern = 0; pattern < 65_536; pattern += 1) {
    const sign = pattern >= 0x8000 ? -1 : 1;
    const exponent = (pattern >> 10) & 0x1f;
    const fraction = pattern & 0x3ff;
    if (exponent === 0) table[pattern] = sign * fraction * 2 ** -24;
    else if (exponent === 31) table[pattern] = fraction === 0 ? sign * Infinity : NaN;
    else table[pattern] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  halves = table;
  return table;
}

function halfAt(table: Float32Array, bytes: Uint8Array, position: number): number {
  return table[(bytes[position] ?? 0) | ((bytes[position + 1] ?? 0) << 8)] ?? 0;
}

/** The float behind a half-precision pattern of 16 bits. */
export function halfToFloat(pattern: number): number {
  return halfTable()[pattern] ?? 0;
}

/** Half `d`, then 16 bytes: low nibbles are weights 0-15, high nibbles 16-31; weight = (nibble - 8) * d. */
function unpackQ4_0(packed: Uint8Array, output: Float32Array): void {
  const table = halfTable();
  for (let from = 0, to = 0; from < packed.length; from += 18, to += 32) {
    const scale = halfAt(table, packed, from);
    for (let index = 0; index < 16; index += 1) {
      const pair = packed[from + 2 + index] ?? 0;
      output[to + index] = ((pair & 15) - 8) * scale;
      output[to + 16 + index] = ((pair >> 4) - 8) * scale;
    }
  }
}

/** Half `d`, half `m`, then 16 bytes as in Q4_0; weight = nibble * d + m. */
function unpackQ4_1(packed: Uint8Array, output: Float32Array): void {
  const table = halfTable();
  for (let from = 0, to = 0; from < packed.length; from += 20, to += 32) {
    const scale = halfAt(table, packed, from);
    const minimum = halfAt(table, packed, from + 2);
    for (let index = 0; index < 16; index += 1) {
      const pair = packed[from + 4 + index] ?? 0;
      output[to + index] = (pair & 15) * scale + minimum;
      output[to + 16 + index] = (pair >> 4) * scale + minimum;
    }
  }
}

/** Half `d`, then 32 signed bytes; weight = byte * d. */
function unpackQ8_0(packed: Uint8Array, output: Float32Array): void {
  const table = halfTable();
  for (let from = 0, to = 0; from < packed.length; from += 34, to += 32) {
    const scale = halfAt(table, packed, from);
    for (let index = 0; index < 32; index += 1) {
      output[to + index] = (((packed[from + 2 + index] ?? 0) << 24) >> 24) * scale;
    }
  }
}

function unpackF16(packed: Uint8Array, output: Float32Array): void {
  const table = halfTable();
  for (let from = 0, to = 0; from < packed.length; from += 2, to += 1) {
    output[to] = halfAt(table, packed, from);
  }
}

const packings: ReadonlyMap<number, Packing> = new Map([
  [tensorTypes.f16, { blockWeights: 1, blockBytes: 2, unpack: unpackF16 }],
  [tensorTypes.q4_0, { blockWeights: 32, blockBytes: 18, unpack: unpackQ4_0 }],
  [tensorTypes.q4_1, { blockWeights: 32, blockBytes: 20, unpack: unpackQ4_1 }],
  [tensorTypes.q8_0, { blockWeights: 32, blockBytes: 34, unpack: unpackQ8_0 }],
]);

/** How weights of a ggml type are packed, or undefined for a type that is left as it is. */
export function packingOf(type: number): Packing | undefined {
  return packings.get(type);
}
