/**
 * How many groups there are, when nobody says: the number whose groups stand apart best, by the mean silhouette of the
 * smoothed vectors (L. Kaufman and P. Rousseeuw, "Finding groups in data" (1990), choose so). What a number scores depends
 * on the starts it had, so its neighbours among the numbers tried are heard too. Knows rows only.
 */
import { seededRandom } from '../seeded-random.ts';
import { silhouettes } from './silhouette.ts';
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

/** Each number is about a fifth above the one before. */
const growth = 1.2;
/** A group of fewer rows is no recurring task: no more numbers are tried than make groups of this mean size. */
const rowsOfGroup = 10;
const mostGroups = 400;
const restarts = 6;
/** Numbers are neighbours up to this ratio; the nearer one is, the more its score counts. */
const reach = growth ** 3;
/** Means that differ by less are equally good: other starts would have told them apart otherwise. */
const asGood = 0.01;

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
  const tried = countsToTry(vectors.count).map((k) => {
    const random = seededRandom(`${seed} ${String(k)}`);
    const values = silhouettes(vectors, sphericalKMeans({ vectors, k, random, restarts }).groups);
    const one = { k, silhouette: values.reduce((sum, value) => sum + value, 0) / values.length };
    onTried(one);
    return one;
  });
  return { k: fewestAsGood(tried), tried };
}

/** The smallest number that is as good as the best, among neighbours; 1 where none was tried. */
function fewestAsGood(tried: readonly CountTried[]): number {
  const means = tried.map(({ k }) => meanAround(k, tried));
  const most = Math.max(...means);
  return tried.find((_, at) => (means[at] ?? 0) >= most - asGood)?.k ?? 1;
}

/** The mean silhouette of a number and its neighbours: their weights fall to nothing in proportion to the ratio's logarithm. */
function meanAround(k: number, tried: readonly CountTried[]): number {
  let sum = 0;
  let weights = 0;
  for (const other of tried) {
    const weight = Math.max(0, 1 - Math.abs(Math.log(other.k / k)) / Math.log(reach));
    sum += weight * other.silhouette;
    weights += weight;
  }
  return sum / weights;
}
