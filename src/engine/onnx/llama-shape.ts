/**
 * What a GGUF header says of a Llama-shaped model: sides, heads, rope. Knows the metadata keys and how the family's
 * members differ (rope layout, biases); reads no weights. What the graph cannot express is refused here, by name.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { GgufHeader, GgufTensor } from '../gguf.ts';

export interface LlamaShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Tokens that the model was trained for. */
  readonly contextWindow: number;
  readonly ropeBase: number;
  readonly epsilon: number;
  /**
   * True where the rows of q and k are stored so that rope turns neighbours (2i, 2i+1); the graph turns (i, i + half),
   * so those rows must be put back.
   */
  readonly interleavedRope: boolean;
}

/** Whether the file stores q and k rows in the order of interleaved rope, by architecture. */
const families: ReadonlyMap<string, { readonly interleavedRope: boolean }> = new Map([
  ['llama', { interleavedRope: true }],
  ['qwen2', { interleavedRope: false }],
]);

export function rejectModel(reason: string): Fault {
  return new Fault({
    code: faultCodes.modelRejected,
    message: 'The model file cannot be run on ONNX Runtime.',
    reason,
    remedy: 'Load it with the engine wllama, or use a Llama-shaped GGUF in F32, F16, Q8_0, Q4_0 or Q4_1.',
  });
}

/** A tensor of the file by name. Throws a Fault `model-rejected` where it is missing. */
export function tensorNamed(header: GgufHeader, name: string): GgufTensor {
  const tensor = header.tensors.find((candidate) => candidate.name === name);
  if (tensor === undefined) throw rejectModel(`It has no tensor ${name}.`);
  return tensor;
}

/** Reads and checks the shape. Throws a Fault `model-rejected` that names what is not supported. */
export function readLlamaShape(header: GgufHeader): LlamaShape {
  const architecture = String(header.metadata.get('general.architecture'));
  const family = families.get(architecture);
  if (family === undefined) throw rejectModel(`Its architecture is ${architecture}.`);
  const read = (key: string, fallback?: number): number => {
    const value = header.metadata.get(`${architecture}.${key}`) ?? fallback;
    if (typeof value !== 'number' || !(value > 0))
      throw rejectModel(`${architecture}.${key} is ${String(value)}.`);
    return value;
  };
  const scaling = header.metadata.get(`${architecture}.rope.scaling.type`) ?? 'none';
  if (scaling !== 'none') throw rejectModel(`Its rope is scaled (${String(scaling)}).`);
  const hidden = read('embedding_length');
  const heads = read('attention.head_count');
  const headSize = read('attention.key_length', hidden / heads);
  const shape: LlamaShape = {
    layers: read('block_count'),
    hidden,
    heads,
    kvHeads: read('attention.head_count_kv', heads),
    headSize,
    feedForward: read('feed_forward_length'),
    vocabulary: tensorNamed(header, 'token_embd.weight').shape[1] ?? 0,
    contextWindow: read('context_length'),
    ropeBase: read('rope.freq_base', 10_000),
    epsilon: read('attention.layer_norm_rms_epsilon'),
    interleavedRope: family.interleavedRope,
  };
  checkSides(shape, read('rope.dimension_count', headSize));
  return shape;
}

function checkSides(shape: LlamaShape, ropeSize: number): void {
  const whole = [shape.layers, shape.hidden, shape.heads, shape.kvHeads, shape.headSize, shape.feedForward];
  if (!whole.every((side) => Number.isInteger(side))) throw rejectModel('One of its sides is not whole.');
  if (shape.heads % shape.kvHeads !== 0) {
    throw rejectModel(
      `${String(shape.heads)} query heads do not share ${String(shape.kvHeads)} key heads evenly.`,
    );
  }
  // The attention kernels turn whole heads, 8 numbers at a time.
  if (shape.headSize % 8 !== 0 || ropeSize !== shape.headSize) {
    throw rejectModel(`Its heads of ${String(shape.headSize)} turn ${String(ropeSize)} numbers.`);
  }
}

/** Numbers that go into and come out of each linear of a layer, by its GGUF name. */
export function linearSides(
  shape: LlamaShape,
): Readonly<Record<string, readonly [from: number, to: number]>> {
  const attention = shape.heads * shape.headSize;
  const keys = shape.kvHeads * shape.headSize;
  return {
    attn_q: [shape.hidden, attention],
    attn_k: [shape.hidden, keys],
    attn_v: [shape.hidden, keys],
    attn_output: [attention, shape.hidden],
    ffn_gate: [shape.hidden, shape.feedForward],
    ffn_up: [shape.hidden, shape.feedForward],
    ffn_down: [shape.feedForward, shape.hidden],
  };
}
