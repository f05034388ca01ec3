/**
 * Reads the header of a GGUF file (version 2 or 3): scalar metadata and where each tensor lies.
 * Knows the format as ggml writes it; knows nothing of how weights are packed inside a tensor (dequantise) and
 * never reads tensor data. Trusts no length in the file: every count is held against the bytes that are there.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';

/** Numbers of ggml's tensor types that this code names; a file may hold others. */
export const tensorTypes = { f32: 0, f16: 1, q4_0: 2, q4_1: 3, q8_0: 8 } as const;

export interface GgufTensor {
  readonly name: string;
  /** Fastest-moving dimension first, as in the file. */
  readonly shape: readonly number[];
  /** ggml's type number. */
  readonly type: number;
  /** Bytes from the start of the tensor data. */
  readonly offset: number;
  /** Where in the header the 32-bit type stands; the 64-bit offset follows it. */
  readonly typePosition: number;
}

export interface GgufHeader {
  readonly version: number;
  /** Numbers, truth values and strings. */
  readonly metadata: ReadonlyMap<string, string | number | boolean>;
  /** Arrays of numbers or strings that were asked for; a vocabulary takes time to read, so the others are skipped. */
  readonly arrays: ReadonlyMap<string, readonly (string | number)[]>;
  readonly tensors: readonly GgufTensor[];
  /** Bytes before the tensor data, padding included. */
  readonly headerBytes: number;
  /** Tensor data starts at multiples of this. */
  readonly alignment: number;
}

const decoder = new TextDecoder();
const magic = 0x46554747; // 'GGUF', little-endian
const firstRead = 4 * 1024 * 1024;
const maxHeaderBytes = 256 * 1024 * 1024;
const maxDimensions = 4;
const maxArrayDepth = 4;
/** Key length, type and an 8-bit value: no metadata entry is shorter. */
const minEntryBytes = 13;
/** Name length, dimension count, type and offset: no tensor line is shorter. */
const minTensorBytes = 24;

/** Bytes of the scalar metadata types, by type number. 8 is string, 9 is array. */
const scalarBytes: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);

/** The header goes on past the bytes read so far. */
class NeedsMore extends Error {}

function rejected(reason: string): Fault {
  return new Fault({
    code: faultCodes.modelRejected,
    message: 'The model file cannot be read as GGUF.',
    reason,
    remedy: 'Use a GGUF file of version 2 or 3, whole and unchanged.',
  });
}

class Cursor {
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #fileBytes: number;

  constructor(bytes: Uint8Array, fileBytes: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fileBytes = fileBytes;
  }

  /** Bytes of the file after the position, read or not. */
  get left(): number {
    return this.#fileBytes - this.position;
  }

