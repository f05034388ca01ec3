/**
 * A build as the hub has it, small and made here: a graph with the names of its exports, a config and a tokenizer.json.
 * The graph's answer is the sum of all that was read, so that every token in the cache counts.
 */
import * as runtime from 'onnxruntime-web/wasm';
import { describe, expect, test } from 'vitest';
import { encodeModel } from '../../../src/engine/onnx/onnx-format.ts';
import type { Graph } from '../../../src/engine/onnx/onnx-format.ts';
import { toByteLevel } from '../../../src/engine/transformers/byte-level.ts';
import { buildHubModel } from '../../../src/engine/transformers/open-hub-model.ts';

runtime.env.wasm.numThreads = 1;
const [size, width] = [260, 4];
const table = Float32Array.from({ length: size * width }, (_, index) => Math.sin(index * 1.7));
const head = Float32Array.from({ length: width * size }, (_, index) => Math.cos(index * 0.9));

const kv = (name: string, length: string) =>
  ({ name, type: 'float32', shape: [1, 1, length, width] }) as const;
const graph: Graph = {
  inputs: [
    { name: 'input_ids', type: 'int64', shape: [1, 'read'] },
    { name: 'attention_mask', type: 'int64', shape: [1, 'all'] },
    kv('past_key_values.0.key', 'before'),
    kv('past_key_values.0.value', 'before'),
  ],
  outputs: [
    { name: 'logits', type: 'float32', shape: [1, 'read', size] },
    kv('present.0.key', 'all'),
    kv('present.0.value', 'all'),
  ],
  nodes: [
    { operator: 'Gather', inputs: ['table.onnx_data', 'input_ids'], outputs: ['states'] },
    { operator: 'Unsqueeze', inputs: ['states', 'first'], outputs: ['key'] },
    ...(['key', 'value'] as const).map((kind) => ({
      operator: 'Concat',
      inputs: [`past_key_values.0.${kind}`, 'key'],
      outputs: [`present.0.${kind}`],
      integers: { axis: 2 },
    })),
    {
      operator: 'ReduceSum',
      inputs: ['present.0.key', 'second'],
      outputs: ['sum'],
      integers: { keepdims: 0 },
    },
    { operator: 'MatMul', inputs: ['sum', 'head.onnx_data'], outputs: ['row'] },
    { operator: 'MatMul', inputs: ['states', 'head.onnx_data'], outputs: ['own'] },
    { operator: 'Add', inputs: ['own', 'row'], outputs: ['logits'] },
  ],
  weights: [
    { name: 'table.onnx_data', type: 'float32', shape: [size, width], byteLength: table.byteLength },
    { name: 'head.onnx_data', type: 'float32', shape: [width, size], byteLength: head.byteLength },
  ],
  constants: { first: [1], second: [2] },
};

const bytes = Array.from({ length: 256 }, (_, byte) => [toByteLevel(Uint8Array.of(byte)), byte] as const);
const tokenizer = {
  added_tokens: [
    { id: 256, content: '<s>', special: true },
    { id: 257, content: '<|im_end|>', special: true },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [],
    special_tokens: { '<s>': { id: '<s>', ids: [256], tokens: ['<s>'] } },
  },
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', vocab: Object.fromEntries(bytes), merges: [] },
};
const config = {
  num_hidden_layers: 1,
  num_attention_heads: 1,
  hidden_size: width,
  vocab_size: size,
  max_position_embeddings: 64,
  eos_token_id: [258],
};

function files(changes: Readonly<Record<string, Blob>> = {}): Map<string, Blob> {
  return new Map(
    Object.entries({
      'config.json': new Blob([JSON.stringify(config)]),
      'tokenizer.json': new Blob([JSON.stringify(tokenizer)]),
      'onnx/model.onnx': new Blob([encodeModel(graph)]),
      'onnx/table.onnx_data': new Blob([table]),
      'onnx/head.onnx_data': new Blob([head]),
      ...changes,
    }),
  );
}

async function open(changes: Readonly<Record<string, Blob>> = {}): ReturnType<typeof buildHubModel> {
  const { signal } = new AbortController();
  return await buildHubModel(runtime, { files: files(changes), contextTokens: 512, signal });
}

/** The last row by definition: the last token's state and the sum of all, through the head. */
function expected(tokens: readonly number[]): number[] {
  const states = [...tokens, tokens.at(-1)!];
  return Array.from({ length: size }, (_, column) => {
    let logit = 0;
    for (const token of states)
      for (let at = 0; at < width; at += 1) logit += table[token * width + at]! * head[at * size + column]!;
    return logit;
  });
}

function expectRow(row: Float32Array | undefined, tokens: readonly number[]): void {
  const wanted = expected(tokens);
  expect(row).toHaveLength(size);
  for (const [index, value] of row!.entries()) expect(value).toBeCloseTo(wanted[index]!, 3);
}

describe('a hub build', () => {
  test('reads on from its cache, forked and cut back', async () => {
    const { model } = await open();
    const cache = model.createCache();
    await model.forward([{ cache, tokens: [5, 6, 7], logits: 'last' }]);
    const twin = cache.fork();
    const [one] = await model.forward([{ cache, tokens: [8], logits: 'last' }]);
    expectRow(one?.logits[0], [5, 6, 7, 8]);
    twin.truncate(2);
    const [other] = await model.forward([{ cache: twin, tokens: [9, 10], logits: 'last' }]);
    expectRow(other?.logits[0], [5, 6, 9, 10]);
    expect(twin.length).toBe(4);
    const [again] = await model.forward([{ cache, tokens: [11], logits: 'last' }]);
    expectRow(again?.logits[0], [5, 6, 7, 8, 11]);
    await model.dispose();
  });

  test('has the tokenizer of its files: first token, ends, bytes', async () => {
    const { model, tokenizer: read } = await open();
    expect(read.encodePrompt('Hi<|im_end|>')).toEqual([256, 72, 105, 257]);
    expect([...read.endTokens].toSorted((left, right) => left - right)).toEqual([257, 258]);
    expect(model.contextTokens).toBe(64);
    await model.dispose();
  });

  test('refuses by name what such files have not', async () => {
    const { model } = await open();
    const cache = model.createCache();
    const step = { cache, tokens: [1], logits: 'last' } as const;
    await expect(model.forward([{ ...step, adapter: 'a' }])).rejects.toMatchObject({ code: 'unsupported' });
    await expect(model.forward([{ ...step, hidden: true }])).rejects.toMatchObject({ code: 'unsupported' });
    await model.dispose();
  });

  test.for([
    ['a config that tells nothing', { 'config.json': new Blob(['{}']) }, 'model-rejected'],
    ['a config that is no JSON', { 'config.json': new Blob(['{']) }, 'model-rejected'],
    ['a graph that is none', { 'onnx/model.onnx': new Blob(['no graph']) }, 'model-rejected'],
    [
      'another kind of tokenizer',
      { 'tokenizer.json': new Blob([JSON.stringify({ ...tokenizer, decoder: { type: 'WordPiece' } })]) },
      'unsupported',
    ],
  ] as const)('%s is refused by name', async ([, changes, code]) => {
    await expect(open(changes)).rejects.toMatchObject({ code });
  });
});
