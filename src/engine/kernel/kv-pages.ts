/**
 * Keys and values in blocks of 64 tokens. A sequence is a list of blocks; forks share them, and who writes into a block that
 * others read takes a copy of it first (the paging of arXiv:2309.06180). Knows blocks and who holds them; no arithmetic.
 */
import type { KvCache } from '../transformers/causal-model.ts';
import { usedAfterDispose } from '../transformers/check-step.ts';
import type { KernelMemory } from './kernel-memory.ts';

export const blockTokens = 64;
/** Blocks that memory grows by. */
const growth = 4;

export class KvPages {
  readonly #memory: KernelMemory;
  readonly #blockFloats: number;
  readonly #free: number[] = [];
  /** How many sequences read a block, by its address. */
  readonly #holders = new Map<number, number>();

  /** `tokenFloats`: numbers that a token leaves behind, over all layers. */
  constructor(memory: KernelMemory, tokenFloats: number) {
    this.#memory = memory;
    this.#blockFloats = tokenFloats * blockTokens;
  }

  /** Throws Fault `out-of-memory`. */
  take(): number {
    if (this.#free.length === 0) {
      for (let count = 0; count < growth; count += 1)
        this.#free.push(this.#memory.take(4 * this.#blockFloats));
    }
    const block = this.#free.pop() ?? 0;
    this.#holders.set(block, 1);
    return block;
  }

  hold(block: number): void {
    this.#holders.set(block, (this.#holders.get(block) ?? 0) + 1);
  }

  release(block: number): void {
    const left = (this.#holders.get(block) ?? 0) - 1;
    if (left > 0) this.#holders.set(block, left);
    else if (this.#holders.delete(block)) this.#free.push(block);
  }

  /** A block with the same content that nobody else reads; `block` itself where that is so already. */
  own(block: number): number {
    if (this.#holders.get(block) === 1) return block;
    const copy = this.take();
    const floats = this.#memory.floats(copy, this.#blockFloats);
    floats.set(this.#memory.floats(block, this.#blockFloats));
    this.release(block);
    return copy;
  }
}

export class PagedCache implements KvCache {
  readonly #pages: KvPages;
  #blocks: number[] = [];
  #length = 0;
  #disposed = false;

  constructor(pages: KvPages) {
    this.#pages = pages;
  }

  get length(): number {
    return this.#length;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Addresses of its blocks, in order. */
  get blocks(): readonly number[] {
    return this.#blocks;
  }

  fork(): PagedCache {
    if (this.#disposed) throw usedAfterDispose();
    const twin = new PagedCache(this.#pages);
    for (const block of this.#blocks) this.#pages.hold(block);
    twin.#blocks = [...this.#blocks];
    twin.#length = this.#length;
    return twin;
  }

  truncate(length: number): void {
    this.#length = Math.max(0, Math.min(this.#length, Math.trunc(length)));
    for (const block of this.#blocks.splice(Math.ceil(this.#length / blockTokens)))
      this.#pages.release(block);
  }

  dispose(): void {
    this.#disposed = true;
    this.truncate(0);
  }

  /** Makes room for tokens that nobody else sees. Throws Fault `out-of-memory`. */
  reserve(tokens: number): void {
    const last = this.#blocks.length - 1;
    const block = this.#blocks[last];
    if (block !== undefined && this.#length % blockTokens > 0) this.#blocks[last] = this.#pages.own(block);
    while (this.#blocks.length * blockTokens < this.#length + tokens) this.#blocks.push(this.#pages.take());
  }

  /** The tokens reserved are written. */
  append(tokens: number): void {
    this.#length += tokens;
  }
}
