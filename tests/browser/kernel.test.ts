/**
 * Our own kernel against the definition of the model: the tiny one in every packing it knows, caches longer than a block, and
 * threads in a worker that say the same as one thread.
 */
import { describe, expect, test } from 'vitest';
import kernelBinary from '../../src/engine/kernel/llama.wasm?url';
import type { KernelModel } from '../../src/engine/kernel/kernel-model.ts';
import { openKernelModel } from '../../src/engine/kernel/open-kernel-model.ts';
import { fitsKernel } from '../../src/engine/kernel/place-model.ts';
import { readGgufHeader } from '../../src/engine/gguf.ts';
import type { TensorPacking } from '../fixtures/gguf-writer.ts';
import { describeCausalModel } from '../fixtures/causal-model-suite.ts';
import { cosine, runReference } from '../fixtures/reference-llama.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import type { KernelAnswer, KernelQuestion } from './kernel-fixtures/kernel.worker.ts';

const module = await WebAssembly.compileStreaming(fetch(kernelBinary));
/** Inputs are rounded to 8 bits, 32 at a time. */
const near = 0.999;

async function open(options: {
  readonly file: Blob;
  readonly contextTokens: number;
  readonly adapters?: readonly { readonly id: string; readonly file: Blob }[];
}): Promise<KernelModel> {
  return await openKernelModel({
    ...options,
    module,
    threads: 1,
    startHelper: () => {
      throw new Error('One thread needs no helper.');
    },
  });
}

// Random adapters as strong as the base let the rounding show more.
describeCausalModel('the kernel', open, { packing: 'q4_1', near: 0.995 });

async function fits(packing: TensorPacking): Promise<boolean> {
  return fitsKernel(await readGgufHeader(new Blob([makeTinyLlama({ packing })])));
}

describe('the kernel', () => {
  test.for([
    { packing: 'q4_0', architecture: 'llama', tiedHead: true },
    { packing: 'q4_1', architecture: 'llama', tiedHead: false },
    { packing: 'q4_1', architecture: 'qwen2', tiedHead: true },
  ] as const)('computes %o as it is defined', async (options) => {
    const file = makeTinyLlama(options);
    const model = await open({ file: new Blob([file]), contextTokens: 256 });
    const tokens = Array.from({ length: 150 }, (_, at) => (at * 37 + 11) % 512);
    const expected = await runReference(file, tokens);
    const [result] = await model.forward([{ cache: model.createCache(), tokens, logits: 'all' }]);
    const cosines = expected.logits.map((logits, row) => cosine(logits, result!.logits[row]!));
    console.log(`kernel, ${JSON.stringify(options)}: least cosine ${String(Math.min(...cosines))}`);
    for (const value of cosines) expect(value).toBeGreaterThan(near);
    await model.dispose();
  });

  test('forks that meet in the middle of a block do not write into each other', async () => {
    const file = makeTinyLlama({ packing: 'q4_1' });
    const model = await open({ file: new Blob([file]), contextTokens: 256 });
    const beginning = Array.from({ length: 70 }, (_, at) => (at * 13) % 512);
    const first = model.createCache();
    await model.forward([{ cache: first, tokens: beginning, logits: 'last' }]);
    const second = first.fork();
    for (const token of [5, 6, 7]) {
      await model.forward([
        { cache: first, tokens: [token], logits: 'last' },
        { cache: second, tokens: [token + 100], logits: 'last' },
      ]);
    }
    const [one, other] = await model.forward([
      { cache: first, tokens: [9], logits: 'last' },
      { cache: second, tokens: [9], logits: 'last' },
    ]);
    const alone = async (middle: readonly number[]) =>
      (await runReference(file, [...beginning, ...middle, 9])).logits.at(-1)!;
    expect(cosine(one!.logits[0]!, await alone([5, 6, 7]))).toBeGreaterThan(near);
    expect(cosine(other!.logits[0]!, await alone([105, 106, 107]))).toBeGreaterThan(near);
    await model.dispose();
  });

  test('prompts of different lengths are read at once as they are by themselves', async () => {
    const model = await open({ file: new Blob([makeTinyLlama({ packing: 'q4_1' })]), contextTokens: 256 });
    const prompts = [70, 3, 13, 1].map((length, seed) =>
      Array.from({ length }, (_, at) => (at * 31 + 7 * seed) % 512),
    );
    const read = (some: readonly (readonly number[])[]) =>
      model.forward(some.map((tokens) => ({ cache: model.createCache(), tokens, logits: 'last' as const })));
    const together = await read(prompts);
    for (const [at, prompt] of prompts.entries()) {
      const [alone] = await read([prompt]);
      expect(together[at]!.logits[0]).toEqual(alone!.logits[0]);
    }
    await model.dispose();
  });

  test('files that it has no products for are told apart', async () => {
    expect([await fits('q4_0'), await fits('q4_1')]).toEqual([true, true]);
    expect([await fits('f32'), await fits('q8_0')]).toEqual([false, false]);
  });

  test.for([2, 3])('%i threads in a worker say the same as one', async (threads) => {
    const file = new Blob([makeTinyLlama({ packing: 'q4_1' })]);
    const tokens = Array.from({ length: 90 }, (_, at) => (at * 29) % 512);
    const worker = new Worker(new URL('./kernel-fixtures/kernel.worker.ts', import.meta.url), {
      type: 'module',
    });
    const answer = new Promise<KernelAnswer>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<KernelAnswer>) => {
        resolve(data);
      });
      worker.addEventListener('error', ({ message }) => {
        reject(new Error(message));
      });
    });
    worker.postMessage({ file, tokens, threads } satisfies KernelQuestion);
    const { logits } = await answer;
    worker.terminate();
    const model = await open({ file, contextTokens: 128 });
    const [expected] = await model.forward([{ cache: model.createCache(), tokens, logits: 'last' }]);
    expect(logits).toEqual(expected!.logits[0]);
    await model.dispose();
  });
});
