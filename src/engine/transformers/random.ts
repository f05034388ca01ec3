/**
 * Random numbers that repeat: the same seed gives the same sequence on every device. Not for secrets.
 */

/** A generator of numbers from 0 up to, not including, 1 (Mulberry32: 32 bits of state, a period of 2^32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
