/**
 * A Llama-shaped decoder as an ONNX graph: embedded tokens and past keys and values in, hidden states and logits of
 * the rows asked for out. The shape is the one of onnxruntime-genai's builder, with q, k, v and gate, up joined, the
 * embedding left outside (its rows are looked up in the packed table), and LoRA matrices as inputs.
 * Knows operators and names; knows no runtime and no request.
 */
import type { GgufHeader } from '../gguf.ts';
import type { ReadBytes } from '../read-bytes.ts';
import { joinParts, straightenRope } from './linear.ts';
import type { Linear, LinearPart } from './linear.ts';
import { floatTensor, layOutLinear } from './linear-weights.ts';
import type { LazyTensor } from './linear-weights.ts';
import { linearSides, rejectModel, tensorNamed } from './llama-shape.ts';
import type { LlamaShape } from './llama-shape.ts';
import type { Graph, GraphNode, GraphValue } from './onnx-format.ts';
import { ropeCaches } from './rope-caches.ts';
import { describeMatrix, readFloatRows } from './tensor-reader.ts';

/** Names of the linears that take LoRA matrices, with the GGUF tensors they join. */
export const loraSlots = {
  qkv: ['attn_q', 'attn_k', 'attn_v'],
  output: ['attn_output'],
  'gate-up': ['ffn_gate', 'ffn_up'],
  down: ['ffn_down'],
} as const;
export type LoraSlot = keyof typeof loraSlots;

export const kvKinds = ['key', 'value'] as const;
type KvKind = (typeof kvKinds)[number];

export const graphNames = {
  embeds: 'inputs_embeds',
  lastPositions: 'seqlens_k',
  totalLength: 'total_sequence_length',
  rows: 'rows',
  hidden: 'hidden',
  logits: 'logits',
  past: (layer: number, kind: KvKind) => `past_key_values.${String(layer)}.${kind}`,
  present: (layer: number, kind: KvKind) => `present.${String(layer)}.${kind}`,
  /** Keys and values of the tokens that the run read, and where in `present` those stand. */
  fresh: (layer: number, kind: KvKind) => `fresh.${String(layer)}.${kind}`,
  freshPlaces: 'fresh_places',
  lora: (layer: number, slot: LoraSlot, side: 'a' | 'b') => `lora.${String(layer)}.${slot}.${side}`,
} as const;

export interface GraphSource {
  readonly header: GgufHeader;
  readonly fileBytes: number;
  readonly read: ReadBytes;
  readonly shape: LlamaShape;
}

export interface GraphOptions {
  /** Quantised weights stay packed where MatMulNBits can take them. */
  readonly packed: boolean;
  /** Positions that rope is computed for. */
  readonly contextTokens: number;
  /** Gives out keys and values of the tokens read, instead of all. */
  readonly freshOnly: boolean;
  /** Adds LoRA inputs to every linear. */
  readonly adapters: boolean;
}

/** A graph whose weights are made when they are asked for. */
export type LazyGraph = Omit<Graph, 'weights'> & { readonly weights: readonly LazyTensor[] };

const epsilonOf = (shape: LlamaShape): Readonly<Record<string, number>> => ({ epsilon: shape.epsilon });

class GraphBuilder {
  readonly inputs: GraphValue[] = [];
  readonly outputs: GraphValue[] = [];
  readonly nodes: GraphNode[] = [];
  readonly weights: LazyTensor[] = [];
  readonly #source: GraphSource;
  readonly #options: GraphOptions;

  constructor(source: GraphSource, options: GraphOptions) {
    this.#source = source;
    this.#options = options;
  }

  node(node: GraphNode): string {
    this.nodes.push(node);
    return node.outputs[0] ?? '';
  }

  /** The weights of a norm. */
  norm(tensorName: string): string {
    const { header, fileBytes, read, shape } = this.#source;
    const matrix = describeMatrix(header, tensorNamed(header, tensorName), fileBytes);
    if (matrix.columns !== shape.hidden || matrix.rows !== 1) {
      throw rejectModel(`${tensorName} is ${String(matrix.rows)} x ${String(matrix.columns)}.`);
    }
    return this.floats(tensorName, [matrix.columns], () => readFloatRows(read, matrix, 0, 1));
  }

  floats(name: string, shape: readonly number[], make: () => Float32Array<ArrayBuffer>): string {
    this.weights.push(floatTensor(name, shape, make));
    return name;
  }

