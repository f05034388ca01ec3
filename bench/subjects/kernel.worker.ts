/** The worker that the bare kernel runs in: tokens in, tokens out, and nothing of what an engine adds. */
import { expose } from 'comlink';
import { renderChat } from '../../src/decode/chat-template.ts';
import type { KernelModel } from '../../src/engine/kernel/kernel-model.ts';
import { openKernel } from '../../src/engine/kernel/open-kernel.ts';
import { readGgufTokenizer } from '../../src/engine/transformers/gguf-tokenizer.ts';
import type { ModelTokenizer } from '../../src/engine/transformers/model-tokenizer.ts';
import type { AskedWorker } from './in-worker.ts';
import { Stopwatch } from './subject.ts';

const adapterId = 'beside';
let kernel: KernelModel | undefined;
let tokenizer: ModelTokenizer | undefined;
let chosen: { readonly adapter?: string } = {};

function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let token = 1; token < logits.length; token += 1) {
    if ((logits[token] ?? 0) > (logits[best] ?? 0)) best = token;
  }
  return best;
}

function textOf(from: ModelTokenizer, tokens: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(tokens.flatMap((token) => [...from.bytesOf(token)])));
}

const kernelWorker: AskedWorker = {
  async open({ model, adapter, contextTokens }) {
    tokenizer = await readGgufTokenizer(model);
    const threads = navigator.hardwareConcurrency;
    chosen = adapter === undefined ? {} : { adapter: adapterId };
    const adapters = adapter === undefined ? [] : [{ id: adapterId, file: adapter }];
    kernel = await openKernel({ file: model, contextTokens, threads, adapters });
    return `the bare kernel, packed weights, ${String(threads)} threads`;
  },

  /** Greedy, whatever the temperature. */
  async ask({ messages, maxTokens }) {
    if (kernel === undefined || tokenizer === undefined) throw new Error('Open it first.');
    const watch = new Stopwatch();
    const prompt = tokenizer.encode(renderChat('chatml', messages));
    const cache = kernel.createCache();
    const written: number[] = [];
    let tokens: readonly number[] = prompt;
    while (written.length < maxTokens) {
      const [result] = await kernel.forward([{ cache, tokens, logits: 'last', ...chosen }]);
      const token = likeliest(result?.logits[0] ?? new Float32Array());
      watch.piece();
      if (tokenizer.endTokens.has(token)) break;
      written.push(token);
      tokens = [token];
    }
    cache.dispose();
    return watch.told({
      text: textOf(tokenizer, written),
      promptTokens: prompt.length,
      tokens: written.length,
    });
  },
};

expose(kernelWorker);
