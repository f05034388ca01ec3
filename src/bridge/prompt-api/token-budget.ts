/**
 * A bound on generated tokens for an API that has none: counts what has come and cuts it where the bound is passed.
 * Counting costs a call, so it is done only where the bound may have been reached: a token has a byte at least.
 */

export type CountTokens = (text: string) => Promise<number>;

export class TokenBudget {
  readonly #count: CountTokens;
  readonly #limit: number;
  #text = '';
  /** Up to this many bytes the text is surely within the limit. */
  #safeBytes: number;
  #spent = false;

  constructor(options: { readonly limit: number; readonly count: CountTokens }) {
    this.#limit = options.limit;
    this.#count = options.count;
    this.#safeBytes = options.limit;
  }

  /** Whether more has come than the limit allows. */
  get spent(): boolean {
    return this.#spent;
  }

  /** What of a piece is within the limit. */
  async take(piece: string): Promise<string> {
    if (this.#spent) return '';
    const text = this.#text + piece;
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > this.#safeBytes) {
      const tokens = await this.#count(text);
      if (tokens > this.#limit) {
        this.#spent = true;
        return await this.#cut(piece);
      }
      this.#safeBytes = bytes + this.#limit - tokens;
    }
    this.#text = text;
    return piece;
  }

  /** The longest beginning of the piece that is within the limit, by bisection over whole characters. */
  async #cut(piece: string): Promise<string> {
    const characters = Array.from(piece);
    let [fits, tooLong] = [0, characters.length];
    while (tooLong - fits > 1) {
      const middle = Math.floor((fits + tooLong) / 2);
      const tokens = await this.#count(this.#text + characters.slice(0, middle).join(''));
      if (tokens > this.#limit) tooLong = middle;
      else fits = middle;
    }
    return characters.slice(0, fits).join('');
  }
}
