/**
 * Where keys and values live between two runs: blocks, each the `present` tensors of one run for all its sequences.
 * A block never changes, so caches share it freely: a fork costs a reference, a truncation a number. Sequences that
 * come from different blocks are gathered into a new one, and one that goes on with its neighbours costs no copy.
 * Knows tensors and their two homes, memory and GPU; knows no tokens.
 */
import type { Tensor } from 'onnxruntime-web';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { KvCache } from '../transformers/causal-model.ts';

/** One tensor per layer and kind, shape (rows, heads, capacity, headSize). */
export class KvBlock {
  readonly tensors: readonly Tensor[];
  readonly rows: number;
  /** Tokens that a row has room for. */
  readonly capacity: number;
  #references = 0;

  constructor(tensors: readonly Tensor[]) {
    const [rows = 0, , capacity = 0] = tensors[0]?.dims ?? [];
    this.tensors = tensors;
    this.rows = rows;
    this.capacity = capacity;
  }

  hold(): void {
    this.#references += 1;
  }

  /** Frees the tensors when nobody holds them any more. */
  release(): void {
    this.#references -= 1;
    if (this.#references > 0) return;
    for (const tensor of this.tensors) tensor.dispose();
  }
}

/** The state of one sequence: a row of a block, of which the first `length` tokens count. */
export class SequenceCache implements KvCache {
  #block: KvBlock | undefined;
  #row = 0;
  #length = 0;
  #disposed = false;
  readonly #forget: (cache: SequenceCache) => void;
  readonly #remember: (cache: SequenceCache) => void;

  constructor(owner: {
    readonly remember: (cache: SequenceCache) => void;
    readonly forget: (cache: SequenceCache) => void;
  }) {
    this.#remember = owner.remember;
    this.#forget = owner.forget;
    owner.remember(this);
  }

  get length(): number {
    return this.#length;
  }

  get block(): KvBlock | undefined {
    return this.#block;
  }

  get row(): number {
    return this.#row;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  fork(): SequenceCache {
    if (this.#disposed) throw usedAfterDispose();
    const twin = new SequenceCache({ remember: this.#remember, forget: this.#forget });
    if (this.#block !== undefined) twin.settle(this.#block, this.#row, this.#length);
    return twin;
  }

  truncate(length: number): void {
    this.#length = Math.max(0, Math.min(this.#length, Math.trunc(length)));
    if (this.#length === 0) this.#leave();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#length = 0;
    this.#leave();
    this.#forget(this);
  }

  /** Moves to a row of a block. */
  settle(block: KvBlock, row: number, length: number): void {
    block.hold();
    this.#leave();
    this.#block = block;
    this.#row = row;
    this.#length = length;
  }

  #leave(): void {
    this.#block?.release();
    this.#block = undefined;
    this.#row = 0;
  }
}

export function usedAfterDispose(): Fault {
  return new Fault({
    code: faultCodes.engineFailed,
    message: 'A sequence was used after it was freed.',
    remedy: 'Make a new cache and read the tokens again.',
  });
}
