/**
 * Holds a generation to a grammar, token by token. Two readings of the grammar work together: xgrammar's, wider and
 * fast, says which of all tokens may come; the recogniser, exact, has the last word on the one that is picked.
 * Knows logits, tokens and bytes; nothing of requests.
 */
import type { GrammarMatcher } from '@mlc-ai/web-xgrammar';
import { forcedTokens } from './forced-tokens.ts';
import type { ModelTokenizer } from './model-tokenizer.ts';
import { forbid, pickToken } from './pick-token.ts';
import type { PickOptions } from './pick-token.ts';
import type { Position, Recogniser } from './recogniser.ts';
import type { SortedTokens } from './sorted-tokens.ts';

export interface TokenMatcherOptions {
  /** Over the widened grammar; disposed of with this. */
  readonly matcher: GrammarMatcher;
  readonly recogniser: Recogniser;
  readonly tokenizer: ModelTokenizer;
  readonly sorted: SortedTokens;
  /** Another one at the beginning of the same grammar. */
  readonly reopen: () => Promise<TokenMatcher>;
}

/** Is told what was chosen, and among what. */
export type ChoiceListener = (logits: Float32Array, token: number, allowed: Int32Array) => void;

/** Picks that are refused one by one, before all tokens are looked through: a bound is reached then. */
const patience = 8;

/** Characters that may come next, up to which the exact grammar alone is asked for the tokens: it is as fast, and right. */
const narrow = 256;
/** Steps of the exact grammar that such a question may take. */
const narrowSteps = 4000;

export class TokenMatcher {
  readonly #options: TokenMatcherOptions;
  #position: Position;

  constructor(options: TokenMatcherOptions) {
    this.#options = options;
    this.#position = options.recogniser.start;
  }

  /** The next token, and goes on by it; -1 where the grammar allows none. */
  async pick(
    logits: Float32Array,
    options: Omit<PickOptions, 'allowed'>,
    onChoice?: ChoiceListener,
  ): Promise<number> {
    let allowed = this.#exactly() ?? (await this.#options.matcher.getNextTokenBitmask());
    for (let refused = 0; ; refused += 1) {
      if (refused === patience) allowed = this.#maskOf(Infinity) ?? allowed;
      const token = pickToken(logits, { ...options, allowed });
      if (token < 0) return token;
      if (this.#accept(token)) {
        onChoice?.(logits, token, allowed);
        return token;
      }
      forbid(allowed, token);
    }
  }

  /** Goes on by what must come next and says in which tokens; none where there is a choice. */
  forced(): readonly number[] {
    const { recogniser, tokenizer } = this.#options;
    const taken: number[] = [];
    for (const token of forcedTokens({ recogniser, tokenizer, position: this.#position })) {
      if (tokenizer.bytesOf(token).length === 0 || !this.#accept(token)) break;
      taken.push(token);
    }
    return taken;
  }

  /** Another one that has gone on by these tokens from the beginning; undefined where the grammar does not allow them. */
  async after(tokens: readonly number[]): Promise<TokenMatcher | undefined> {
    const twin = await this.#options.reopen();
    if (tokens.every((token) => twin.#accept(token))) return twin;
    twin.dispose();
    return undefined;
  }

  /** True where the text may end. */
  get complete(): boolean {
    return this.#options.recogniser.isComplete(this.#position);
  }

  /** True where nothing can follow. */
  get finished(): boolean {
    return this.#options.recogniser.isFinished(this.#position);
  }

  dispose(): void {
    this.#options.matcher.dispose();
  }

  #accept(token: number): boolean {
    const { matcher, recogniser, tokenizer } = this.#options;
    if (tokenizer.endTokens.has(token)) return recogniser.isComplete(this.#position);
    const next = recogniser.advance(this.#position, tokenizer.bytesOf(token));
    if (next === undefined || !matcher.acceptToken(token)) return false;
    this.#position = next;
    return true;
  }

  /** The mask where few characters may come; undefined where many may. */
  #exactly(): Int32Array | undefined {
    const isNarrow = this.#options.recogniser.breadth(this.#position) <= narrow;
    return isNarrow ? this.#maskOf(narrowSteps) : undefined;
  }

  /** What the exact grammar allows, as a mask; undefined where that takes more steps. */
  #maskOf(mostSteps: number): Int32Array | undefined {
    const { recogniser, tokenizer, sorted } = this.#options;
    const tokens = sorted.allowed(recogniser, this.#position, mostSteps);
    if (tokens === undefined) return undefined;
    const mask = new Int32Array((tokenizer.vocabulary.length + 31) >>> 5);
    const ends = recogniser.isComplete(this.#position) ? tokenizer.endTokens : [];
    for (const token of [...tokens, ...ends])
      mask[token >>> 5] = (mask[token >>> 5] ?? 0) | (1 << (token & 31));
    return mask;
  }
}
