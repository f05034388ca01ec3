/**
 * Keys and values of past prompts, so that what was read once is not read again. Finds the longest common beginning,
 * hands out forks, and holds so many tokens at most: what was used least recently leaves first.
 * Knows token ids and caches; nothing of requests.
 */
import type { KvCache } from './causal-model.ts';

interface Entry {
  readonly adapter: string | undefined;
  /** The tokens whose keys and values the cache holds. */
  readonly tokens: readonly number[];
  readonly cache: KvCache;
}

/** How many tokens two lists begin with in common. */
export function commonLength(left: readonly number[], right: readonly number[]): number {
  const end = Math.min(left.length, right.length);
  let length = 0;
  while (length < end && left[length] === right[length]) length += 1;
  return length;
}

function beginsWith(tokens: readonly number[], beginning: readonly number[]): boolean {
  return commonLength(tokens, beginning) === beginning.length;
}

export class PrefixStore {
  readonly #maxTokens: number;
  /** Least recently used first. */
  #entries: Entry[] = [];
  #heldTokens = 0;

  constructor(options: { readonly maxTokens: number }) {
    this.#maxTokens = options.maxTokens;
  }

  /** Tokens held, over all caches. */
  get heldTokens(): number {
    return this.#heldTokens;
  }

  /**
   * A cache of the longest beginning of `tokens` that is held for this adapter, but never of all of them: the last
   * token has to be read for its logits. The caller owns it. Undefined where no beginning is held.
   */
  take(tokens: readonly number[], adapter: string | undefined): KvCache | undefined {
    const { entry: best, length } = this.#longest(tokens, adapter);
    if (best === undefined) return undefined;
    this.#entries = [...this.#entries.filter((entry) => entry !== best), best];
    const cache = best.cache.fork();
    cache.truncate(length);
    return cache;
  }

  /** Tokens of the cache that `take` would give. */
  heldOf(tokens: readonly number[], adapter: string | undefined): number {
    return this.#longest(tokens, adapter).length;
  }

  /** Takes over a cache and the tokens that it holds. */
  put(tokens: readonly number[], adapter: string | undefined, cache: KvCache): void {
    const known = this.#entries.some(
      (entry) => entry.adapter === adapter && beginsWith(entry.tokens, tokens),
    );
    if (tokens.length === 0 || tokens.length > this.#maxTokens || known) {
      cache.dispose();
      return;
    }
    for (const entry of this.#entries) {
      if (entry.adapter === adapter && beginsWith(tokens, entry.tokens)) this.#drop(entry);
    }
    this.#entries.push({ adapter, tokens, cache });
    this.#heldTokens += tokens.length;
    while (this.#heldTokens > this.#maxTokens) {
      const [oldest] = this.#entries;
      if (oldest === undefined) return;
      this.#drop(oldest);
    }
  }

  /** Frees every cache. */
  clear(): void {
    for (const entry of this.#entries) this.#drop(entry);
  }

  #longest(
    tokens: readonly number[],
    adapter: string | undefined,
  ): { readonly entry?: Entry; readonly length: number } {
    let best: { readonly entry?: Entry; readonly length: number } = { length: 0 };
    for (const entry of this.#entries) {
      if (entry.adapter !== adapter) continue;
      const length = Math.min(commonLength(entry.tokens, tokens), tokens.length - 1);
      if (length > best.length) best = { entry, length };
    }
    return best;
  }

  #drop(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#heldTokens -= entry.tokens.length;
    entry.cache.dispose();
  }
}
