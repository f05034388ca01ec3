/** The real model in a real worker. Skipped where the model file was not set up; the reason is printed. */
import { describe, expect, test } from 'vitest';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import { defaultModel, modelsUrl, whyMissing } from './default-model.ts';
import { contractContext, describeEngineContract } from './engine.ts';

const missing = await whyMissing();

if (missing === undefined) {
  const request = {
    model: defaultModel,
    modelsUrl,
    engine: 'wllama',
    contextTokens: contractContext,
    slots: 2,
  } as const;
  const question = {
    messages: [{ role: 'user', content: 'What is the capital of France?' }],
    sampling: { temperature: 0, maxTokens: 16 },
  } as const;

  describeEngineContract({ name: 'wllama on WebAssembly', create: () => spawnEngine(), request });

  describe('wllama on WebAssembly', () => {
    test('packed weights and their float twin say the same', async () => {
      const texts: string[] = [];
      for (const weights of ['quantised', 'float32'] as const) {
        const engine = spawnEngine();
        expect((await engine.load({ ...request, prefer: { weights } })).weights).toBe(weights);
        texts.push((await engine.generate(question)).text);
        engine.dispose();
      }
      expect(texts[0]).toBe(texts[1]);
    });

    test('a worker that ends in mid-generation rejects the call', async () => {
      const engine = spawnEngine();
      await engine.load({ ...request, prefer: { backend: 'wasm-single' } });
      const running = engine.generate(question, { onEvent: () => engine.dispose() });
      await expect(running).rejects.toMatchObject({ code: 'worker-died' });
    });

    test('a load that is stopped while the model is built rejects, and leaves nothing loaded', async () => {
      const engine = spawnEngine();
      const stopping = new AbortController();
      const load = engine.load(request, {
        signal: stopping.signal,
        onProgress: ({ type }) => {
          if (type === 'initialise-started') stopping.abort();
        },
      });
      await expect(load).rejects.toMatchObject({ code: 'aborted' });
      await expect(engine.generate(question)).rejects.toMatchObject({ code: 'model-not-loaded' });
      engine.dispose();
    });
  });
} else {
  describe('wllama on WebAssembly', () => {
    test('keeps the engine contract', ({ skip }) => {
      skip(missing);
    });
  });
}
