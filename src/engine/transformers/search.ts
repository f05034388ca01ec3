/**
 * Looks for a likelier text than the one that the likeliest token each time has led to: best-first search with branch
 * and bound. What is written only ever gets less likely, so a doubt below the best text is never followed, and a
 * confident text costs nothing. Texts that begin otherwise are not weighed one by one: how they are worded does not matter,
 * so all that begin the same count as one. Knows lanes; nothing of requests and batches.
 */
import type { Doubt, Lane } from './lane.ts';
import { greedy } from './pick-token.ts';

/** Lanes that are written side by side: a batch of so many takes hardly longer than one. */
const widest = 3;
/** Lanes that are begun. A model that knows nothing doubts everything. */
const mostLanes = 4;

/** How many times likelier another beginning must be than the best text as a whole. */
const oddsOfOther = 2;

export class Search {
  readonly #longest: number;
  readonly #first: Lane;
  #best: Lane;
  #lanes: Lane[];
  #running: readonly Lane[] = [];
  readonly #followed = new Set<Doubt>();

  /** `first` is the text to beat; a lane that writes `longest` tokens is given up. */
  constructor(first: Lane, { longest }: { readonly longest: number }) {
    this.#first = first;
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
      if (doubt === undefined) break;
      this.#followed.add(doubt);
      const lane = await doubt.lane.branch(doubt);
      if (lane === undefined) continue;
      this.#lanes.push(lane);
      this.#running = [...this.#running, lane];
      this.#judge(lane);
    }
    if (this.#running.length === 0) await this.#beginOtherwise();
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

  /** Takes the likeliest other beginning where the best text as a whole is less likely; it is still to be written. */
  async #beginOtherwise(): Promise<void> {
    const [other] = this.#first.otherOpenings.toSorted((one, next) => next.score - one.score);
    if (other === undefined || other.score <= this.#best.score + Math.log(oddsOfOther)) return;
    const lane = await other.lane.branch(other);
    if (lane === undefined) return;
    this.#lanes.push(lane);
    this.#best = lane;
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
