/**
 * The weights of one linear as the graph wants them, made from the rows of one or more GGUF matrices that read the
 * same input (q, k and v; gate and up): transposed floats for MatMul, or packed blocks for MatMulNBits.
 * Rows stand in the graph's order: those of q and k are put back from interleaved rope.
 */
import { tensorTypes } from '../gguf.ts';
import type { ReadBytes } from '../read-bytes.ts';
import type { Linear, LinearPart } from './linear.ts';
import type { ExternalTensor } from './onnx-format.ts';
import { blockWeights, packNBits } from './pack-n-bits.ts';
import type { PackedBlocks } from './pack-n-bits.ts';
import { readPackedRows } from './tensor-reader.ts';

/** A tensor of the graph together with the making of its bytes. */
export interface LazyTensor extends ExternalTensor {
  readonly make: () => Uint8Array<ArrayBuffer>;
}

/** A tensor of floats, row by row; they are made when the runtime asks. */
export function floatTensor(
  name: string,
  shape: readonly number[],
  make: () => Float32Array<ArrayBuffer>,
): LazyTensor {
  return {
    name,
    type: 'float32',
    shape,
    byteLength: shape.reduce((product, side) => product * side, 4),
    make: () => {
      const floats = make();
      return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
    },
  };
}

/** How a linear is computed: `bits` 32 is MatMul, else MatMulNBits. */
export interface LinearWeights {
  readonly bits: 4 | 8 | 32;
  readonly tensors: readonly LazyTensor[];
}

/** Rows dequantised at a time, so that transposed writes fall next to each other. */
const tileRows = 32;

function transposeFloats(read: ReadBytes, { parts, from, to }: Linear): Uint8Array<ArrayBuffer> {
  const output = new Float32Array(from * to);
  const tile = new Float32Array(tileRows * from);
  let column = 0;
  for (const { matrix, rowAt = (row: number): number => row } of parts) {
    const bytes = readPackedRows(read, matrix, 0, matrix.rows);
    for (let first = 0; first < matrix.rows; first += tileRows, column += tileRows) {
      const count = Math.min(tileRows, matrix.rows - first);
      for (let row = 0; row < count; row += 1) {
        const start = rowAt(first + row) * matrix.rowBytes;
        const target = tile.subarray(row * from, (row + 1) * from);
        matrix.packing.unpack(bytes.subarray(start, start + matrix.rowBytes), target);
      }
      for (let place = 0; place < from; place += 1) {
        const target = place * to + column;
        for (let row = 0; row < count; row += 1) output[target + row] = tile[row * from + place] ?? 0;
      }
    }
    column += matrix.rows - Math.ceil(matrix.rows / tileRows) * tileRows;
  }
  return new Uint8Array(output.buffer);
}

/** Bits at which a linear can stay packed: 4 where all parts are Q4_0, 8 where all are packed, else 32. */
function bitsOf(parts: readonly LinearPart[]): 4 | 8 | 32 {
  const { q4_0, q4_1, q8_0 } = tensorTypes;
  const isEach = (...types: readonly number[]): boolean =>
    parts.every(({ matrix }) => types.includes(matrix.type));
  if (isEach(q4_0)) return 4;
  return isEach(q4_0, q4_1, q8_0) ? 8 : 32;
}

/** One packing serves its three tensors: what was taken is let go, the rest waits for the runtime to ask. */
function sharePieces(pack: () => PackedBlocks): (piece: keyof PackedBlocks) => Uint8Array<ArrayBuffer> {
  const waiting = new Map<keyof PackedBlocks, Uint8Array<ArrayBuffer>>();
  return (piece) => {
    const ready = waiting.get(piece);
    waiting.delete(piece);
    if (ready !== undefined) return ready;
    const packed = pack();
    for (const other of ['weights', 'scales', 'zeroPoints'] as const) {
      if (other !== piece) waiting.set(other, packed[other]);
    }
    return packed[piece];
  };
}

/** Lays a linear out. `packed` keeps quantised weights quantised where MatMulNBits can. */
export function layOutLinear(
  read: ReadBytes,
  linear: Linear,
  { packed }: { readonly packed: boolean },
): LinearWeights {
  const { name, parts, from, to } = linear;
  const bits = packed ? bitsOf(parts) : 32;
  if (bits === 32) {
    const floats: LazyTensor = {
      name: `${name}.weight`,
      type: 'float32',
      shape: [from, to],
      byteLength: from * to * 4,
      make: () => transposeFloats(read, linear),
    };
    return { bits, tensors: [floats] };
  }
  const blocks = from / blockWeights;
  const zeroBytes = bits === 4 ? Math.ceil(blocks / 2) : blocks;
  const take = sharePieces(() => packNBits(read, linear, bits));
  return {
    bits,
    tensors: [
      {
        name: `${name}.packed`,
        type: 'uint8',
        shape: [to, blocks, (blockWeights * bits) / 8],
        byteLength: (to * from * bits) / 8,
        make: () => take('weights'),
      },
      {
        name: `${name}.scales`,
        type: 'float32',
        shape: [to * blocks],
        byteLength: to * blocks * 4,
        make: () => take('scales'),
      },
      {
        name: `${name}.zero-points`,
        type: 'uint8',
        shape: [to * zeroBytes],
        byteLength: to * zeroBytes,
        make: () => take('zeroPoints'),
      },
    ],
  };
}
