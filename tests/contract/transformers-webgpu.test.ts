/**
 * The second engine with a small model that the suite makes itself and two adapters, on WebGPU and on WebAssembly.
 * Which adapter WebGPU ran on is printed.
 */
import { describe, expect, test } from 'vitest';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import type { LoadRequest } from '../../src/protocol/engine.ts';
import { storeFile } from '../fixtures/stored-file.ts';
import { tinyRequest } from '../fixtures/tiny-entry.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { makeTinyLora } from '../fixtures/tiny-lora.ts';
import { contractContext, describeEngineContract } from './engine.ts';

const exempt = { model: 'the weights come from a seed: the model knows no capitals' };
const adapter = await navigator.gpu?.requestAdapter();
const gpu = [adapter?.info.vendor, adapter?.info.architecture, adapter?.info.description].join(' ').trim();
console.info(`WebGPU adapter: ${adapter === null || adapter === undefined ? 'none' : gpu}`);

const file = await storeFile(
  'contract-tiny-llama.gguf',
  makeTinyLlama({ packing: 'q8_0', contextTokens: contractContext }),
);
const request: LoadRequest = {
  ...tinyRequest(file, contractContext),
  adapters: [
    { id: 'one', file: await storeFile('contract-one.gguf', makeTinyLora({ seed: 2 }).file) },
    { id: 'other', file: await storeFile('contract-other.gguf', makeTinyLora({ seed: 3 }).file) },
  ],
};

describeEngineContract({
  name: 'transformers on WebAssembly with a made model',
  create: () => spawnEngine(),
  request: { ...request, prefer: { backend: 'wasm-threads' } },
  exempt,
});

if (adapter === null || adapter === undefined) {
  describe('transformers on WebGPU', () => {
    test('keeps the engine contract', ({ skip }) => {
      skip('this browser has no WebGPU adapter');
    });
  });
} else {
  describeEngineContract({
    name: 'transformers on WebGPU with a made model',
    create: () => spawnEngine(),
    request: { ...request, prefer: { backend: 'webgpu' } },
    exempt,
  });

  describe('transformers on WebGPU', () => {
    test('says the same as on WebAssembly', async () => {
      const texts: string[] = [];
      for (const backend of ['wasm-single', 'webgpu'] as const) {
        const engine = spawnEngine();
        // The weights are the same numbers in both layouts.
        expect((await engine.load({ ...request, prefer: { backend } })).backend).toBe(backend);
        const { text } = await engine.generate({
          messages: [{ role: 'user', content: 'What is the capital of France?' }],
          sampling: { temperature: 0, maxTokens: 24 },
        });
        texts.push(text);
        engine.dispose();
      }
      expect(texts[1]).toBe(texts[0]);
    });
  });
}
