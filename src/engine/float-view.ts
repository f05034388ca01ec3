/**
 * A GGUF file seen as if its weight matrices were 32-bit floats. Nothing is converted until a range is read, and
 * nothing is kept: a read of N bytes costs N bytes. So a 98 MB file stands in for a 540 MB one that never exists.
 * Knows GGUF and its packings; knows nothing of the engine that reads it, except that it wants a Blob.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import { packingOf } from './dequantise.ts';
import type { Packing } from './dequantise.ts';
import { readGgufHeader, tensorTypes } from './gguf.ts';
import type { GgufHeader, GgufTensor } from './gguf.ts';

/** A run of bytes of the view and where it comes from. */
interface Segment {
  /** First byte in the view. */
  readonly start: number;
  readonly bytes: number;
  /** First byte in the packed file. */
  readonly source: number;
  /** Absent: the bytes are taken as they are. */
  readonly packing?: Packing;
}

/** The converted header and the tensors behind it. */
interface Layout {
  readonly header: Uint8Array<ArrayBuffer>;
  readonly segments: readonly Segment[];
  readonly size: number;
}

/** At most this many bytes of floats are made at a time when the whole view is streamed. */
const streamChunk = 4 * 1024 * 1024;

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/**
 * Whether a tensor is worth converting: a matrix in a known packing. The embedding table stays packed where it is
 * Q8_0: it is the biggest tensor by far, and its kernel is nearly as fast packed.
 */
function packingToUndo(tensor: GgufTensor): Packing | undefined {
  if (tensor.shape.length < 2) return undefined;
  if (tensor.name === 'token_embd.weight' && tensor.type === tensorTypes.q8_0) return undefined;
  return packingOf(tensor.type);
}

function weightsIn(tensor: GgufTensor): number {
  return tensor.shape.reduce((product, side) => product * side, 1);
}

/** Bytes of each tensor in the file, its padding included: up to where the next one starts. */
function bytesBySource(header: GgufHeader, fileBytes: number): Map<GgufTensor, number> {
  const ordered = header.tensors.toSorted((left, right) => left.offset - right.offset);
  const dataBytes = fileBytes - header.headerBytes;
  return new Map(
    ordered.map((tensor, index) => [tensor, (ordered[index + 1]?.offset ?? dataBytes) - tensor.offset]),
  );
}

function planSegment(
  tensor: GgufTensor,
  place: { readonly start: number; readonly source: number; readonly available: number },
): Segment {
  const packing = packingToUndo(tensor);
  const { start, source, available } = place;
  if (packing === undefined) return { start, source, bytes: available };
  const weights = weightsIn(tensor);
  const packedBytes = (weights / packing.blockWeights) * packing.blockBytes;
  if (!Number.isInteger(packedBytes) || packedBytes > available) {
    throw new Fault({
      code: faultCodes.modelRejected,
      message: 'The model file contradicts itself.',
      reason: `The tensor ${tensor.name} of ${String(weights)} weights has ${String(available)} bytes.`,
      remedy: 'Get the file again from its publisher.',
    });
  }
  return { start, source, bytes: weights * 4, packing };
}

function planLayout(header: GgufHeader, headerBytes: Uint8Array<ArrayBuffer>, fileBytes: number): Layout {
  const view = new DataView(headerBytes.buffer);
  const segments: Segment[] = [];
  let end = header.headerBytes;
  for (const [tensor, available] of bytesBySource(header, fileBytes)) {
    const segment = planSegment(tensor, {
      start: roundUp(end, header.alignment),
      source: header.headerBytes + tensor.offset,
      available,
    });
    // The lines of the header keep their lengths, so new types and offsets go where the old ones stood.
    if (segment.packing !== undefined) view.setUint32(tensor.typePosition, tensorTypes.f32, true);
    view.setBigUint64(tensor.typePosition + 4, BigInt(segment.start - header.headerBytes), true);
    segments.push(segment);
    end = segment.start + segment.bytes;
  }
  return { header: headerBytes, segments, size: end };
}

