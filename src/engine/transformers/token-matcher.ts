/**
 * Holds a generation to a grammar, token by token. Two readings of the grammar work together: xgrammar's, wider and
 * fast, says which of all tokens may come; the recogniser, exact, has the last word on the one that is picked.
 * Knows logits, tokens and bytes; nothing of requests.
 */
import type { GrammarMatcher } from '@mlc-ai/web-xgrammar';
import type { ModelTokenizer } from './model-tokenizer.ts';
import { isAllowed, pickToken } from './pick-token.ts';
import type { PickOptions } from './pick-token.ts';
import type { Position, Recogniser } from './recogniser.ts';

export interface TokenMatcherOptions {
  /** Over the widened grammar; disposed of with this. */
  readonly matcher: GrammarMatcher;
  readonly recogniser: Recogniser;
  readonly tokenizer: ModelTokenizer;
}

/** Picks that are refused one by one, before all tokens are looked through: a bound is reached then. */
const patience = 8;

export class TokenMatcher {
  readonly #options: TokenMatcherOptions;
  #position: Position;

  constructor(options: TokenMatcherOptions) {
    this.#options = options;
    this.#position = options.recogniser.start;
  }

  /** The next token, and goes on by it; -1 where the grammar allows none. */
  async pick(logits: Float32Array, options: Omit<PickOptions, 'allowed'>): Promise<number> {
    const allowed = await this.#options.matcher.getNextTokenBitmask();
    for (let refused = 0; ; refused += 1) {
      if (refused === patience) this.#narrow(allowed, logits.length);
      const token = pickToken(logits, { ...options, allowed });
      if (token < 0 || this.#accept(token)) return token;
      allowed[token >>> 5] = (allowed[token >>> 5] ?? 0) & ~(1 << (token & 31));
    }
  }

  /**
   * Goes on by the text that must come next, as the tokens that the model would read it in; none where there is a
   * choice. A last word that may go on is left to be picked: what follows decides how it is cut into tokens.
   */
  forced(): readonly number[] {
    const { matcher, tokenizer } = this.#options;
    const [text = ''] = matcher.findJumpForwardString().split('\ufffd');
    const tokens = tokenizer.encode(text);
    if (/[\p{L}\p{N}\s]$/u.test(text)) tokens.pop();
    const taken: number[] = [];
    for (const token of tokens) {
      if (tokenizer.bytesOf(token).length === 0 || !this.#accept(token)) break;
      taken.push(token);
    }
    return taken;
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

  /** Takes from the mask what the exact grammar refuses. */
  #narrow(allowed: Int32Array, tokens: number): void {
    const { recogniser, tokenizer } = this.#options;
    for (let token = 0; token < tokens; token += 1) {
      if (!isAllowed(allowed, token)) continue;
      const may = tokenizer.endTokens.has(token)
        ? recogniser.isComplete(this.#position)
        : recogniser.advance(this.#position, tokenizer.bytesOf(token)) !== undefined;
      if (!may) allowed[token >>> 5] = (allowed[token >>> 5] ?? 0) & ~(1 << (token & 31));
    }
  }
}
