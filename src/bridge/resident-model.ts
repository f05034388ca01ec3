/**
 * One model of a pool: how to load it, the engines that hold it while it is in memory, and what they do.
 * Knows engines and their slots; knows nothing of other models, of budgets or of who waits.
 */
import type { LoadedModel, LoadProgress, LoadRequest } from '../protocol/engine.ts';
import { toFault } from '../protocol/fault.ts';
import { estimateModelBytes } from './memory-plan.ts';
import type { EnginePlan } from './memory-plan.ts';
import type { RecoveringEngine } from './recovering-engine.ts';

interface Seat {
  readonly engine: RecoveringEngine;
  running: number;
}

/** A free slot, taken until it is given back. */
export interface Slot {
  readonly engine: RecoveringEngine;
  readonly release: () => void;
}

export class ResidentModel {
  readonly request: LoadRequest;
  /** When a request last began or ended, or the load began; `performance.now()`. */
  lastUsedAt = 0;
  /** Callbacks of those who wait for the load. */
  readonly listeners = new Set<(progress: LoadProgress) => void>();
  #seats: readonly Seat[] = [];
  #loaded: LoadedModel | undefined;
  #loading: AbortController | undefined;

  constructor(request: LoadRequest) {
    this.request = request;
  }

  get id(): string {
    return this.request.model.id;
  }

  /** What `enter` made; undefined while the model is out of memory or on its way. */
  get loaded(): LoadedModel | undefined {
    return this.#loaded;
  }

  get entering(): boolean {
    return this.#loading !== undefined;
  }

  get inUse(): boolean {
    return this.entering || this.#seats.some(({ running }) => running > 0);
  }

  /** Bytes of one engine: with the layout it has, or the larger one while that is not known. */
  get engineBytes(): number {
    return estimateModelBytes(
      this.request,
      this.#loaded?.weights ?? this.request.prefer?.weights ?? 'float32',
    );
  }

  /** Bytes in memory now, or soon. */
  get bytes(): number {
    return this.#seats.length * this.engineBytes;
  }

  /** Loads the model into as many fresh engines as planned. The first rules: of the others, those that fail are left out. */
  async enter(options: { readonly plan: EnginePlan; readonly make: () => RecoveringEngine }): Promise<void> {
    const { engines, threads, reasons } = options.plan;
    const { prefer } = this.request;
    const request =
      threads === undefined ? this.request : { ...this.request, prefer: { threads, ...prefer } };
    const loading = new AbortController();
    const seats = Array.from({ length: engines }, () => ({ engine: options.make(), running: 0 }));
    this.#loading = loading;
    this.#seats = seats;
    this.lastUsedAt = performance.now();
    const { signal } = loading;
    const onProgress = (progress: LoadProgress): void => {
      for (const listener of this.listeners) listener(progress);
    };
    // Progress is the first engine's: it fetches, the others find the file.
    const outcomes = await Promise.allSettled(
      seats.map(({ engine }, index) =>
        engine.load(request, { signal, ...(index === 0 ? { onProgress } : {}) }),
      ),
    );
    const [first] = outcomes;
    if (this.#loading !== loading)
      throw new DOMException('The model left while it was loaded.', 'AbortError');
    if (first?.status !== 'fulfilled') {
      this.leave();
      throw toFault(first?.reason);
    }
    for (const [index, { engine }] of seats.entries()) {
      if (outcomes[index]?.status === 'rejected') engine.dispose();
    }
    this.#loading = undefined;
    this.#seats = seats.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    this.#loaded = { ...first.value, choiceReasons: [...first.value.choiceReasons, ...reasons] };
  }

  /** An engine that holds the model, whatever it does; undefined where the model is out of memory. */
  get engine(): RecoveringEngine | undefined {
    return this.#loaded === undefined ? undefined : this.#seats[0]?.engine;
  }

  /** The engine that the next slot will be of; undefined while any of its engines has work. */
  get idleEngine(): RecoveringEngine | undefined {
    return this.#seats.every(({ running }) => running === 0) ? this.engine : undefined;
  }

  /** Stops an `enter` under way; it rejects with `aborted`. */
  stopEntering(): void {
    this.#loading?.abort();
  }

  /** A slot of the least busy engine; undefined where all are taken. */
  takeSlot(): Slot | undefined {
    if (this.#loaded === undefined) return undefined;
    const [seat] = this.#seats.toSorted((left, right) => left.running - right.running);
    if (seat === undefined || seat.running >= this.request.slots) return undefined;
    seat.running += 1;
    return {
      engine: seat.engine,
      release: () => {
        seat.running -= 1;
      },
    };
  }

  /** Ends its engines, whatever they do: the memory is free at once. */
  leave(): void {
    this.#loading = undefined;
    for (const { engine } of this.#seats) engine.dispose();
    this.#seats = [];
    this.#loaded = undefined;
  }
}
