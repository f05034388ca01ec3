/**
 * Reads and writes safetensors files: an 8-byte length, a JSON header, and the tensors' bytes one after the other.
 * As strict as the format's reference reader: every byte belongs to exactly one tensor. Knows nothing of what tensors
 * mean (https://github.com/huggingface/safetensors, "Format").
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import { asObject, isObject, parseJson } from '../protocol/json.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { ReadBytes } from './read-bytes.ts';

/** Bytes of one number, by the header's name of its type. */
const widths: ReadonlyMap<string, number> = new Map([
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['U16', 2],
  ['I16', 2],
  ['F16', 2],
  ['BF16', 2],
  ['U32', 4],
  ['I32', 4],
  ['F32', 4],
  ['U64', 8],
  ['I64', 8],
  ['F64', 8],
]);

export interface SafeTensor {
  readonly name: string;
  /** As the header names it, e.g. `F32`, `F16`, `BF16`. */
  readonly type: string;
  /** Slowest-moving dimension first. */
  readonly shape: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A tensor that lies in the file still. */
export interface PlacedTensor extends Omit<SafeTensor, 'bytes'> {
  /** Its bytes of the file: `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

interface TensorFile<Tensor> {
  /** The free texts of `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: readonly Tensor[];
}

export type SafeTensors = TensorFile<SafeTensor>;

/** What the reference reader allows. */
const maxHeaderBytes = 100_000_000;
const lengthBytes = 8;

function rejected(reason: string): Fault {
  return new Fault({
    code: faultCodes.modelRejected,
    message: 'The file cannot be read as safetensors.',
    reason,
    remedy: 'Use the .safetensors file as it was saved, whole and unchanged.',
  });
}

function areWhole(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

function parseHeader(bytes: Uint8Array): JsonObject {
  // What is no UTF-8 becomes other letters: at worst a tensor of another name.
  const header = parseJson(new TextDecoder().decode(bytes));
  if (isObject(header)) return header;
  throw rejected('Its header is not a JSON object.');
}

/** Where a tensor lies, counted from `from`, where the data begins. */
function placeTensor(name: string, line: Json, from: number, fileBytes: number): PlacedTensor {
  const { dtype, shape, data_offsets: offsets } = asObject(line);
  const width = typeof dtype === 'string' ? widths.get(dtype) : undefined;
  if (typeof dtype !== 'string' || width === undefined)
    throw rejected(`The tensor ${name} is of the unknown type ${JSON.stringify(dtype)}.`);
  if (!areWhole(shape) || !areWhole(offsets) || offsets.length !== 2) {
    throw rejected(`The tensor ${name} has no proper shape or place.`);
  }
  const [start = 0, end = 0] = offsets;
  const expected = shape.reduce((product, side) => product * side, width);
  if (end > fileBytes - from || end - start !== expected) {
    throw rejected(`The tensor ${name} has ${String(end - start)} bytes where ${String(expected)} belong.`);
  }
  return { name, type: dtype, shape, start: from + start, end: from + end };
}

/**
 * What is in a file, of which the header alone is read. Throws a Fault `model-rejected` that says why where it is not a
 * sound safetensors file.
 */
export function describeSafetensors(read: ReadBytes, fileBytes: number): TensorFile<PlacedTensor> {
  if (fileBytes < lengthBytes) throw rejected(`It is ${String(fileBytes)} bytes long.`);
  const { buffer, byteOffset } = read(0, lengthBytes);
  const length = new DataView(buffer, byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.min(maxHeaderBytes, fileBytes - lengthBytes))) {
    throw rejected(`It claims a header of ${String(length)} bytes.`);
  }
  const headerEnd = lengthBytes + Number(length);
  const { __metadata__: texts = {}, ...lines } = parseHeader(read(lengthBytes, headerEnd));
  if (!isObject(texts) || !Object.values(texts).every((text) => typeof text === 'string')) {
    throw rejected('Its __metadata__ is not texts by name.');
  }
  const tensors = Object.entries(lines).map(([name, line]) => placeTensor(name, line, headerEnd, fileBytes));
  let last = headerEnd;
  for (const { name, start, end } of tensors.toSorted(
    (left, right) => left.start - right.start || left.end - right.end,
  )) {
    if (start !== last) throw rejected(`There is a gap or an overlap before the tensor ${name}.`);
    last = end;
  }
  if (last !== fileBytes) throw rejected(`${String(fileBytes - last)} bytes at its end belong to no tensor.`);
  return { metadata: new Map(Object.entries(texts as Readonly<Record<string, string>>)), tensors };
}

/** The whole file. Throws as `describeSafetensors` does. */
export function readSafetensors(file: Uint8Array<ArrayBuffer>): SafeTensors {
  const { metadata, tensors } = describeSafetensors((start, end) => file.subarray(start, end), file.length);
  return {
    metadata,
    tensors: tensors.map(({ name, type, shape, start, end }) => ({
      name,
      type,
      shape,
      bytes: file.slice(start, end),
    })),
  };
}

/** The file's bytes: wider numbers first, then by name, as the reference writer has them. */
export function writeSafetensors({ metadata, tensors }: SafeTensors): Uint8Array<ArrayBuffer> {
  const ordered = tensors.toSorted(
    (left, right) =>
      (widths.get(right.type) ?? 0) - (widths.get(left.type) ?? 0) || (left.name < right.name ? -1 : 1),
  );
  let end = 0;
  const lines = ordered.map(({ name, type, shape, bytes }) => {
    const offsets = [end, end + bytes.length];
    end += bytes.length;
    return [name, { dtype: type, shape, data_offsets: offsets }] as const;
  });
  const texts = metadata.size === 0 ? [] : [['__metadata__', Object.fromEntries(metadata)] as const];
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries<unknown>([...texts, ...lines])));
  // Data begins at a multiple of 8: the header is filled up with spaces.
  const headerBytes = Math.ceil(text.length / lengthBytes) * lengthBytes;
  const file = new Uint8Array(lengthBytes + headerBytes + end).fill(
    0x20,
    lengthBytes,
    lengthBytes + headerBytes,
  );
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(text, lengthBytes);
  let position = lengthBytes + headerBytes;
  for (const { bytes } of ordered) {
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}
