/** The tiny model on every backend that a browser gives ONNX Runtime, through this site's own files alone. */
import { afterAll, describe, expect, test, vi } from 'vitest';
import { openGpu } from '../../src/engine/onnx/open-gpu.ts';
import { openOnnxModel } from '../../src/engine/onnx/open-onnx-model.ts';
import { describeCausalModel } from '../fixtures/causal-model-suite.ts';
import { cosine, runReference } from '../fixtures/reference-llama.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { makeTinyLora } from '../fixtures/tiny-lora.ts';

const tokens = [1, 300, 17, 42, 9];
const { adapterInfo } = (await openGpu()).device;
console.log(`WebGPU adapter: ${adapterInfo.vendor}/${adapterInfo.architecture} ${adapterInfo.description}`);

describeCausalModel('WebGPU', (options) => openOnnxModel({ ...options, backend: 'webgpu', threads: 1 }));

describe('every packing on WebGPU', () => {
  test.for([
    { packing: 'f32', least: 0.99999 },
    { packing: 'q4_0', least: 0.99999 },
    { packing: 'q4_1', least: 0.999 },
    { packing: 'q8_0', least: 0.99999 },
  ] as const)('$packing', async ({ packing, least }) => {
    const file = makeTinyLlama({ packing });
    const model = await openOnnxModel({
      file: new Blob([file]),
      contextTokens: 64,
      backend: 'webgpu',
      threads: 1,
    });
    const expected = await runReference(file, tokens);
    const [result] = await model.forward([{ cache: model.createCache(), tokens, logits: 'all' }]);
    const cosines = expected.logits.map((logits, row) => cosine(logits, result!.logits[row]!));
    console.log(`WebGPU, ${packing}: least cosine ${String(Math.min(...cosines))}`);
    for (const value of cosines) expect(value).toBeGreaterThan(least);
    await model.dispose();
  });
});

describe('a GPU that goes away', () => {
  test('ends the run under way and every later one with device-lost', async () => {
    const asked = vi.spyOn(GPUAdapter.prototype, 'requestDevice');
    const file = new Blob([makeTinyLlama({})]);
    const model = await openOnnxModel({ file, contextTokens: 64, backend: 'webgpu', threads: 1 });
    const device = await asked.mock.results.at(-1)!.value;
    asked.mockRestore();
    const cache = model.createCache();
    await model.forward([{ cache, tokens, logits: 'last' }]);
    const running = model.forward([{ cache, tokens: [5], logits: 'last' }]);
    device.destroy();
    await expect(running).rejects.toMatchObject({ code: 'device-lost' });
    await expect(model.forward([{ cache, tokens: [6], logits: 'last' }])).rejects.toMatchObject({
      code: 'device-lost',
    });
    await model.dispose();
    // Nothing entered the runtime while its last run on the lost GPU was still asleep: its memory is whole.
    const next = await openOnnxModel({ file, contextTokens: 64, backend: 'webgpu', threads: 1 });
    const [result] = await next.forward([{ cache: next.createCache(), tokens, logits: 'last' }]);
    const expected = await runReference(makeTinyLlama({}), tokens);
    expect(cosine(result!.logits[0]!, expected.logits.at(-1)!)).toBeGreaterThan(0.99999);
    await next.dispose();
  });
});

describe('WebAssembly', () => {
  const workers: Worker[] = [];
  afterAll(() => {
    for (const worker of workers) worker.terminate();
  });

  test('a worker reads the weights from the file as the session takes them', async () => {
    const file = makeTinyLlama({ packing: 'q4_1' });
    const worker = new Worker(new URL('./onnx-fixtures/tiny.worker.ts', import.meta.url), { type: 'module' });
    workers.push(worker);
    const answer = new Promise<{ logits: Float32Array; readsWhileBuilding: boolean }>((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => resolve(data));
      worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    });
    worker.postMessage({ file: new Blob([file]), tokens });
    const { logits, readsWhileBuilding } = await answer;
    expect(readsWhileBuilding).toBe(true);
    expect(cosine(logits, (await runReference(file, tokens)).logits.at(-1)!)).toBeGreaterThan(0.99999);
  });

  test('two adapters answer differently in a page too', async () => {
    const adapters = [1, 2].map((seed) => ({
      id: `adapter-${String(seed)}`,
      file: new Blob([makeTinyLora({ seed }).file]),
    }));
    const file = new Blob([makeTinyLlama({})]);
    const model = await openOnnxModel({
      file,
      contextTokens: 64,
      adapters,
      backend: 'wasm-single',
      threads: 1,
    });
    const say = async (adapter: string): Promise<Float32Array> => {
      const [result] = await model.forward([{ cache: model.createCache(), tokens, logits: 'last', adapter }]);
      return result!.logits[0]!;
    };
    expect(cosine(await say('adapter-1'), await say('adapter-2'))).toBeLessThan(0.99);
    await model.dispose();
  });
});
