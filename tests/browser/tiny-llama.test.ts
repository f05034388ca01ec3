/** The model that tests make from a seed is one that llama.cpp loads, tokenizes for and runs. */
import { Wllama } from '@wllama/wllama/esm/index.js';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { describe, expect, test } from 'vitest';
import { packings } from '../fixtures/gguf-writer.ts';
import { makeTinyLlama, tinyLlamaShape } from '../fixtures/tiny-llama.ts';
import type { TinyLlamaOptions } from '../fixtures/tiny-llama.ts';

async function complete(options: TinyLlamaOptions): Promise<{ vocabulary: number; text: string }> {
  const wllama = new Wllama({ default: wasmUrl }, { suppressNativeLog: true });
  wllama.setCompat(null);
  await wllama.loadModel([new Blob([makeTinyLlama(options)])], { n_ctx: 128, n_threads: 1, n_gpu_layers: 0 });
  const vocabulary = wllama.getLoadedContextInfo().n_vocab;
  const result = await wllama.createCompletion({
    prompt: '<|im_start|>user\nWhat is the capital of France?<|im_end|>\n',
    max_tokens: 12,
    temperature: 0,
  });
  await wllama.exit();
  return { vocabulary, text: result.choices[0]?.text ?? '' };
}

describe('the tiny model', () => {
  test.for(packings)('runs in llama.cpp, packed as %s', async (packing) => {
    const { vocabulary, text } = await complete({ packing });
    expect(vocabulary).toBe(tinyLlamaShape.vocabulary);
    expect(text.length).toBeGreaterThan(0);
  });
});
