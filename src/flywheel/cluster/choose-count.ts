/**
 * How many groups there are, when nobody says: the number whose groups stand apart best, by the mean silhouette of the
 * smoothed vectors (L. Kaufman and P. Rousseeuw, "Finding groups in data" (1990), choose so). First numbers that grow by
 * a fixed share, then those around the best. Knows rows only.
 */
import { seededRandom } from '../seeded-random.ts';
import { meanSilhouette } from './silhouette.ts';
import { sphericalKMeans } from './spherical-k-means.ts';
import type { Vectors } from './vectors.ts';

export interface CountTried {
  readonly k: number;
  /** Mean silhouette of the vectors that were grouped, -1 to 1. */
  readonly silhouette: number;
}

export interface CountOptions {
  /** Rows of length 1, smoothed. */
  readonly vectors: Vectors;
  readonly seed: string;
  /** Told of each number once it is tried; throws to stop. */
  readonly onTried?: (tried: CountTried) => void;
}

/** Each number is about a fifth above the one before: a wrong one is within a tenth of the best. */
const growth = 1.2;
/** A group of fewer rows is no recurring task: no more numbers are tried than make groups of this mean size. */
const rowsOfGroup = 10;
const mostGroups = 400;
const restarts = 2;

/** Numbers tried for so many rows, ascending; empty where there are too few rows to ask. */
export function countsToTry(rows: number): readonly number[] {
  const most = Math.min(mostGroups, Math.floor(rows / rowsOfGroup));
  const counts: number[] = [];
  for (let exact = 2; Math.round(exact) <= most; exact = Math.max(exact + 1, exact * growth)) {
    counts.push(Math.round(exact));
  }
  return counts;
}

/** The chosen number, and every one that was tried in ascending order. Too few rows for two groups: 1. */
export function chooseCount({ vectors, seed, onTried = () => undefined }: CountOptions): {
  readonly k: number;
  readonly tried: readonly CountTried[];
} {
  const tried = new Map<number, number>();
  const score = (k: number): void => {
    if (tried.has(k)) return;
    const { groups } = sphericalKMeans({
      vectors,
      k,
      random: seededRandom(`${seed} ${String(k)}`),
      restarts,
    });
    const silhouette = meanSilhouette(vectors, groups);
    tried.set(k, silhouette);
    onTried({ k, silhouette });
  };
  const best = (): number =>
    [...tried].reduce((most, next) => (next[1] > most[1] ? next : most), [1, Number.NEGATIVE_INFINITY])[0];
  const counts = countsToTry(vectors.count);
  for (const k of counts) score(k);
  if (counts.length === 0) return { k: 1, tried: [] };
  const coarse = best();
  const at = counts.indexOf(coarse);
  const [below = coarse, above = coarse] = [counts[at - 1], counts[at + 1]];
  for (const k of [(below + coarse) / 2, (coarse + above) / 2]) score(Math.round(k));
  return {
    k: best(),
    tried: [...tried].map(([k, silhouette]) => ({ k, silhouette })).toSorted((one, other) => one.k - other.k),
  };
}
