/**
 * Tensors of a GGUF file as rows, packed or as floats. Knows rows and packings; knows nothing of what the rows mean.
 */
import { packingOf } from '../dequantise.ts';
import type { Packing } from '../dequantise.ts';
import { tensorTypes } from '../gguf.ts';
import type { GgufHeader, GgufTensor } from '../gguf.ts';
import type { ReadBytes } from '../read-bytes.ts';
import { rejectModel } from './llama-shape.ts';

/** Floats as they lie in the file: one weight a block, nothing to undo. */
const plainFloats: Packing = {
  blockWeights: 1,
  blockBytes: 4,
  unpack: (packed, output) => new Uint8Array(output.buffer, output.byteOffset, output.byteLength).set(packed),
};

/** A matrix of the file: `rows` rows of `columns` weights; a vector is one row. */
export interface PackedMatrix {
  readonly name: string;
  readonly type: number;
  readonly rows: number;
  readonly columns: number;
  readonly packing: Packing;
  /** Bytes of one row. */
  readonly rowBytes: number;
  /** First byte in the file. */
  readonly start: number;
}

/** Where a tensor lies and how it is packed. Throws a Fault `model-rejected` for packings that are not known here. */
export function describeMatrix(header: GgufHeader, tensor: GgufTensor, fileBytes: number): PackedMatrix {
  const { name, type, shape } = tensor;
  const packing = type === tensorTypes.f32 ? plainFloats : packingOf(type);
  if (packing === undefined) {
    throw rejectModel(`The tensor ${name} is packed as ggml type ${String(type)}, which is not undone here.`);
  }
  const [columns = 0, ...rest] = shape;
  const rows = rest.reduce((product, side) => product * side, 1);
  const rowBytes = (columns / packing.blockWeights) * packing.blockBytes;
  const start = header.headerBytes + tensor.offset;
  if (columns < 1 || !Number.isInteger(rowBytes) || start + rows * rowBytes > fileBytes) {
    throw rejectModel(
      `The tensor ${name} of ${String(rows)} x ${String(columns)} weights does not fit the file.`,
    );
  }
  return { name, type, rows, columns, packing, rowBytes, start };
}

/** Packed bytes of rows `[from, to)`. */
export function readPackedRows(read: ReadBytes, matrix: PackedMatrix, from: number, to: number): Uint8Array {
  return read(matrix.start + from * matrix.rowBytes, matrix.start + to * matrix.rowBytes);
}

/** Rows `[from, to)` as floats, one after the other. */
export function readFloatRows(
  read: ReadBytes,
  matrix: PackedMatrix,
  from: number,
  to: number,
): Float32Array<ArrayBuffer> {
  const output = new Float32Array((to - from) * matrix.columns);
  matrix.packing.unpack(readPackedRows(read, matrix, from, to), output);
  return output;
}
