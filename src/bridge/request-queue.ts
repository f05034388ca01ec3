/**
 * Who is served next: the higher priority first, the earlier among equals, and nobody waits for ever.
 * Every step of priority is worth a fixed head start, so the order of two requests never changes while they wait, and
 * a request can only be overtaken by what comes within its head start's time after it.
 * Pure: knows neither clock nor engine; whoever adds a request says when that was.
 */

export const priorityLimits = { lowest: -8, highest: 8 } as const;

interface Entry<Item> {
  readonly item: Item;
  /** Milliseconds; the lowest goes first. */
  readonly rank: number;
}

export interface RequestQueueOptions {
  /** Milliseconds by which one step of priority lets a request arrive earlier than it did. */
  readonly headStartMs: number;
}

export class RequestQueue<Item> {
  readonly #headStartMs: number;
  /** In order; among equal ranks, the one added first. */
  readonly #entries: Entry<Item>[] = [];

  constructor(options: RequestQueueOptions) {
    this.#headStartMs = options.headStartMs;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Puts an item in its place. `now`: milliseconds of any clock that never runs backwards. */
  add(item: Item, options: { readonly now: number; readonly priority?: number }): void {
    const { now, priority = 0 } = options;
    const bounded = Math.min(priorityLimits.highest, Math.max(priorityLimits.lowest, priority));
    const rank = now - (Number.isNaN(bounded) ? 0 : bounded) * this.#headStartMs;
    const place = this.#entries.findIndex((entry) => entry.rank > rank);
    this.#entries.splice(place < 0 ? this.#entries.length : place, 0, { item, rank });
  }

  /** Takes an item out; false where it is not waiting. */
  remove(item: Item): boolean {
    const place = this.#entries.findIndex((entry) => entry.item === item);
    if (place < 0) return false;
    this.#entries.splice(place, 1);
    return true;
  }

  /** Everyone who waits, next first. A copy: items may be added and removed while it is read. */
  waiting(): readonly Item[] {
    return this.#entries.map(({ item }) => item);
  }
}
