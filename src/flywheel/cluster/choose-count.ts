/**
 * How many groups there are, when nobody says: the number whose groups stand apart best, by the mean silhouette of the
 * smoothed vectors (L. Kaufman and P. Rousseeuw, "Finding groups in data" (1990), choose so). First numbers that grow by
 * a fixed share, then the best of these and what lies beside the first, with more starts. Knows rows only.
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
/** A first look, by which most numbers fall out. */
const quickRestarts = 2;
/** Starts differ by as much as numbers that lie close: the best of them are looked at again, with more starts. */
const finalists = 4;
const thoroughRestarts = 10;

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
  const score = (k: number, restarts: number): void => {
    const random = seededRandom(`${seed} ${String(k)} ${String(restarts)}`);
    const { groups } = sphericalKMeans({ vectors, k, random, restarts });
    const silhouette = meanSilhouette(vectors, groups);
    tried.set(k, silhouette);
    onTried({ k, silhouette });
  };
  const counts = countsToTry(vectors.count);
  if (counts.length === 0) return { k: 1, tried: [] };
  for (const k of counts) score(k, quickRestarts);
  const ranked = rank(tried);
  const first = ranked[0] ?? 1;
  const at = counts.indexOf(first);
  const between = [counts[at - 1], counts[at + 1]].flatMap((other) =>
    other === undefined ? [] : [Math.round((first + other) / 2)],
  );
  const last = [...new Set([...ranked.slice(0, finalists), ...between])];
  for (const k of last) score(k, thoroughRestarts);
  return {
    k: rank(new Map(last.map((k) => [k, tried.get(k) ?? 0])))[0] ?? 1,
    tried: [...tried].map(([k, silhouette]) => ({ k, silhouette })).toSorted((one, other) => one.k - other.k),
  };
}

/** Numbers by their silhouette, the best first; of equals the smaller. */
function rank(tried: ReadonlyMap<number, number>): readonly number[] {
  return [...tried].toSorted((one, other) => other[1] - one[1] || one[0] - other[0]).map(([k]) => k);
}