/** Copies the floats of `[from, to)` (bytes within the segment) into `target`. */
async function unpackRange(
  file: Blob,
  range: { readonly source: number; readonly packing: Packing; readonly from: number; readonly to: number },
  target: Uint8Array,
): Promise<void> {
  const { source, packing, from, to } = range;
  const blockOutput = packing.blockWeights * 4;
  const firstBlock = Math.floor(from / blockOutput);
  const lastBlock = Math.ceil(to / blockOutput);
  const packed = new Uint8Array(
    await file
      .slice(source + firstBlock * packing.blockBytes, source + lastBlock * packing.blockBytes)
      .arrayBuffer(),
  );
  const skipped = from - firstBlock * blockOutput;
  const floats =
    skipped === 0 && to === lastBlock * blockOutput && target.byteOffset % 4 === 0
      ? new Float32Array(target.buffer, target.byteOffset, target.byteLength / 4)
      : new Float32Array((lastBlock - firstBlock) * packing.blockWeights);
  packing.unpack(packed, floats);
  if (floats.buffer !== target.buffer) target.set(new Uint8Array(floats.buffer, skipped, to - from));
}

async function readRange(file: Blob, layout: Layout, begin: number, end: number): Promise<ArrayBuffer> {
  const output = new Uint8Array(end - begin);
  if (begin < layout.header.length)
    output.set(layout.header.subarray(begin, Math.min(end, layout.header.length)));
  for (const { start, bytes, source, packing } of layout.segments) {
    const from = Math.max(begin, start);
    const to = Math.min(end, start + bytes);
    if (from >= to) continue;
    const target = output.subarray(from - begin, to - begin);
    if (packing === undefined) {
      target.set(new Uint8Array(await file.slice(source + from - start, source + to - start).arrayBuffer()));
    } else {
      await unpackRange(file, { source, packing, from: from - start, to: to - start }, target);
    }
  }
  return output.buffer;
}

/** A range of the view. Made by `openFloatView`; slices share file and layout. */
class FloatView implements Blob {
  readonly type = '';
  readonly #file: Blob;
  readonly #layout: Layout;
  readonly #begin: number;
  readonly #end: number;

  constructor(file: Blob, layout: Layout, range: { readonly begin: number; readonly end: number }) {
    this.#file = file;
    this.#layout = layout;
    this.#begin = range.begin;
    this.#end = range.end;
  }

  get size(): number {
    return this.#end - this.#begin;
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return readRange(this.#file, this.#layout, this.#begin, this.#end);
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.arrayBuffer());
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.arrayBuffer());
  }

  slice(start = 0, end = this.size): FloatView {
    const clamp = (value: number): number =>
      Math.min(Math.max(value < 0 ? this.size + value : value, 0), this.size);
    const begin = this.#begin + clamp(start);
    return new FloatView(this.#file, this.#layout, {
      begin,
      end: Math.max(begin, this.#begin + clamp(end)),
    });
  }

  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let position = 0;
    return new ReadableStream({
      pull: async (controller) => {
        if (position >= this.size) {
          controller.close();
          return;
        }
        const piece = this.slice(position, position + streamChunk);
        position += piece.size;
        controller.enqueue(await piece.bytes());
      },
    });
  }
}

/**
 * Opens a GGUF file as its float twin. `convertedTensors` is 0 where no tensor is in a packing known here: the view
 * then equals the file. Throws a Fault `model-rejected` where the file is not a sound GGUF file.
 */
export async function openFloatView(
  file: Blob,
): Promise<{ readonly blob: Blob; readonly convertedTensors: number }> {
  const header = await readGgufHeader(file);
  const headerBytes = new Uint8Array(await file.slice(0, header.headerBytes).arrayBuffer());
  const layout = planLayout(header, headerBytes, file.size);
  return {
    blob: new FloatView(file, layout, { begin: 0, end: layout.size }),
    convertedTensors: layout.segments.filter(({ packing }) => packing !== undefined).length,
  };
}
