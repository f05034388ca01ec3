/**
 * The state of one sequence, and what a store of keys and values offers the model. A cache only points: it holds a
 * place that others may share, so a fork costs a reference and a truncation a number.
 * Knows neither tensors' contents nor where they live.
 */
import type { Tensor } from 'onnxruntime-web';
import type { KvCache } from '../transformers/causal-model.ts';
import { usedAfterDispose } from '../transformers/check-step.ts';

/** Something that holds tokens of one or more sequences, until nobody holds it. */
export interface KvPlace {
  hold(): void;
  release(): void;
}

/** A cache of a run and how many tokens the run reads into it. */
export interface KvStep {
  readonly cache: SequenceCache;
  readonly count: number;
}

/** Tensors of a run by name. */
export type Feeds = Readonly<Record<string, Tensor>>;

export interface KvStore {
  /** The inputs of a run that reads `steps` as one batch. `release` is due when the run has ended. */
  feed(steps: readonly KvStep[]): { readonly feeds: Feeds; readonly release: () => void };
  /** Takes the run's keys and values over; the caches of `steps` then hold them. */
  settle(steps: readonly KvStep[], outputs: Feeds): void;
}

/** Sides of the tensors of keys and values, which are the same for each layer. */
export interface KvSides {
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
}

export class SequenceCache implements KvCache {
  #place: KvPlace | undefined;
  #row = 0;
  #length = 0;
  #disposed = false;
  readonly #living: Set<SequenceCache>;

  /** `living` holds every cache of a model that was not freed yet. */
  constructor(living: Set<SequenceCache>) {
    this.#living = living;
    living.add(this);
  }

  get length(): number {
    return this.#length;
  }

  /** Where its tokens are; undefined while it has none. */
  get place(): KvPlace | undefined {
    return this.#place;
  }

  /** Which sequence of its place it is. */
  get row(): number {
    return this.#row;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  fork(): SequenceCache {
    if (this.#disposed) throw usedAfterDispose();
    const twin = new SequenceCache(this.#living);
    if (this.#place !== undefined) twin.settle(this.#place, this.#row, this.#length);
    return twin;
  }

  truncate(length: number): void {
    this.#length = Math.max(0, Math.min(this.#length, Math.trunc(length)));
    if (this.#length === 0) this.#leave();
  }

  dispose(): void {
    this.#disposed = true;
    this.#length = 0;
    this.#leave();
    this.#living.delete(this);
  }

  /** Moves to a sequence of a place. */
  settle(place: KvPlace, row: number, length: number): void {
    place.hold();
    this.#leave();
    this.#place = place;
    this.#row = row;
    this.#length = length;
  }

  #leave(): void {
    this.#place?.release();
    this.#place = undefined;
    this.#row = 0;
  }
}