  /** `input` times a linear's weights, without bias or LoRA. */
  product(linear: Linear, input: string): string {
    const { bits, tensors } = layOutLinear(this.#source.read, linear, { packed: this.#options.packed });
    this.weights.push(...tensors);
    const names = tensors.map(({ name }) => name);
    const outputs = [`${linear.name}.product`];
    if (bits === 32) return this.node({ operator: 'MatMul', inputs: [input, ...names], outputs });
    return this.node({
      operator: 'MatMulNBits',
      extension: true,
      inputs: [input, ...names],
      outputs,
      integers: { K: linear.from, N: linear.to, bits, block_size: 32, accuracy_level: 1 },
    });
  }

  add(left: string, right: string, name: string): string {
    return this.node({ operator: 'Add', inputs: [left, right], outputs: [name] });
  }

  /** A linear of a layer with what belongs to it: bias where the file has one, LoRA where adapters may come. */
  linear(layer: number, slot: LoraSlot, input: string): string {
    const { header, fileBytes, shape } = this.#source;
    const parts = loraSlots[slot].map((name): LinearPart => {
      const tensor = tensorNamed(header, `blk.${String(layer)}.${name}.weight`);
      const matrix = describeMatrix(header, tensor, fileBytes);
      const [from, to] = linearSides(shape)[name] ?? [0, 0];
      if (matrix.columns !== from || matrix.rows !== to) {
        throw rejectModel(`${tensor.name} is ${String(matrix.rows)} x ${String(matrix.columns)}.`);
      }
      const turned = shape.interleavedRope && (name === 'attn_q' || name === 'attn_k');
      return {
        matrix,
        ...(turned ? { rowAt: straightenRope(shape.headSize) } : {}),
      };
    });
    const linear = joinParts(`blk.${String(layer)}.${slot}`, parts);
    const product = this.product(linear, input);
    const biased = this.#addBias({ layer, slot, linear, product });
    if (!this.#options.adapters) return biased;
    const [a, b] = (['a', 'b'] as const).map((side) => graphNames.lora(layer, slot, side));
    const rank = `rank.${String(layer)}.${slot}`;
    this.inputs.push({ name: a ?? '', type: 'float32', shape: [linear.from, rank] });
    this.inputs.push({ name: b ?? '', type: 'float32', shape: [rank, linear.to] });
    const narrow = this.node({
      operator: 'MatMul',
      inputs: [input, a ?? ''],
      outputs: [`${linear.name}.narrow`],
    });
    const wide = this.node({
      operator: 'MatMul',
      inputs: [narrow, b ?? ''],
      outputs: [`${linear.name}.wide`],
    });
    return this.add(biased, wide, `${linear.name}.adapted`);
  }

  #addBias(part: { layer: number; slot: LoraSlot; linear: Linear; product: string }): string {
    const { header, fileBytes, read } = this.#source;
    const { layer, slot, linear, product } = part;
    const biases = loraSlots[slot].map((name) =>
      header.tensors.find((tensor) => tensor.name === `blk.${String(layer)}.${name}.bias`),
    );
    if (biases.every((bias) => bias === undefined)) return product;
    const name = this.floats(`${linear.name}.bias`, [linear.to], () => {
      const output = new Float32Array(linear.to);
      let place = 0;
      for (const [index, { matrix, rowAt = (row: number): number => row }] of linear.parts.entries()) {
        const bias = biases[index];
        if (bias !== undefined) {
          const floats = readFloatRows(read, describeMatrix(header, bias, fileBytes), 0, 1);
          for (let row = 0; row < matrix.rows; row += 1) output[place + row] = floats[rowAt(row)] ?? 0;
        }
        place += matrix.rows;
      }
      return output;
    });
    return this.add(product, name, `${linear.name}.biased`);
  }
}

function addAttention(
  builder: GraphBuilder,
  { shape, freshOnly }: { readonly shape: LlamaShape; readonly freshOnly: boolean },
  part: { readonly layer: number; readonly qkv: string },
): string {
  const { heads, kvHeads, headSize } = shape;
  const { layer, qkv } = part;
  for (const kind of kvKinds) {
    const side = (length: string): GraphValue['shape'] => ['batch', kvHeads, length, headSize];
    builder.inputs.push({ name: graphNames.past(layer, kind), type: 'float32', shape: side('past') });
    const [present, fresh] = [graphNames.present(layer, kind), graphNames.fresh(layer, kind)];
    if (freshOnly) {
      builder.node({
        operator: 'GatherND',
        inputs: [present, graphNames.freshPlaces],
        outputs: [fresh],
        integers: { batch_dims: 2 },
      });
      builder.outputs.push({ name: fresh, type: 'float32', shape: side('sequence') });
    } else {
      builder.outputs.push({ name: present, type: 'float32', shape: side('present') });
    }
  }
  return builder.node({
    operator: 'GroupQueryAttention',
    extension: true,
    inputs: [
      qkv,
      '',
      '',
      ...kvKinds.map((kind) => graphNames.past(layer, kind)),
      graphNames.lastPositions,
      graphNames.totalLength,
      'rope.cos',
      'rope.sin',
    ],
    outputs: [`blk.${String(layer)}.attention`, ...kvKinds.map((kind) => graphNames.present(layer, kind))],
    integers: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1, rotary_interleaved: 0 },
    floats: { scale: 1 / Math.sqrt(headSize) },
  });
}

