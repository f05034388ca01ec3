/**
 * Keys and values of one sequence as a hub build's runs return them: a list of tensors that never change, shared by the
 * caches that begin the same and freed with the last of them. Knows tensors; no tokens and no graph.
 */
import type { Tensor } from 'onnxruntime-web';
import type { KvCache } from './causal-model.ts';

/** What one run returned, one tensor a layer and kind. */
export class PresentTensors {
  readonly tensors: readonly Tensor[];
  #holders = 0;

  constructor(tensors: readonly Tensor[]) {
    this.tensors = tensors;
  }

  hold(): void {
    this.#holders += 1;
  }

  /** Frees the tensors when nobody holds them any more. */
  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    for (const tensor of this.tensors) tensor.dispose();
  }
}

export class HubCache implements KvCache {
  #present: PresentTensors | undefined;
  #length = 0;
  #disposed = false;

  get length(): number {
    return this.#length;
  }

  /** Tensors that hold at least `length` tokens; undefined where it holds none. */
  get tensors(): readonly Tensor[] | undefined {
    return this.#present?.tensors;
  }

  fork(): HubCache {
    const twin = new HubCache();
    if (this.#present !== undefined) twin.settle(this.#present, this.#length);
    return twin;
  }

  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#present?.release();
    this.#present = undefined;
    this.#length = 0;
  }

  /** Goes on with what a run returned. A cache that was freed meanwhile stays freed. */
  settle(present: PresentTensors, length: number): void {
    present.hold();
    if (this.#disposed) {
      present.release();
      return;
    }
    this.#present?.release();
    this.#present = present;
    this.#length = length;
  }
}
