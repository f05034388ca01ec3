/**
 * Choices that follow from a key: the same key, purpose and original always choose the same, and without the key nothing
 * tells which. HMAC-SHA-256 (RFC 2104) over purpose, original and a counter. Knows bytes; nothing of personal data.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** Shorter keys could be tried one by one. */
const shortestKey = 16;

export class KeyedChoices {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    if (key.length < shortestKey)
      throw new RangeError(`A masking key has ${shortestKey} bytes at least, not ${key.length}.`);
    this.#key = key.slice();
  }

  bytes(purpose: string, original: string, counter = 0): Uint8Array {
    return hmac(sha256, this.#key, utf8ToBytes(`${purpose}\u0000${original}\u0000${counter}`));
  }

  /** 128 bits of it, to stand for an original. */
  digest(purpose: string, original: string): string {
    return bytesToHex(this.bytes(purpose, original).subarray(0, 16));
  }

  /** Numbers one after another; `attempt` chooses among several for one original. */
  draw(purpose: string, original: string, attempt = 0): Draw {
    return new Draw((block) => this.bytes(purpose, original, attempt * 1000 + block));
  }
}

/** A row of numbers without bias beyond one in 2^24. */
export class Draw {
  readonly #next: (block: number) => Uint8Array;
  #bytes: Uint8Array;
  #block = 0;
  #at = 0;

  constructor(next: (block: number) => Uint8Array) {
    this.#next = next;
    this.#bytes = next(0);
  }

  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number {
    if (this.#at + 4 > this.#bytes.length) {
      this.#block += 1;
      this.#bytes = this.#next(this.#block);
      this.#at = 0;
    }
    let value = 0;
    for (let byte = 0; byte < 4; byte += 1) value = value * 256 + (this.#bytes[this.#at + byte] ?? 0);
    this.#at += 4;
    return Math.floor((value / 2 ** 32) * limit);
  }

  pick<Item>(items: readonly Item[], fallback: Item): Item {
    return items[this.below(items.length)] ?? fallback;
  }
}
