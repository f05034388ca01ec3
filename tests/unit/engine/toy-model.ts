/**
 * A causal language model without weights: the next token is told by the last two, through a hash. Cheap and
 * deterministic, and strict about how it is called. Counts its work, so that tests can see what was read and batched.
 */
import type {
  CausalModel,
  ForwardResult,
  ForwardStep,
  KvCache,
} from '../../../src/engine/transformers/causal-model.ts';

class ToyCache implements KvCache {
  tokens: number[];
  disposed = false;
  readonly #live: Set<ToyCache>;

  constructor(live: Set<ToyCache>, tokens: number[] = []) {
    this.tokens = tokens;
    this.#live = live;
    live.add(this);
  }

  get length(): number {
    return this.tokens.length;
  }

  fork(): ToyCache {
    return new ToyCache(this.#live, [...this.tokens]);
  }

  truncate(length: number): void {
    this.tokens.length = length;
  }

  dispose(): void {
    if (this.disposed) throw new Error('A cache was freed twice.');
    this.disposed = true;
    this.#live.delete(this);
  }
}

export interface ToyModelOptions {
  readonly vocabularySize: number;
  /** Awaited in every call, before it computes. */
  readonly pace?: (steps: readonly ForwardStep[]) => Promise<void>;
}

export class ToyModel implements CausalModel {
  readonly vocabularySize: number;
  readonly hiddenSize = 8;
  readonly contextTokens = 512;
  /** Caches that are not freed. */
  readonly live = new Set<KvCache>();
  /** For each call, how many tokens each of its steps read. */
  readonly calls: number[][] = [];
  readonly #pace: ToyModelOptions['pace'];
  #running = false;

  constructor({ vocabularySize, pace }: ToyModelOptions) {
    this.vocabularySize = vocabularySize;
    this.#pace = pace;
  }

  createCache(): ToyCache {
    return new ToyCache(this.live as Set<ToyCache>);
  }

  async forward(steps: readonly ForwardStep[]): Promise<readonly ForwardResult[]> {
    if (this.#running) throw new Error('Two calls overlap.');
    this.#running = true;
    this.calls.push(steps.map(({ tokens }) => tokens.length));
    try {
      await this.#pace?.(steps);
      return steps.map((step) => this.#read(step));
    } finally {
      this.#running = false;
    }
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  #read({ cache, tokens, adapter, logits, hidden }: ForwardStep): ForwardResult {
    if (!(cache instanceof ToyCache) || cache.disposed) throw new Error('The cache was freed.');
    const rows: Float32Array[] = [];
    for (const token of tokens) {
      cache.tokens.push(token);
      rows.push(this.#row(cache.tokens, adapter ?? ''));
    }
    const asked = logits === 'all' ? rows : rows.slice(-1);
    return {
      logits: asked,
      hidden: hidden === true ? asked.map((row) => row.slice(0, this.hiddenSize)) : [],
    };
  }

  #row(tokens: readonly number[], adapter: string): Float32Array {
    let seed = 17 + adapter.length;
    for (const token of tokens.slice(-2)) seed = (Math.imul(seed, 31) + token) >>> 0;
    return Float32Array.from({ length: this.vocabularySize }, (_, token) => {
      const mixed = Math.imul(seed ^ Math.imul(token + 1, 0x9e3779b1), 0x85ebca6b);
      return ((mixed >>> 8) % 1000) / 100;
    });
  }
}
