/**
 * The default model on ONNX Runtime: packed weights on the GPU beside 32-bit floats of the same file on WebAssembly.
 * Skipped where the model file was not set up; the reason is printed.
 */
import { describe, expect, test } from 'vitest';
import { openOnnxModel } from '../../src/engine/onnx/open-onnx-model.ts';
import { defaultModelUrl, whyMissing } from '../contract/default-model.ts';
import { cosine } from '../fixtures/reference-llama.ts';

/** The beginning of a chat: `<|im_start|>user`, a line break, "What is the capital of". */
const prompt = [1, 4093, 198, 1780, 314, 260, 3575, 282];
const missing = await whyMissing();

function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let token = 1; token < logits.length; token += 1) {
    if ((logits[token] ?? 0) > (logits[best] ?? 0)) best = token;
  }
  return best;
}

if (missing === undefined) {
  const file = await (await fetch(defaultModelUrl)).blob();

  describe('the default model on ONNX Runtime', () => {
    test('on WebGPU, packed, gives the same logits', async () => {
      const start = performance.now();
      const model = await openOnnxModel({ file, contextTokens: 512, backend: 'webgpu', threads: 1 });
      const loadMs = performance.now() - start;
      const [result] = await model.forward([{ cache: model.createCache(), tokens: prompt, logits: 'last' }]);
      await model.dispose();
      const floats = await openOnnxModel({ file, contextTokens: 512, backend: 'wasm-threads', threads: 2 });
      const [expected] = await floats.forward([
        { cache: floats.createCache(), tokens: prompt, logits: 'last' },
      ]);
      await floats.dispose();
      const likeness = cosine(result!.logits[0]!, expected!.logits[0]!);
      console.log(`ONNX on WebGPU: load ${loadMs.toFixed(0)} ms, cosine to WASM floats ${String(likeness)}`);
      expect(likeness).toBeGreaterThan(0.999);
      expect(likeliest(result!.logits[0]!)).toBe(likeliest(expected!.logits[0]!));
    });
  });
} else {
  describe('the default model on ONNX Runtime', () => {
    test('on WebGPU, packed, gives the same logits', ({ skip }) => {
      skip(missing);
    });
  });
}
