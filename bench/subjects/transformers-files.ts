/**
 * A GGUF model in the files that transformers.js reads: graph, weights, configuration, tokenizer. The graph is our own
 * with the two inputs that its `generate()` gives in front; the head computes the last row only, which is all that
 * `generate()` looks at and less work than the usual export does.
 */
import { buildLlamaGraph, graphNames } from '../../src/engine/onnx/llama-graph.ts';
import type { LazyGraph } from '../../src/engine/onnx/llama-graph.ts';
import { LazyBytes } from '../../src/engine/onnx/lazy-bytes.ts';
import { readLlamaShape, tensorNamed } from '../../src/engine/onnx/llama-shape.ts';
import type { LlamaShape } from '../../src/engine/onnx/llama-shape.ts';
import type { LazyTensor } from '../../src/engine/onnx/linear-weights.ts';
import { encodeModel } from '../../src/engine/onnx/onnx-format.ts';
import type { GraphNode, GraphValue } from '../../src/engine/onnx/onnx-format.ts';
import { describeMatrix, readFloatRows } from '../../src/engine/onnx/tensor-reader.ts';
import { openBytes } from '../../src/engine/read-bytes.ts';
import { readGgufHeader } from '../../src/engine/gguf.ts';
import { mergeAdapter } from './merge-adapter.ts';
import type { Weights } from './subject.ts';
import { readTokenizerJson } from '../../src/engine/transformers/gguf-tokenizer.ts';

export interface TransformersFiles {
  /** By the file's path in a model's folder. */
  readonly files: ReadonlyMap<string, string | Uint8Array<ArrayBuffer>>;
  /** One per tensor, made when the runtime takes it. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

const ids = 'input_ids';
const mask = 'attention_mask';
const int32 = 6;

/** From tokens and mask to what the graph's own inputs were. */
const front: readonly GraphNode[] = [
  { operator: 'Gather', inputs: ['embedding', ids], outputs: [graphNames.embeds], integers: { axis: 0 } },
  { operator: 'ReduceSum', inputs: [mask, 'axis.1'], outputs: ['lengths'], integers: { keepdims: 0 } },
  { operator: 'Sub', inputs: ['lengths', 'one'], outputs: ['last'] },
  { operator: 'Cast', inputs: ['last'], outputs: [graphNames.lastPositions], integers: { to: int32 } },
  { operator: 'Shape', inputs: [mask], outputs: ['mask.shape'] },
  { operator: 'Gather', inputs: ['mask.shape', 'axis.1'], outputs: ['total.list'], integers: { axis: 0 } },
  { operator: 'Squeeze', inputs: ['total.list', 'axis.0'], outputs: ['total'] },
  { operator: 'Cast', inputs: ['total'], outputs: [graphNames.totalLength], integers: { to: int32 } },
  { operator: 'Shape', inputs: [ids], outputs: ['ids.shape'] },
  { operator: 'Gather', inputs: ['ids.shape', 'axis.1'], outputs: ['read'], integers: { axis: 0 } },
  { operator: 'Sub', inputs: ['read', 'one'], outputs: [graphNames.rows] },
];

/** `generate()` knows the sides of an empty cache by these names. */
function named(value: GraphValue): GraphValue {
  const names = new Map<number | string, string>([
    ['batch', 'batch_size'],
    ['past', 'past_sequence_length'],
  ]);
  return { ...value, shape: value.shape.map((side) => names.get(side) ?? side) };
}

function withFront(graph: LazyGraph, embedding: LazyTensor, shape: LlamaShape): LazyGraph {
  const own: ReadonlySet<string> = new Set([
    graphNames.embeds,
    graphNames.lastPositions,
    graphNames.totalLength,
    graphNames.rows,
  ]);
  const flat = `${graphNames.logits}.flat`;
  const logits: GraphValue = {
    name: graphNames.logits,
    type: 'float32',
    shape: ['batch_size', 1, shape.vocabulary],
  };
  const renamed = graph.nodes.map((node) =>
    node.outputs[0] === graphNames.logits ? { ...node, outputs: [flat] } : node,
  );
  return {
    inputs: [
      { name: ids, type: 'int64', shape: ['batch_size', 'sequence'] },
      { name: mask, type: 'int64', shape: ['batch_size', 'total'] },
      ...graph.inputs.filter(({ name }) => !own.has(name)).map(named),
    ],
    outputs: [logits, ...graph.outputs.filter(({ name }) => name.startsWith('present'))],
    nodes: [
      ...front,
      ...renamed,
      { operator: 'Unsqueeze', inputs: [flat, 'axis.0'], outputs: [graphNames.logits] },
    ],
    weights: [embedding, ...graph.weights],
    constants: { ...graph.constants, 'axis.0': [0], 'axis.1': [1], one: [1] },
  };
}

/** Rejects where the file is no model of the Llama family. */
export async function transformersFiles(
  options: Weights & { readonly contextTokens: number },
): Promise<TransformersFiles> {
  const { model: file, adapter, contextTokens } = options;
  const header = await readGgufHeader(file);
  const shape = readLlamaShape(header);
  const read = await openBytes(file);
  const table = describeMatrix(header, tensorNamed(header, 'token_embd.weight'), file.size);
  const embedding: LazyTensor = {
    name: 'embedding',
    type: 'float32',
    shape: [table.rows, table.columns],
    byteLength: table.rows * table.columns * 4,
    make: () => new Uint8Array(readFloatRows(read, table, 0, table.rows).buffer),
  };
  const source = { header, fileBytes: file.size, read, shape };
  const built = buildLlamaGraph(source, {
    packed: false,
    contextTokens,
    freshOnly: false,
    adapters: false,
  });
  const own = adapter === undefined ? built : await mergeAdapter({ graph: built, adapter, shape });
  const graph = withFront(own, embedding, shape);
  const tokenizer = await readTokenizerJson(file);
  const config = {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    hidden_size: shape.hidden,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headSize,
    intermediate_size: shape.feedForward,
    vocab_size: shape.vocabulary,
    eos_token_id: header.metadata.get('tokenizer.ggml.eos_token_id'),
  };
  return {
    files: new Map<string, string | Uint8Array<ArrayBuffer>>([
      ['config.json', JSON.stringify(config)],
      ['generation_config.json', JSON.stringify({ eos_token_id: config.eos_token_id })],
      ['tokenizer.json', JSON.stringify({ version: '1.0', truncation: null, padding: null, ...tokenizer })],
      ['tokenizer_config.json', JSON.stringify({ tokenizer_class: 'PreTrainedTokenizer' })],
      ['onnx/model.onnx', encodeModel(graph)],
    ]),
    externalData: graph.weights.map(({ name, byteLength, make }) => ({
      path: name,
      data: new LazyBytes(byteLength, make),
    })),
  };
}
