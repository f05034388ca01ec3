/**
 * Whether the same groups come out when a part of the items is missing: items are left out by chance, the rest is grouped
 * again, and both groupings of the rest are compared (A. Ben-Hur and others, Pacific Symposium on Biocomputing 2002).
 * Knows rows only.
 */
import { seededRandom } from '../seeded-random.ts';
import { adjustedRandIndex } from './agreement.ts';
import { sphericalKMeans } from './spherical-k-means.ts';
import { pickRows } from './vectors.ts';
import type { Vectors } from './vectors.ts';

export interface StabilityOptions {
  readonly vectors: Vectors;
  readonly groups: Int32Array;
  readonly k: number;
  readonly seed: string;
  /** 5 unless told. */
  readonly resamples?: number;
}

/** Items that stay. */
const keptShare = 0.8;
const restarts = 2;

/** The mean adjusted Rand index over the resamples: 1 is the same groups each time. 1 where too few items are left. */
export function measureStability(options: StabilityOptions): number {
  const { vectors, groups, k, seed, resamples = 5 } = options;
  const kept = Math.floor(keptShare * vectors.count);
  if (kept < k || resamples < 1) return 1;
  let sum = 0;
  for (let sample = 0; sample < resamples; sample += 1) {
    const random = seededRandom(`${seed} stability ${String(sample)}`);
    const places = random.shuffle(Array.from({ length: vectors.count }, (_, place) => place)).slice(0, kept);
    const again = sphericalKMeans({ vectors: pickRows(vectors, places), k, random, restarts });
    sum += adjustedRandIndex(
      again.groups,
      Int32Array.from(places, (place) => groups[place] ?? 0),
    );
  }
  return sum / resamples;
}
