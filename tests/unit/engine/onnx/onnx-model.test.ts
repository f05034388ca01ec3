/** The graph on ONNX Runtime's WebAssembly, against Llama's definition in plain arithmetic. */
import * as runtime from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OnnxModel } from '../../../../src/engine/onnx/onnx-model.ts';
import { buildOnnxModel } from '../../../../src/engine/onnx/build-onnx-model.ts';
import type { OnnxModelOptions } from '../../../../src/engine/onnx/build-onnx-model.ts';
import { describeCausalModel } from '../../../fixtures/causal-model-suite.ts';
import { cosine, runReference } from '../../../fixtures/reference-llama.ts';
import { makeTinyLlama } from '../../../fixtures/tiny-llama.ts';
import { makeTinyLora } from '../../../fixtures/tiny-lora.ts';

runtime.env.wasm.numThreads = 1;
const tokens = [1, 300, 17, 42, 9, 511, 256, 80, 80, 3];

async function open(file: Uint8Array<ArrayBuffer>, more: Partial<OnnxModelOptions> = {}): Promise<OnnxModel> {
  return buildOnnxModel(runtime, { file: new Blob([file]), contextTokens: 64, ...more });
}

describe('every packing', () => {
  test.for(['f32', 'q4_0', 'q4_1', 'q8_0'] as const)('%s as floats is the definition', async (packing) => {
    const file = makeTinyLlama({ packing, tiedHead: packing !== 'q4_0' });
    const model = await open(file);
    const expected = await runReference(file, tokens);
    const [result] = await model.forward([
      { cache: model.createCache(), tokens, logits: 'all', hidden: true },
    ]);
    for (const [row, logits] of expected.logits.entries()) {
      expect(cosine(logits, result!.logits[row]!)).toBeGreaterThan(0.999999);
      expect(cosine(expected.hidden[row]!, result!.hidden[row]!)).toBeGreaterThan(0.999999);
    }
    await model.dispose();
  });

  test('Qwen2 has biases, and turns other pairs', async () => {
    const file = makeTinyLlama({ architecture: 'qwen2', packing: 'q8_0' });
    const expected = (await runReference(file, tokens)).logits;
    for (const weights of ['float32', 'quantised'] as const) {
      const model = await open(file, { weights });
      const [result] = await model.forward([{ cache: model.createCache(), tokens, logits: 'all' }]);
      for (const [row, logits] of expected.entries()) {
        expect(cosine(logits, result!.logits[row]!)).toBeGreaterThan(0.99999);
      }
      await model.dispose();
    }
  });

  // MatMulNBits has no float minimum: Q4_1 goes onto a finer grid, the others keep every bit.
  test.for([
    { packing: 'q4_0', least: 0.99999 },
    { packing: 'q8_0', least: 0.99999 },
    { packing: 'q4_1', least: 0.999 },
  ] as const)('$packing left packed keeps $least', async ({ packing, least }) => {
    const file = makeTinyLlama({ packing });
    const model = await open(file, { weights: 'quantised' });
    const expected = await runReference(file, tokens);
    const [result] = await model.forward([{ cache: model.createCache(), tokens, logits: 'all' }]);
    const cosines = expected.logits.map((logits, row) => cosine(logits, result!.logits[row]!));
    for (const value of cosines) expect(value).toBeGreaterThan(least);
    await model.dispose();
  });
});

describeCausalModel('WebAssembly', (options) => buildOnnxModel(runtime, options));

