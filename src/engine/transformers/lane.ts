/**
 * One line of tokens that a generation takes or may take: its cache, its place in the grammar, how likely it is so far,
 * and where another token was nearly as likely. Knows tokens and logits; nothing of requests, and not which line wins.
 */
import type { Certainty } from '../../protocol/engine.ts';
import type { KvCache } from './causal-model.ts';
import { CertaintyMeter } from './certainty-meter.ts';
import type { ModelTokenizer } from './model-tokenizer.ts';
import { isAllowed, pickToken } from './pick-token.ts';
import type { PickOptions } from './pick-token.ts';
import type { TokenMatcher } from './token-matcher.ts';

export interface LaneOptions {
  /** The prompt and what was written, as far as it is known. */
  readonly tokens: readonly number[];
  readonly promptTokens: number;
  /** Owned by the lane until it is released. */
  readonly cache: KvCache;
  readonly tokenizer: Pick<ModelTokenizer, 'bytesOf' | 'endTokens'>;
  /** Owned by the lane. */
  readonly matcher?: TokenMatcher;
  /** Doubts are noted once what is written begins with these bytes. Absent: never. */
  readonly opening?: Uint8Array;
}

/** A token that was not taken, though it was nearly as likely as the one that was. */
export interface Doubt {
  readonly lane: Lane;
  /** Tokens of the lane before the choice. */
  readonly at: number;
  readonly token: number;
  /** Log-probability of what the lane had written since it was last settled, and then this token. */
  readonly score: number;
  readonly meter: CertaintyMeter;
}

/** A token this many times less likely than the one that was taken is no doubt. */
const oddsOfDoubt = Math.log(10);
/** A choice is past doubt where the others have less than this share together. */
const shareOfDoubt = 1 / 11;
/** Doubts of one choice. */
const mostDoubts = 3;

export class Lane {
  readonly tokens: number[];
  readonly #options: LaneOptions;
  #meter: CertaintyMeter;
  #score: number;
  #doubts: Doubt[] = [];
  /** Bytes of the opening that stand; -1 where what is written begins otherwise. */
  #opened = 0;

  constructor(
    options: LaneOptions,
    start: { readonly meter?: CertaintyMeter; readonly score?: number } = {},
  ) {
    this.#options = options;
    this.#meter = start.meter ?? new CertaintyMeter();
    this.#score = start.score ?? 0;
    this.tokens = [];
    for (const token of options.tokens) this.push(token);
  }

  get cache(): KvCache {
    return this.#options.cache;
  }

  get written(): number {
    return this.tokens.length - this.#options.promptTokens;
  }

  /** Log-probability of what was chosen since it was last settled, among all tokens. */
  get score(): number {
    return this.#score;
  }

  get doubts(): readonly Doubt[] {
    return this.#doubts;
  }

  get certainty(): Certainty | undefined {
    return this.#meter.certainty;
  }

  /** Whether the text may end here. */
  get complete(): boolean {
    return this.#options.matcher?.complete ?? false;
  }

  /** Whether the text must end here. */
  get finished(): boolean {
    return this.#options.matcher?.finished ?? false;
  }

  /** Whether there is a grammar. */
  get bound(): boolean {
    return this.#options.matcher !== undefined;
  }

  /** Tokens to read next: `most` at most. */
  next(most: number): readonly number[] {
    const { length } = this.cache;
    return this.tokens.slice(length, length + most);
  }

  /** The next token; -1 where there is none. It is not added. */
  async choose(logits: Float32Array, options: Omit<PickOptions, 'allowed'>): Promise<number> {
    const { matcher } = this.#options;
    if (matcher === undefined) {
      const token = pickToken(logits, options);
      if (token >= 0) this.#meter.note(logits, token, undefined);
      return token;
    }
    // Whether a text ends or goes on is no doubt: the shorter of two texts is always the likelier.
    const isWeighed = this.#opened === this.#options.opening?.length && !matcher.complete;
    return await matcher.pick(logits, options, (all, token, allowed) => {
      const before = isWeighed ? this.#meter.fork() : undefined;
      const { logprob, total } = this.#meter.note(all, token, allowed);
      if (before === undefined) return;
      if (logprob < Math.log(1 - shareOfDoubt)) this.#doubt(all, token, allowed, total, before);
      this.#score += (all[token] ?? -Infinity) - total;
    });
  }

  /** Adds a token. */
  push(token: number): void {
    const { opening, promptTokens, tokenizer } = this.#options;
    this.tokens.push(token);
    if (opening === undefined || this.tokens.length <= promptTokens) return;
    for (const byte of tokenizer.bytesOf(token)) {
      if (this.#opened < 0 || this.#opened === opening.length) return;
      this.#opened = opening[this.#opened] === byte ? this.#opened + 1 : -1;
    }
  }

  /** Tokens that must come next, by which its grammar has gone on: they are still to be added. */
  forced(): readonly number[] {
    return this.#options.matcher?.forced() ?? [];
  }

  /** Another lane, which takes the doubt's token; undefined where the grammar does not let it. */
  async branch({ at, token, score, meter }: Doubt): Promise<Lane | undefined> {
    const { promptTokens } = this.#options;
    const tokens = [...this.tokens.slice(0, at), token];
    const matcher = await this.#options.matcher?.after(tokens.slice(promptTokens));
    if (matcher === undefined) return undefined;
    const cache = this.cache.fork();
    cache.truncate(at);
    return new Lane({ ...this.#options, tokens, cache, matcher }, { meter, score });
  }

  /** What stands is not doubted any more. */
  settle(): void {
    this.#doubts = [];
    this.#score = 0;
  }

  /** Frees the place in the grammar; the cache is left to whoever takes it. */
  close(): void {
    this.#options.matcher?.dispose();
  }

  #doubt(
    logits: Float32Array,
    chosen: number,
    allowed: Int32Array,
    total: number,
    before: CertaintyMeter,
  ): void {
    const least = (logits[chosen] ?? 0) - oddsOfDoubt;
    const left = Int32Array.from(allowed);
    forbid(left, chosen);
    for (let count = 0; count < mostDoubts; count += 1) {
      const token = pickToken(logits, { temperature: 0, random: () => 0, allowed: left });
      const logit = logits[token] ?? -Infinity;
      if (token < 0 || logit < least || !isAllowed(allowed, token)) return;
      forbid(left, token);
      const meter = before.fork();
      meter.note(logits, token, allowed);
      const score = this.#score + logit - total;
      this.#doubts.push({ lane: this, at: this.tokens.length, token, score, meter });
    }
  }
}

function forbid(allowed: Int32Array, token: number): void {
  allowed[token >>> 5] = (allowed[token >>> 5] ?? 0) & ~(1 << (token & 31));
}
