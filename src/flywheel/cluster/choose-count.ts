/**
 * How many groups there are, when nobody says: the number whose groups stand apart best, by the mean silhouette of the
 * smoothed vectors (L. Kaufman and P. Rousseeuw, "Finding groups in data" (1990), choose so). First numbers that grow by
 * a fixed share, then what lies beside the best; of those that are as good as can be told, the smallest. Knows rows only.
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

/** Each number is about a fifth above the one before: a wrong one is within a tenth of the best. */
const growth = 1.2;
/** A group of fewer rows is no recurring task: no more numbers are tried than make groups of this mean size. */
const rowsOfGroup = 10;
const mostGroups = 400;
const restarts = 6;

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
  const tried = new Map<number, Float64Array>();
  const score = (k: number): void => {
    if (tried.has(k)) return;
    const random = seededRandom(`${seed} ${String(k)}`);
    const values = silhouettes(vectors, sphericalKMeans({ vectors, k, random, restarts }).groups);
    tried.set(k, values);
    onTried({ k, silhouette: meanOf(values) });
  };
  const counts = countsToTry(vectors.count);
  if (counts.length === 0) return { k: 1, tried: [] };
  for (const k of counts) score(k);
  const best = bestOf(tried);
  const at = counts.indexOf(best);
  for (const other of [counts[at - 1], counts[at + 1]]) {
    if (other !== undefined) score(Math.round((best + other) / 2));
  }
  return {
    k: fewestAsGood(tried),
    tried: [...tried]
      .map(([k, values]) => ({ k, silhouette: meanOf(values) }))
      .toSorted((one, other) => one.k - other.k),
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The number with the highest mean silhouette; of equals the first. */
function bestOf(tried: ReadonlyMap<number, Float64Array>): number {
  const means = [...tried].map(([k, values]) => ({ k, mean: meanOf(values) }));
  return means.reduce((most, next) => (next.mean > most.mean ? next : most)).k;
}

/**
 * The smallest number that the items cannot tell from the best: the mean of what its silhouettes lack is below its
 * standard error (the rule of one standard error: L. Breiman and others, "Classification and regression trees" (1984)).
 */
function fewestAsGood(tried: ReadonlyMap<number, Float64Array>): number {
  const best = bestOf(tried);
  const most = tried.get(best) ?? new Float64Array();
  const asGood = [...tried].flatMap(([k, values]) => {
    const lacking = most.map((value, item) => value - (values[item] ?? 0));
    const mean = meanOf(lacking);
    const variance = meanOf(lacking.map((value) => (value - mean) ** 2));
    return mean <= Math.sqrt(variance / lacking.length) ? [k] : [];
  });
  return Math.min(best, ...asGood);
}