describe('what is refused', () => {
  let file: Uint8Array<ArrayBuffer>;
  let model: OnnxModel;
  beforeAll(async () => {
    file = makeTinyLlama({});
    model = await open(file);
  });
  afterAll(() => model.dispose());

  test('a token outside the vocabulary, an empty step, too long a sequence', async () => {
    const cache = model.createCache();
    const forward = (read: readonly number[]): Promise<unknown> =>
      model.forward([{ cache, tokens: read, logits: 'last' }]);
    await expect(forward([512])).rejects.toMatchObject({ code: 'engine-failed' });
    await expect(forward([-1])).rejects.toMatchObject({ code: 'engine-failed' });
    await expect(forward([])).rejects.toMatchObject({ code: 'engine-failed' });
    await expect(forward(Array.from({ length: 65 }, () => 5))).rejects.toMatchObject({
      code: 'context-overflow',
      details: { promptTokens: 65, contextWindow: 64 },
    });
    expect(cache.length).toBe(0);
  });

  test('an unknown adapter, a freed cache, a foreign cache, overlapping runs', async () => {
    const cache = model.createCache();
    const step = { cache, tokens: [4], logits: 'last' } as const;
    await expect(model.forward([{ ...step, adapter: 'nobody' }])).rejects.toMatchObject({
      code: 'unsupported',
    });
    const running = model.forward([step]);
    await expect(model.forward([step])).rejects.toMatchObject({ code: 'engine-failed' });
    await running;
    const other = await open(file);
    await expect(other.forward([step])).rejects.toMatchObject({ code: 'engine-failed' });
    await other.dispose();
    await expect(other.forward([{ ...step, cache: other.createCache() }])).rejects.toMatchObject({
      code: 'model-not-loaded',
    });
    cache.dispose();
    await expect(model.forward([step])).rejects.toMatchObject({ code: 'engine-failed' });
  });

  test('a file of another architecture, a file cut short, a base taken for an adapter', async () => {
    const text = new TextDecoder('latin1').decode(file);
    const at = text.indexOf('llama', text.indexOf('general.architecture'));
    const renamed = file.slice();
    renamed.set(new TextEncoder().encode('mamba'), at);
    await expect(open(renamed)).rejects.toMatchObject({ code: 'model-rejected' });
    await expect(open(file.slice(0, file.length - 4096))).rejects.toMatchObject({ code: 'model-rejected' });
    const adapters = [{ id: 'base', file: new Blob([file]) }];
    await expect(open(file, { adapters })).rejects.toMatchObject({
      code: 'model-rejected',
      details: { adapter: 'base' },
    });
  });

  test.for([
    ['feed_forward_length', 96],
    ['block_count', 3],
    ['attention.head_count', 8],
    ['attention.head_count_kv', 3],
    ['embedding_length', 32],
    ['rope.dimension_count', 8],
  ] as const)('a header whose %s contradicts the tensors', async ([key, value]) => {
    const at = new TextDecoder('latin1').decode(file).indexOf(`llama.${key}`) + `llama.${key}`.length;
    const wrong = file.slice();
    new DataView(wrong.buffer).setUint32(at + 4, value, true);
    await expect(open(wrong)).rejects.toMatchObject({ code: 'model-rejected' });
  });

  test('nothing of a model that is freed in the middle of a run, which ends first', async () => {
    const other = await open(file);
    const cache = other.createCache();
    const running = other.forward([{ cache, tokens, logits: 'last' }]);
    await Promise.all([other.dispose(), expect(running).resolves.toHaveLength(1)]);
    expect(cache.length).toBe(0);
    await expect(other.forward([])).rejects.toMatchObject({ code: 'model-not-loaded' });
  });

  test('a load that is stopped', async () => {
    const stop = new AbortController();
    const loading = open(file, { signal: stop.signal });
    stop.abort();
    await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('an adapter that leaves its base behind', async () => {
    const lora = makeTinyLora({ seed: 3, linears: ['attn_q'] }).file;
    const at = new TextDecoder('latin1').decode(lora).indexOf('blk.1.attn_q');
    const wrong = lora.slice();
    wrong.set(new TextEncoder().encode('blk.9'), at);
    const adapters = [{ id: 'wrong', file: new Blob([wrong]) }];
    await expect(open(file, { adapters })).rejects.toMatchObject({ code: 'model-rejected' });
  });
});
