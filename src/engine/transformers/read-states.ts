/**
 * Work on a model beside generations: the mean state of a text, and the likeliest tokens of a greedy continuation.
 * Both need the model for themselves. Knows the model; nothing of adapters, text and requests.
 */
import type { TokenLogprob } from '../../protocol/model.ts';
import type { CausalModel, KvCache } from './causal-model.ts';
import { greedy, pickToken } from './pick-token.ts';

/** Logits of every token read come back with its hidden state: few at a time keeps them small. */
const tokensAtOnce = 64;

/** The mean of the last layer's hidden states over all tokens, of unit length. `tokens` must not be empty. */
export async function embedTokens(model: CausalModel, tokens: readonly number[]): Promise<Float32Array> {
  const mean = new Float32Array(model.hiddenSize);
  const cache = model.createCache();
  try {
    for (let at = 0; at < tokens.length; at += tokensAtOnce) {
      const step = {
        cache,
        tokens: tokens.slice(at, at + tokensAtOnce),
        logits: 'all',
        hidden: true,
      } as const;
      const [result] = await model.forward([step]);
      for (const row of result?.hidden ?? []) {
        for (const [index, value] of row.entries()) mean[index] = (mean[index] ?? 0) + value;
      }
    }
  } finally {
    cache.dispose();
  }
  const length = Math.hypot(...mean);
  return length === 0 ? mean : mean.map((value) => value / length);
}

/** The likeliest tokens of one row of logits, best first, with the logarithms of their probabilities. */
function likeliest(logits: Float32Array, candidates: number): TokenLogprob[] {
  let top = -Infinity;
  for (const logit of logits) if (logit > top) top = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - top);
  const total = top + Math.log(sum);
  return Array.from(logits.keys())
    .toSorted((left, right) => (logits[right] ?? 0) - (logits[left] ?? 0))
    .slice(0, candidates)
    .map((token) => ({ token, logprob: (logits[token] ?? 0) - total }));
}

export interface ContinuationOptions {
  readonly prompt: readonly number[];
  readonly steps: number;
  readonly candidates: number;
  /** Tokens of the prompt read at once. */
  readonly chunkTokens: number;
  readonly signal: AbortSignal;
}

async function readAll(
  model: CausalModel,
  cache: KvCache,
  { prompt, chunkTokens, signal }: ContinuationOptions,
): Promise<Float32Array | undefined> {
  let logits: Float32Array | undefined;
  for (let at = 0; at < prompt.length; at += chunkTokens) {
    signal.throwIfAborted();
    const tokens = prompt.slice(at, at + chunkTokens);
    logits = (await model.forward([{ cache, tokens, logits: 'last' }]))[0]?.logits[0];
  }
  return logits;
}

/** Goes on greedily from a prompt; for each step the likeliest tokens, best first. */
export async function continueGreedily(
  model: CausalModel,
  options: ContinuationOptions,
): Promise<TokenLogprob[][]> {
  const cache = model.createCache();
  try {
    const steps: TokenLogprob[][] = [];
    let logits = await readAll(model, cache, options);
    while (logits !== undefined && steps.length < options.steps) {
      options.signal.throwIfAborted();
      steps.push(likeliest(logits, options.candidates));
      const token = pickToken(logits, greedy);
      if (token < 0 || steps.length === options.steps) break;
      [logits] = (await model.forward([{ cache, tokens: [token], logits: 'last' }]))[0]?.logits ?? [];
    }
    return steps;
  } finally {
    cache.dispose();
  }
}
