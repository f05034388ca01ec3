/**
 * Writes a GGUF file (version 3, little-endian) from typed metadata and tensors that are packed already: the counterpart
 * of `gguf`. Knows the format as ggml's `gguf.cpp` writes it; knows nothing of what metadata or tensors mean.
 */

/** ggml's numbers for the types of metadata values that are written here. */
const valueTypes = { uint32: 4, float32: 6, boolean: 7, string: 8 } as const;

export type GgufValue =
  | { readonly type: 'uint32' | 'float32'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string };

export interface GgufData {
  readonly name: string;
  /** Fastest-moving dimension first. */
  readonly shape: readonly number[];
  /** ggml's type number. */
  readonly type: number;
  /** The packed weights, as they stand in the file. */
  readonly bytes: Uint8Array;
}

/** The alignment that a file has which names none. */
const alignment = 32;

function roundUp(value: number): number {
  return Math.ceil(value / alignment) * alignment;
}

/** Collects pieces; joined once, at the end. */
class Writer {
  readonly #pieces: Uint8Array[] = [];
  length = 0;

  append(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.length += piece.length;
  }

  u32(value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    this.append(bytes);
  }

  u64(value: number): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
    this.append(bytes);
  }

  f32(value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.append(bytes);
  }

  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u64(bytes.length);
    this.append(bytes);
  }

  value(value: GgufValue): void {
    this.u32(valueTypes[value.type]);
    switch (value.type) {
      case 'uint32':
        return this.u32(value.value);
      case 'float32':
        return this.f32(value.value);
      case 'boolean':
        return this.append(Uint8Array.of(value.value ? 1 : 0));
      case 'string':
        return this.text(value.value);
      default:
        value satisfies never;
    }
  }

  pad(): void {
    this.append(new Uint8Array(roundUp(this.length) - this.length));
  }

  join(): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.length);
    let position = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, position);
      position += piece.length;
    }
    return joined;
  }
}

/** The file's bytes: metadata and tensors in the order given. Held in memory whole, so meant for adapters. */
export function writeGguf(options: {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufData[];
}): Uint8Array<ArrayBuffer> {
  const { metadata, tensors } = options;
  const writer = new Writer();
  writer.append(new TextEncoder().encode('GGUF'));
  writer.u32(3);
  writer.u64(tensors.length);
  writer.u64(metadata.size);
  for (const [key, value] of metadata) {
    writer.text(key);
    writer.value(value);
  }
  let offset = 0;
  for (const { name, shape, type, bytes } of tensors) {
    writer.text(name);
    writer.u32(shape.length);
    for (const side of shape) writer.u64(side);
    writer.u32(type);
    writer.u64(offset);
    offset += roundUp(bytes.length);
  }
  writer.pad();
  for (const { bytes } of tensors) {
    writer.append(bytes);
    writer.pad();
  }
  return writer.join();
}
