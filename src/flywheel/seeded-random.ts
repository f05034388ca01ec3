/**
 * Random choices that a seed repeats exactly. Knows numbers and lists only.
 */
import { randomNumbers } from '../protocol/random.ts';

export interface SeededRandom {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** A whole number in [0, end). */
  readonly below: (end: number) => number;
  /** Throws RangeError on an empty list. */
  readonly pick: <T>(list: readonly T[]) => T;
  readonly shuffle: <T>(list: readonly T[]) => T[];
}

/** The seed's text is hashed by FNV-1a. */
export function seededRandom(seed: string): SeededRandom {
  const next = randomNumbers(hashText(seed));
  const below = (end: number): number => Math.floor(next() * end);
  return {
    next,
    below,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('Nothing to pick from: the list is empty.');
      return list[below(list.length)] as (typeof list)[number];
    },
    shuffle: (list) => {
      const shuffled = [...list];
      for (let end = shuffled.length; end > 1; end -= 1) {
        const at = below(end);
        const moved = shuffled[end - 1] as (typeof list)[number];
        shuffled[end - 1] = shuffled[at] as (typeof list)[number];
        shuffled[at] = moved;
      }
      return shuffled;
    },
  };
}

/** FNV-1a, 32 bits, over UTF-16 units. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
