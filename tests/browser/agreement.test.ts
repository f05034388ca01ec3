/**
 * What the engines compute after ten prompts. The second engine, on WebAssembly and on WebGPU, gives the whole
 * distribution that a small model's definition gives; wllama, whose answers cannot hold tokens that are no text, agrees
 * with it on the real model's likeliest tokens.
 */
import { wrap } from 'comlink';
import { describe, expect, test } from 'vitest';
import { tolerance } from '../../src/engine/known-answer.ts';
import { readGgufTokenizer } from '../../src/engine/transformers/gguf-tokenizer.ts';
import type { TokenLogprob } from '../../src/protocol/model.ts';
import { defaultModelUrl, whyMissing } from '../contract/default-model.ts';
import type { LogprobApi, LogprobQuestion } from '../fixtures/logprobs.worker.ts';
import { cosine, runReference } from '../fixtures/reference-llama.ts';
import { makeTinyLlama, tinyLlamaShape } from '../fixtures/tiny-llama.ts';

const prompts = [
  'one',
  'one two three four',
  'The quick brown fox jumps over the lazy dog.',
  '{"name":"add","arguments":{"a":1,"b":2}}',
  '<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  '1 + 1 = 2, 2 + 2 = 4, 3 + 3 =',
  'Zwölf Boxkämpfer jagen Viktor.',
  '   white   space   ',
  'What is the capital of France? It is a city on a river.',
];
const vocabulary = tinyLlamaShape.vocabulary;
const bytes = makeTinyLlama({ packing: 'q8_0', seed: 41, contextTokens: 256 });
const gpu = await navigator.gpu?.requestAdapter();

/** Log-probabilities up to a constant: the logits around their mean. */
function centred(values: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return all.map((value) => value - mean);
}

function byToken(candidates: readonly TokenLogprob[]): number[] {
  const logprobs = new Map(candidates.map(({ token, logprob }) => [token, logprob]));
  return Array.from({ length: vocabulary }, (_, token) => logprobs.get(token) ?? Number.NaN);
}

async function referenceLogits(): Promise<Float64Array[]> {
  const tokenizer = await readGgufTokenizer(new Blob([bytes]));
  const logits: Float64Array[] = [];
  for (const prompt of prompts) {
    const result = await runReference(bytes, tokenizer.encodePrompt(prompt));
    logits.push(centred(result.logits.at(-1) ?? []));
  }
  return logits;
}

async function ask(question: LogprobQuestion): Promise<TokenLogprob[][]> {
  const worker = new Worker(new URL('../fixtures/logprobs.worker.ts', import.meta.url), { type: 'module' });
  const answers = await wrap<LogprobApi>(worker).ask(question);
  worker.terminate();
  return answers;
}

describe.each(['wasm-single', 'webgpu'] as const)('transformers on %s', (backend) => {
  test('gives the distribution that the definition gives', async ({ skip }) => {
    skip(backend === 'webgpu' && !gpu, 'this browser has no WebGPU adapter');
    const file = new Blob([bytes]);
    const answers = await ask({ engine: 'transformers', backend, file, prompts, candidates: vocabulary });
    const expected = await referenceLogits();
    const cosines = answers.map((answer, index) => cosine(centred(byToken(answer)), expected[index] ?? []));
    console.info(`transformers on ${backend}: least cosine ${String(Math.min(...cosines))}`);
    expect(cosines).toHaveLength(prompts.length);
    for (const value of cosines) expect(value).toBeGreaterThanOrEqual(0.999);
  });
});

describe('wllama and transformers, on the real model', () => {
  test('agree on the likeliest tokens', async ({ skip }) => {
    const missing = await whyMissing();
    skip(missing !== undefined, missing);
    const file = await (await fetch(defaultModelUrl)).blob();
    const question = { backend: 'wasm-threads', file, prompts, candidates: 40 } as const;
    const theirs = await ask({ ...question, engine: 'wllama' });
    const ours = await ask({ ...question, engine: 'transformers', candidates: 400 });
    const pairs = theirs.map((answer, index) => {
      const logprobs = new Map(ours[index]?.map(({ token, logprob }) => [token, logprob]));
      return answer.map(({ token, logprob }) => [logprob, logprobs.get(token) ?? Number.NaN] as const);
    });
    const cosines = pairs.map((answer) =>
      cosine(
        answer.map(([their]) => their),
        answer.map(([, our]) => our),
      ),
    );
    // wllama keeps the embedding, which is the head too, packed in 8 bits, and packs what it is multiplied with.
    const apart = pairs.map((answer) => Math.max(...answer.map(([their, our]) => Math.abs(their - our))));
    console.info(
      `wllama and transformers: least cosine ${String(Math.min(...cosines))}, farthest ${String(Math.max(...apart))}`,
    );
    expect(cosines).toHaveLength(prompts.length);
    for (const value of cosines) expect(value).toBeGreaterThanOrEqual(0.999);
    for (const value of apart) expect(value).toBeLessThan(tolerance);
  });
});