  take(count: number): number {
    if (count > this.left)
      throw rejected(`It ends inside its header, ${String(this.#fileBytes)} bytes long.`);
    if (this.position + count > this.#bytes.length) throw new NeedsMore();
    const start = this.position;
    this.position += count;
    return start;
  }

  u32(): number {
    return this.#view.getUint32(this.take(4), true);
  }

  u64(): number {
    const value = this.#view.getBigUint64(this.take(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw rejected(`It holds an impossible length, ${String(value)}.`);
    return Number(value);
  }

  /** A count of things that take at least `each` bytes: more than the file has room for is refused. */
  count(each: number, what: string): number {
    const value = this.u64();
    if (value * each > this.left)
      throw rejected(`It claims ${String(value)} ${what}, more than fit into it.`);
    return value;
  }

  text(): string {
    const length = this.count(1, 'bytes of text');
    const start = this.take(length);
    return decoder.decode(this.#bytes.subarray(start, start + length));
  }

  scalar(type: number): number | boolean {
    const start = this.take(scalarBytes.get(type) ?? 0);
    switch (type) {
      case 0:
        return this.#view.getUint8(start);
      case 1:
        return this.#view.getInt8(start);
      case 2:
        return this.#view.getUint16(start, true);
      case 3:
        return this.#view.getInt16(start, true);
      case 4:
        return this.#view.getUint32(start, true);
      case 5:
        return this.#view.getInt32(start, true);
      case 6:
        return this.#view.getFloat32(start, true);
      case 7:
        return this.#view.getUint8(start) !== 0;
      case 10:
        return Number(this.#view.getBigUint64(start, true));
      case 11:
        return Number(this.#view.getBigInt64(start, true));
      case 12:
        return this.#view.getFloat64(start, true);
      default:
        throw rejected(`It holds a metadata value of the unknown type ${String(type)}.`);
    }
  }

  /** An array of strings or numbers; one of arrays or of truth values is refused. */
  array(): (string | number)[] {
    const type = this.u32();
    const width = type === 8 ? 8 : scalarBytes.get(type);
    if (width === undefined || type === 7)
      throw rejected(`It holds an array of the type ${String(type)} where texts or numbers belong.`);
    const length = this.count(width, 'array items');
    return Array.from({ length }, () => (type === 8 ? this.text() : Number(this.scalar(type))));
  }

  skipArray(depth: number): void {
    if (depth > maxArrayDepth) throw rejected('Its metadata nests arrays too deeply.');
    const type = this.u32();
    const width = scalarBytes.get(type);
    if (width !== undefined) {
      const length = this.count(width, 'array items');
      this.take(length * width);
      return;
    }
    if (type !== 8 && type !== 9) throw rejected(`It holds an array of the unknown type ${String(type)}.`);
    const length = this.count(8, 'array items');
    for (let index = 0; index < length; index += 1) {
      if (type === 8) this.take(this.count(1, 'bytes of text'));
      else this.skipArray(depth + 1);
    }
  }
}

type Metadata = Pick<GgufHeader, 'metadata' | 'arrays'>;

function readMetadata(cursor: Cursor, entries: number, wanted: ReadonlySet<string>): Metadata {
  const metadata = new Map<string, string | number | boolean>();
  const arrays = new Map<string, (string | number)[]>();
  for (let index = 0; index < entries; index += 1) {
    const key = cursor.text();
    const type = cursor.u32();
    if (type === 8) metadata.set(key, cursor.text());
    else if (type !== 9) metadata.set(key, cursor.scalar(type));
    else if (wanted.has(key)) arrays.set(key, cursor.array());
    else cursor.skipArray(0);
  }
  return { metadata, arrays };
}

function readTensor(cursor: Cursor): GgufTensor {
  const name = cursor.text();
  const dimensions = cursor.u32();
  if (dimensions > maxDimensions) throw rejected(`The tensor ${name} has ${String(dimensions)} dimensions.`);
  const shape = Array.from({ length: dimensions }, () => cursor.u64());
  const typePosition = cursor.position;
  const type = cursor.u32();
  const offset = cursor.u64();
  return { name, shape, type, offset, typePosition };
}

/**
 * Parses a header from the first bytes of a file.
 * Throws `NeedsMore` where the header goes on past `bytes`, and a Fault `model-rejected` where it is not GGUF.
 */
function parse(bytes: Uint8Array, fileBytes: number, wanted: ReadonlySet<string>): GgufHeader {
  const cursor = new Cursor(bytes, fileBytes);
  if (cursor.u32() !== magic) throw rejected('It does not begin with the letters GGUF.');
  const version = cursor.u32();
  if (version !== 2 && version !== 3) throw rejected(`It is of version ${String(version)}.`);
  const tensorCount = cursor.count(minTensorBytes, 'tensors');
  const entryCount = cursor.count(minEntryBytes, 'metadata entries');
  const { metadata, arrays } = readMetadata(cursor, entryCount, wanted);
  const tensors: GgufTensor[] = [];
  for (let index = 0; index < tensorCount; index += 1) tensors.push(readTensor(cursor));
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || !Number.isInteger(alignment) || alignment < 1 || alignment > 65_536) {
    throw rejected(`Its alignment is ${String(alignment)}.`);
  }
  const headerBytes = Math.ceil(cursor.position / alignment) * alignment;
  const dataBytes = fileBytes - headerBytes;
  const outside = tensors.find((tensor) => tensor.offset > dataBytes);
  if (outside !== undefined) throw rejected(`The tensor ${outside.name} lies outside of it.`);
  return { version, metadata, arrays, tensors, headerBytes, alignment };
}

/**
 * Reads the header of a GGUF file, as much of it as it takes. `arrays` are the keys of array metadata to read.
 * Throws a Fault `model-rejected` that says why where the bytes are not a GGUF header.
 */
export async function readGgufHeader(
  file: Blob,
  { arrays = [] }: { readonly arrays?: readonly string[] } = {},
): Promise<GgufHeader> {
  const wanted = new Set(arrays);
  for (let size = firstRead; ; size *= 4) {
    const bytes = new Uint8Array(await file.slice(0, size).arrayBuffer());
    try {
      return parse(bytes, file.size, wanted);
    } catch (error) {
      if (!(error instanceof NeedsMore)) throw error;
      if (size >= maxHeaderBytes) throw rejected('Its header is longer than 256 MB.');
    }
  }
}
