/**
 * A vocabulary in the order of its tokens' bytes, so that the tokens that a grammar allows are found by going through
 * what tokens begin with, and not through all of them. Knows tokens and positions; nothing of logits.
 */
import type { ModelTokenizer } from './model-tokenizer.ts';
import type { Position, Recogniser } from './recogniser.ts';

function compare(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

export class SortedTokens {
  readonly #ids: readonly number[];
  readonly #bytes: readonly Uint8Array[];

  /** Tokens without text of their own are left out: control tokens. */
  constructor(tokenizer: ModelTokenizer) {
    const ids = tokenizer.vocabulary.map((_, id) => id).filter((id) => tokenizer.bytesOf(id).length > 0);
    this.#ids = ids.toSorted((one, other) => compare(tokenizer.bytesOf(one), tokenizer.bytesOf(other)));
    this.#bytes = this.#ids.map((id) => tokenizer.bytesOf(id));
  }

  /**
   * The tokens that may come at a position, in no particular order; undefined where looking them up takes more than
   * `mostSteps` steps of the grammar.
   */
  allowed(recogniser: Recogniser, start: Position, mostSteps: number): readonly number[] | undefined {
    const found: number[] = [];
    const open = [{ low: 0, high: this.#ids.length, depth: 0, position: start }];
    let steps = 0;
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      const { high, depth, position } = part;
      let { low } = part;
      // Tokens that end here stand before those that go on.
      for (; low < high && this.#bytes[low]?.length === depth; low += 1) found.push(this.#ids[low] ?? 0);
      while (low < high) {
        const byte = this.#bytes[low]?.[depth] ?? 0;
        const end = this.#endOf(byte, depth, low, high);
        steps += 1;
        if (steps > mostSteps) return undefined;
        const next = recogniser.advance(position, Uint8Array.of(byte));
        if (next !== undefined) open.push({ low, high: end, depth: depth + 1, position: next });
        low = end;
      }
    }
    return found;
  }

  /** The first place from `low` on whose token has another byte than this; `high` where all have it. */
  #endOf(byte: number, depth: number, low: number, high: number): number {
    let from = low;
    let to = high;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#bytes[middle]?.[depth] ?? 0) > byte) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
