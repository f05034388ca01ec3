/**
 * Keys and values in memory: each sequence has rows of its own with room to grow, and a run hands back only the tokens
 * it read, because copying the whole past out of the runtime costs more than the arithmetic. Forks share rows: who
 * appends at their end goes on in them, who appends elsewhere takes a copy.
 */
import type { Tensor } from 'onnxruntime-web';
import type { Feeds, KvPlace, KvSides, KvStep, KvStore } from './kv-cache.ts';
import { graphNames, kvKinds } from './llama-graph.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** Rows grow in steps of so many tokens. */
const growth = 64;

/** Per layer and kind the floats of one sequence, shape (heads, capacity, headSize). */
class KvRows implements KvPlace {
  readonly capacity: number;
  readonly floats: readonly Float32Array<ArrayBuffer>[];
  /** Tokens written; caches shorter than this share what they have. */
  used = 0;
  #holders = 0;

  constructor({ layers, heads, headSize }: KvSides, capacity: number) {
    this.capacity = capacity;
    this.floats = Array.from(
      { length: layers * kvKinds.length },
      () => new Float32Array(heads * capacity * headSize),
    );
  }

  /** Whether more than one cache has its tokens here. */
  get isShared(): boolean {
    return this.#holders > 1;
  }

  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
  }
}

function rowsOf({ cache }: KvStep): KvRows | undefined {
  return cache.place instanceof KvRows ? cache.place : undefined;
}

export class KvRowStore implements KvStore {
  readonly #runtime: OnnxRuntime;
  readonly #sides: KvSides;

  constructor(runtime: OnnxRuntime, sides: KvSides) {
    this.#runtime = runtime;
    this.#sides = sides;
  }

  feed(steps: readonly KvStep[]): { readonly feeds: Feeds; readonly release: () => void } {
    const { layers, heads, headSize } = this.#sides;
    const [only] = steps;
    const alone = steps.length === 1 && only !== undefined ? rowsOf(only) : undefined;
    const capacity = alone?.capacity ?? Math.max(0, ...steps.map(({ cache }) => cache.length));
    const dims = [steps.length, heads, capacity, headSize];
    const feeds: Record<string, Tensor> = { [graphNames.freshPlaces]: this.#freshPlaces(steps) };
    for (let index = 0; index < layers * kvKinds.length; index += 1) {
      const floats = alone?.floats[index] ?? this.#join(steps, index, capacity);
      const name = graphNames.past(index >> 1, kvKinds[index % 2] ?? 'key');
      feeds[name] = new this.#runtime.Tensor('float32', floats, dims);
    }
    return { feeds, release: () => undefined };
  }

  settle(steps: readonly KvStep[], outputs: Feeds): void {
    const { layers } = this.#sides;
    const fresh = Array.from({ length: layers }, (_, layer) =>
      kvKinds.map((kind) => outputs[graphNames.fresh(layer, kind)]?.data as Float32Array),
    ).flat();
    for (const [row, step] of steps.entries()) {
      // A cache that was freed while the run was under way stays freed.
      if (!step.cache.disposed) this.#append(step, row, fresh);
    }
  }

  /** Where in its row each token of the run lands, shape (rows, heads, tokens, 1). */
  #freshPlaces(steps: readonly KvStep[]): Tensor {
    const { heads } = this.#sides;
    const count = steps[0]?.count ?? 0;
    const places = steps.flatMap(({ cache }) =>
      Array.from({ length: heads * count }, (_, at) => BigInt(cache.length + (at % count))),
    );
    return new this.#runtime.Tensor('int64', BigInt64Array.from(places), [steps.length, heads, count, 1]);
  }

  #join(steps: readonly KvStep[], index: number, capacity: number): Float32Array {
    const { heads, headSize } = this.#sides;
    const output = new Float32Array(steps.length * heads * capacity * headSize);
    for (const [row, step] of steps.entries()) {
      const rows = rowsOf(step);
      const floats = rows?.floats[index];
      if (rows === undefined || floats === undefined) continue;
      for (let head = 0; head < heads; head += 1) {
        const start = head * rows.capacity * headSize;
        const piece = floats.subarray(start, start + step.cache.length * headSize);
        output.set(piece, (row * heads + head) * capacity * headSize);
      }
    }
    return output;
  }

  #append(step: KvStep, row: number, fresh: readonly Float32Array[]): void {
    const { heads, headSize } = this.#sides;
    const { cache, count } = step;
    const rows = this.#makeRoom(step);
    const start = cache.length;
    const width = count * headSize;
    for (const [index, floats] of rows.floats.entries()) {
      for (let head = 0; head < heads; head += 1) {
        const from = (row * heads + head) * width;
        const piece = fresh[index]?.subarray(from, from + width) ?? [];
        floats.set(piece, (head * rows.capacity + start) * headSize);
      }
    }
    rows.used = start + count;
    cache.settle(rows, 0, start + count);
  }

  /** Rows that the step's tokens may be written to, the cache's own where nobody else's tokens stand there. */
  #makeRoom(step: KvStep): KvRows {
    const { heads, headSize } = this.#sides;
    const { cache, count } = step;
    const rows = rowsOf(step);
    const needed = cache.length + count;
    const isFree = rows !== undefined && (rows.used === cache.length || !rows.isShared);
    if (isFree && needed <= rows.capacity) return rows;
    const roomier = new KvRows(this.#sides, Math.ceil(needed / growth) * growth);
    for (const [index, floats] of roomier.floats.entries()) {
      for (let head = 0; head < heads; head += 1) {
        const from = head * (rows?.capacity ?? 0) * headSize;
        const piece = rows?.floats[index]?.subarray(from, from + cache.length * headSize) ?? [];
        floats.set(piece, head * roomier.capacity * headSize);
      }
    }
    return roomier;
  }
}
