/**
 * A causal language model that is a table: the chances of the next character by the text written so far. What the table
 * does not say is spread over all tokens alike.
 */
import type {
  CausalModel,
  ForwardResult,
  ForwardStep,
  KvCache,
} from '../../src/engine/transformers/causal-model.ts';
import type { ModelTokenizer } from '../../src/engine/transformers/model-tokenizer.ts';

class TextCache implements KvCache {
  tokens: number[] = [];

  get length(): number {
    return this.tokens.length;
  }

  fork(): TextCache {
    const twin = new TextCache();
    twin.tokens = [...this.tokens];
    return twin;
  }

  truncate(length: number): void {
    this.tokens.length = length;
  }

  dispose(): void {
    this.tokens = [];
  }
}

export interface TextModelOptions {
  readonly tokenizer: ModelTokenizer;
  readonly prompt: string;
  /** Chances of the next character by what was written after the prompt; '' is the end. */
  readonly table: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

export class TextModel implements CausalModel {
  readonly vocabularySize: number;
  readonly hiddenSize = 1;
  readonly contextTokens = 512;
  readonly #options: TextModelOptions;

  constructor(options: TextModelOptions) {
    this.#options = options;
    this.vocabularySize = options.tokenizer.vocabulary.length;
  }

  createCache(): TextCache {
    return new TextCache();
  }

  forward(steps: readonly ForwardStep[]): Promise<readonly ForwardResult[]> {
    return Promise.resolve(
      steps.map(({ cache, tokens }) => {
        if (!(cache instanceof TextCache)) throw new Error('The cache is of another model.');
        cache.tokens.push(...tokens);
        return { logits: [this.#row(cache.tokens)], hidden: [] };
      }),
    );
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  #row(tokens: readonly number[]): Float32Array {
    const { prompt, table, tokenizer } = this.#options;
    const bytes = Uint8Array.from(tokens.flatMap((token) => [...tokenizer.bytesOf(token)]));
    const chances = table.get(new TextDecoder().decode(bytes).slice(prompt.length)) ?? {};
    const known = Object.values(chances).reduce((sum, chance) => sum + chance, 0);
    const rest = Math.max(1e-9, 1 - known) / this.vocabularySize;
    const row = new Float32Array(this.vocabularySize).fill(Math.log(rest));
    for (const [text, chance] of Object.entries(chances)) {
      const [token] = text === '' ? tokenizer.endTokens : tokenizer.encode(text);
      if (token !== undefined) row[token] = Math.log(chance + rest);
    }
    return row;
  }
}
