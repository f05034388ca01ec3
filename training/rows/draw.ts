/**
 * Chance that can be repeated: every choice of a row generator is drawn from one seeded stream. A draw also knows which
 * split it serves, so that open values (names, texts, larger numbers) of the test split are never those of the other.
 * Knows nothing of rows.
 */
import { hashText } from '../../src/flywheel/seeded-random.ts';
import { randomNumbers } from '../../src/protocol/random.ts';

export type Split = 'train' | 'test';

export class Draw {
  readonly split: Split;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly next: () => number;

  constructor(options: { readonly seed: number; readonly split: Split }) {
    this.split = options.split;
    // The splits must not walk the same path with other values.
    this.next = randomNumbers(options.seed * 2654435761 + (options.split === 'test' ? 0x9e3779b9 : 0));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Both bounds inclusive; shared by the splits. */
  integer(lowest: number, highest: number): number {
    return lowest + Math.floor(this.next() * (highest - lowest + 1));
  }

  /** One of a closed vocabulary: units, enum values, wordings. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  }

  /** One of an open list, of which each split sees its own part. */
  from(pool: readonly string[]): string {
    return this.pick(partOf(pool, this.split));
  }

  /** Whether a text belongs to this split: a fifth of all do to the test, by hash, so that no ending or size gives it away. */
  owns(text: string): boolean {
    return (hashText(text) % 5 === 2) === (this.split === 'test');
  }

  /** A number of this split: from 13 on, each number (at this many decimals) belongs to one split only. */
  number(lowest: number, highest: number, decimals = 0): number {
    const scale = 10 ** decimals;
    for (;;) {
      const scaled = this.integer(Math.ceil(lowest * scale), Math.floor(highest * scale));
      if (Math.abs(scaled) < 13 || this.owns(String(Math.abs(scaled)))) return scaled / scale;
    }
  }

  shuffle<Item>(items: readonly Item[]): Item[] {
    const keyed = items.map((item) => ({ item, key: this.next() }));
    return keyed.toSorted((one, other) => one.key - other.key).map(({ item }) => item);
  }

  /** Up to `count` different items. */
  sample<Item>(items: readonly Item[], count: number): Item[] {
    return this.shuffle(items).slice(0, count);
  }

  /** One of the items, as often as its weight says. */
  weighted<Item>(items: readonly (readonly [Item, number])[]): Item {
    let left = this.next() * items.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return this.pick(items)[0];
  }
}

const parts = new WeakMap<readonly string[], Readonly<Record<Split, readonly string[]>>>();

/** A sixth of a list, chosen by hash, is the test split's. */
export function partOf(pool: readonly string[], split: Split): readonly string[] {
  let both = parts.get(pool);
  if (both === undefined) {
    const ordered = pool.toSorted((one, other) => hashText(one) - hashText(other));
    const border = Math.max(1, Math.floor(pool.length / 6));
    both = { test: ordered.slice(0, border), train: ordered.slice(border) };
    parts.set(pool, both);
  }
  return both[split];
}

/** Every sixth phrasing of a list is the test split's; a list of fewer has none for it. */
export function phrasingsOf<Phrasing>(phrasings: readonly Phrasing[], split: Split): readonly Phrasing[] {
  return phrasings.filter((_, index) => (index % 6 === 5) === (split === 'test'));
}