function addFeedForward(builder: GraphBuilder, layer: number, input: string): string {
  const prefix = `blk.${String(layer)}`;
  const [gate, up] = [`${prefix}.gate`, `${prefix}.up`];
  builder.node({
    operator: 'Split',
    inputs: [builder.linear(layer, 'gate-up', input), 'split.gate-up'],
    outputs: [gate, up],
    integers: { axis: -1 },
  });
  const sigmoid = builder.node({ operator: 'Sigmoid', inputs: [gate], outputs: [`${prefix}.sigmoid`] });
  const silu = builder.node({ operator: 'Mul', inputs: [gate, sigmoid], outputs: [`${prefix}.silu`] });
  const gated = builder.node({ operator: 'Mul', inputs: [silu, up], outputs: [`${prefix}.gated`] });
  return builder.linear(layer, 'down', gated);
}

/** Adds `branch` to the stream and normalises the sum: the two outputs of one fused node. */
function addNorm(
  builder: GraphBuilder,
  shape: LlamaShape,
  names: { readonly stream: string; readonly branch: string; readonly weight: string },
): { readonly normal: string; readonly stream: string } {
  const [normal, stream] = [`${names.weight}.normal`, `${names.weight}.stream`];
  builder.node({
    operator: 'SkipSimplifiedLayerNormalization',
    extension: true,
    inputs: [names.stream, names.branch, builder.norm(names.weight)],
    outputs: [normal, '', '', stream],
    floats: epsilonOf(shape),
  });
  return { normal, stream };
}

/** Hidden states of the rows asked for, and their logits. */
function addHead(builder: GraphBuilder, source: GraphSource, normal: string): void {
  const { header, fileBytes, shape } = source;
  const flat = builder.node({ operator: 'Reshape', inputs: [normal, 'flat.shape'], outputs: ['flat'] });
  builder.inputs.push({ name: graphNames.rows, type: 'int64', shape: ['asked'] });
  builder.node({
    operator: 'Gather',
    inputs: [flat, graphNames.rows],
    outputs: [graphNames.hidden],
    integers: { axis: 0 },
  });
  builder.outputs.push({ name: graphNames.hidden, type: 'float32', shape: ['asked', shape.hidden] });
  const own = header.tensors.find(({ name }) => name === 'output.weight');
  const tensor = own ?? tensorNamed(header, 'token_embd.weight');
  const matrix = describeMatrix(header, tensor, fileBytes);
  if (matrix.columns !== shape.hidden || matrix.rows !== shape.vocabulary) {
    throw rejectModel(`${tensor.name} is ${String(matrix.rows)} x ${String(matrix.columns)}.`);
  }
  const head = joinParts('head', [{ matrix }]);
  const product = builder.product(head, graphNames.hidden);
  builder.node({ operator: 'Identity', inputs: [product], outputs: [graphNames.logits] });
  builder.outputs.push({ name: graphNames.logits, type: 'float32', shape: ['asked', shape.vocabulary] });
}

/** Builds the graph. Throws a Fault `model-rejected` where the file lacks a tensor or packs one in an unknown way. */
export function buildLlamaGraph(source: GraphSource, options: GraphOptions): LazyGraph {
  const { shape } = source;
  const builder = new GraphBuilder(source, options);
  builder.inputs.push(
    { name: graphNames.embeds, type: 'float32', shape: ['batch', 'sequence', shape.hidden] },
    { name: graphNames.lastPositions, type: 'int32', shape: ['batch'] },
    { name: graphNames.totalLength, type: 'int32', shape: [] },
  );
  if (options.freshOnly) {
    const sides = ['batch', shape.kvHeads, 'sequence', 1];
    builder.inputs.push({ name: graphNames.freshPlaces, type: 'int64', shape: sides });
  }
  const rope = ropeCaches(source, options.contextTokens);
  for (const side of ['cos', 'sin'] as const) {
    builder.floats(`rope.${side}`, [options.contextTokens, shape.headSize / 2], rope[side]);
  }
  let stream: string = graphNames.embeds;
  let normal = builder.node({
    operator: 'SimplifiedLayerNormalization',
    inputs: [stream, builder.norm('blk.0.attn_norm.weight')],
    outputs: ['blk.0.attn_norm.weight.normal'],
    integers: { axis: -1 },
    floats: epsilonOf(shape),
  });
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const attention = addAttention(
      builder,
      { shape, freshOnly: options.freshOnly },
      { layer, qkv: builder.linear(layer, 'qkv', normal) },
    );
    const branch = builder.linear(layer, 'output', attention);
    ({ normal, stream } = addNorm(builder, shape, {
      stream,
      branch,
      weight: `blk.${String(layer)}.ffn_norm.weight`,
    }));
    const fed = addFeedForward(builder, layer, normal);
    const next =
      layer + 1 < shape.layers ? `blk.${String(layer + 1)}.attn_norm.weight` : 'output_norm.weight';
    ({ normal, stream } = addNorm(builder, shape, { stream, branch: fed, weight: next }));
  }
  addHead(builder, source, normal);
  return {
    inputs: builder.inputs,
    outputs: builder.outputs,
    nodes: builder.nodes,
    weights: builder.weights,
    constants: { 'split.gate-up': [shape.feedForward, shape.feedForward], 'flat.shape': [-1, shape.hidden] },
  };
}
