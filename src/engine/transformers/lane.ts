/**
 * One line of tokens that a generation takes or may take: its cache, its place in the grammar, how likely it is so far,
 * and where another token was nearly as likely. Knows tokens and logits; nothing of requests, and not which line wins.
 */
import type { Certainty } from '../../protocol/engine.ts';
import type { KvCache } from './causal-model.ts';
import { CertaintyMeter } from './certainty-meter.ts';
import { likeliestWeighed, weigh } from './logit-scan.ts';
import type { Ground } from './logit-scan.ts';
import type { ModelTokenizer } from './model-tokenizer.ts';
import { forbid, greedy, pickToken } from './pick-token.ts';
import type { PickOptions } from './pick-token.ts';
import type { TokenMatcher } from './token-matcher.ts';

export interface LaneOptions {
  /** The prompt and what was written, as far as it is known. */
  readonly tokens: readonly number[];
  readonly promptTokens: number;
  /** Owned by the lane until it is released. */
  readonly cache: KvCache;
  readonly tokenizer: Pick<ModelTokenizer, 'bytesOf'>;
  /** Owned by the lane. */
  readonly matcher?: TokenMatcher;
  /** How a text begins that is weighed as a whole. Absent: none is. */
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

/** A token so many times less likely than the one that was taken is no doubt; how a text begins counts against all of it. */
const oddsOfDoubt = { opening: 100, inside: 10 };
/** Doubts of one choice. */
const mostDoubts = 3;

export class Lane {
  readonly tokens: number[];
  readonly #options: LaneOptions;
  readonly #meter: CertaintyMeter;
  #score: number;
  #doubts: Doubt[] = [];
  #otherOpenings: Doubt[] = [];
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

  /** Doubts that lead to texts which begin otherwise. */
  get otherOpenings(): readonly Doubt[] {
    return this.#otherOpenings;
  }

  /** Tokens before the first doubt. */
  get sure(): number {
    const [first] = this.#otherOpenings.length > 0 ? this.#otherOpenings : this.#doubts;
    return first?.at ?? this.tokens.length;
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

  /** Tokens to read next: `most` at most. */
  next(most: number): readonly number[] {
    const { length } = this.cache;
    return this.tokens.slice(length, length + most);
  }

  /** The next token; -1 where there is none. It is not added. */
  async choose(logits: Float32Array, options: Omit<PickOptions, 'allowed'>): Promise<number> {
    const { matcher } = this.#options;
    if (matcher === undefined) {
      if (options.temperature <= 0) {
        const { token, ground } = likeliestWeighed(logits);
        if (token >= 0) this.#meter.note(logits[token] ?? 0, ground);
        return token;
      }
      const token = pickToken(logits, options);
      if (token >= 0) this.#meter.note(logits[token] ?? 0, weigh(logits));
      return token;
    }
    const place = this.#place(matcher);
    return await matcher.pick(logits, options, (all, token, allowed) => {
      const ground = weigh(all, allowed);
      const logit = all[token] ?? -Infinity;
      if (place !== 'unweighed') {
        const odds = oddsOfDoubt[place];
        // Where all others together are less likely than that, none of them is a doubt.
        if (logit - ground.open < -Math.log1p(1 / odds)) this.#doubt(all, token, { allowed, ground, place });
        this.#score += logit - ground.all;
      }
      this.#meter.note(logit, ground);
    });
  }

  /** Adds a token. */
  push(token: number): void {
    this.tokens.push(token);
    if (this.tokens.length <= this.#options.promptTokens) return;
    this.#opened = this.#openedBy(token);
    // It has begun otherwise itself.
    if (this.#opened < 0) this.#otherOpenings = [];
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
    this.#otherOpenings = [];
    this.#score = 0;
  }

  /** Frees the place in the grammar; the cache is left to whoever takes it. */
  close(): void {
    this.#options.matcher?.dispose();
  }

  /** Whether a text ends or goes on is not weighed: the shorter of two texts is always the likelier. */
  #place(matcher: TokenMatcher): 'opening' | 'inside' | 'unweighed' {
    const { opening } = this.#options;
    if (opening === undefined || this.#opened < 0 || matcher.complete) return 'unweighed';
    return this.#opened < opening.length ? 'opening' : 'inside';
  }

  /** How much of the opening stands with this token. */
  #openedBy(token: number): number {
    const { opening = new Uint8Array(), tokenizer } = this.#options;
    let opened = this.#opened;
    for (const byte of tokenizer.bytesOf(token)) {
      if (opened < 0 || opened === opening.length) break;
      opened = opening[opened] === byte ? opened + 1 : -1;
    }
    return opened;
  }

  /** Notes the tokens that were nearly as likely; a beginning that leads to the same opening is none of them. */
  #doubt(logits: Float32Array, chosen: number, { allowed, ground, place }: Choice): void {
    const least = (logits[chosen] ?? 0) - Math.log(oddsOfDoubt[place]);
    const left = Int32Array.from(allowed);
    let token = chosen;
    for (let count = 0; count < mostDoubts; count += 1) {
      forbid(left, token);
      token = pickToken(logits, { ...greedy, allowed: left });
      const logit = logits[token] ?? -Infinity;
      if (token < 0 || logit < least) return;
      if (place === 'opening' && this.#openedBy(token) >= 0) continue;
      const meter = this.#meter.fork();
      meter.note(logit, ground);
      const doubts = place === 'opening' ? this.#otherOpenings : this.#doubts;
      doubts.push({
        lane: this,
        at: this.tokens.length,
        token,
        score: this.#score + logit - ground.all,
        meter,
      });
    }
  }
}

/** Where a token was chosen, and from what. */
interface Choice {
  readonly allowed: Int32Array;
  readonly ground: Ground;
  readonly place: keyof typeof oddsOfDoubt;
}
