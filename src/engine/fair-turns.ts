/**
 * Shares a number of slots among several holders: who has the fewest turns under way, and among those who was served
 * longest ago, is next. Within one holder it is first come, first served. Knows nothing of what a turn is for.
 */

interface Waiting {
  readonly holder: object;
  readonly start: () => void;
}

export class FairTurns {
  #slots: number;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Map<object, number>();
  /** When each holder was served last, as a count of turns. */
  readonly #servedAt = new WeakMap<object, number>();
  #served = 0;
  #busy = 0;

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** How many turns there may be at once; those under way are not cut short. */
  setSlots(slots: number): void {
    this.#slots = slots;
    this.#dispatch();
  }

  /** Runs `work` in the holder's turn. Rejects with the signal's reason while waiting. */
  async run<Result>(holder: object, work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    await this.#enter(holder, signal);
    try {
      // Given up in the moment it was served.
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#leave(holder);
    }
  }

  async #enter(holder: object, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(signal.reason as Error);
      };
      const entry: Waiting = {
        holder,
        start: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      this.#waiting.push(entry);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#dispatch();
    });
  }

  #leave(holder: object): void {
    this.#busy -= 1;
    const left = (this.#running.get(holder) ?? 1) - 1;
    if (left === 0) this.#running.delete(holder);
    else this.#running.set(holder, left);
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.#busy < this.#slots && this.#waiting.length > 0) {
      let best = 0;
      for (let index = 1; index < this.#waiting.length; index += 1) {
        if (this.#rank(index) < this.#rank(best)) best = index;
      }
      const [next] = this.#waiting.splice(best, 1);
      if (next === undefined) return;
      this.#busy += 1;
      this.#served += 1;
      this.#servedAt.set(next.holder, this.#served);
      this.#running.set(next.holder, (this.#running.get(next.holder) ?? 0) + 1);
      next.start();
    }
  }

  /** Lower goes first. Turns served are fewer than 2^32 in any worker's life. */
  #rank(index: number): number {
    const holder = this.#waiting[index]?.holder;
    if (holder === undefined) return Infinity;
    return (this.#running.get(holder) ?? 0) * 2 ** 32 + (this.#servedAt.get(holder) ?? 0);
  }
}
