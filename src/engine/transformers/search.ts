/**
 * Looks for a likelier text than the one that the likeliest token each time has led to: best-first search with branch
 * and bound. What is written only ever gets less likely, so a doubt below the best text is never followed, and a
 * confident text costs nothing. Knows lanes; nothing of requests and batches.
 */
import type { Doubt, Lane } from './lane.ts';

/** Lanes that are written side by side: a batch of so many takes hardly longer than one. */
const widest = 3;
/** Lanes that are begun. A model that knows nothing doubts everything. */
const mostLanes = 4;

const greedy = { temperature: 0, random: () => 0 };

export class Search {
  readonly #longest: number;
  #best: Lane;
  #lanes: Lane[];
  #running: readonly Lane[] = [];
  readonly #followed = new Set<Doubt>();

  /** `first` is the text to beat; a lane that writes `longest` tokens is given up. */
  constructor(first: Lane, { longest }: { readonly longest: number }) {
    this.#best = first;
    this.#lanes = [first];
    this.#longest = longest;
  }

  /** Lanes that are being written; none where the search is over. */
  get running(): readonly Lane[] {
    return this.#running;
  }

  /** The likeliest text so far. */
  get best(): Lane {
    return this.#best;
  }

  /** Begins lanes at the doubts that are left, as far as there is room. */
  async fill(): Promise<void> {
    while (this.#running.length < widest && this.#followed.size < mostLanes) {
      const doubt = this.#nextDoubt();
      if (doubt === undefined) return;
      this.#followed.add(doubt);
      const lane = await doubt.lane.branch(doubt);
      if (lane === undefined) continue;
      this.#lanes.push(lane);
      this.#running = [...this.#running, lane];
      this.#judge(lane);
    }
  }

  /** Goes on after tokens of a lane were read: `logits` are those of the last one. */
  async advance(lane: Lane, logits: Float32Array): Promise<void> {
    const token = await lane.choose(logits, greedy);
    if (token < 0) this.#leave(lane);
    else {
      lane.push(token);
      this.#judge(lane);
    }
    await this.fill();
  }

  /** Frees all lanes but the best. */
  close(): void {
    for (const lane of this.#lanes) {
      if (lane === this.#best) continue;
      lane.close();
      lane.cache.dispose();
    }
    this.#lanes = [];
    this.#running = [];
  }

  #judge(lane: Lane): void {
    for (const token of lane.forced()) lane.push(token);
    if (lane.score <= this.#best.score || lane.written >= this.#longest) this.#leave(lane);
    else if (lane.complete) {
      this.#best = lane;
      for (const other of this.#running) if (other.score <= lane.score) this.#leave(other);
    }
  }

  #leave(lane: Lane): void {
    this.#running = this.#running.filter((other) => other !== lane);
  }

  #nextDoubt(): Doubt | undefined {
    let next: Doubt | undefined;
    for (const { doubts } of this.#lanes) {
      for (const doubt of doubts) {
        if (doubt.score > (next?.score ?? this.#best.score) && !this.#followed.has(doubt)) next = doubt;
      }
    }
    return next;
  }
}
