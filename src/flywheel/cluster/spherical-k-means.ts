/**
 * k-means by cosine: groups of rows of length 1, each around the direction of its sum (I. Dhillon and D. Modha, Machine
 * Learning 42 (2001), 143-175), begun as k-means++ does (D. Arthur and S. Vassilvitskii, SODA 2007) and begun anew
 * several times; the best is kept. Own code: the maintained library computes on lists of lists, and takes many times
 * as long (docs/decisions/2026-11-29-task-discovery). Knows rows only; the number of groups is given.
 */
import type { SeededRandom } from '../seeded-random.ts';
import { addRow, dotProduct, makeVectors, rowOf, scaleToUnit } from './vectors.ts';
import type { Vectors } from './vectors.ts';

export interface Grouping {
  /** The group of each row, from 0. No group is empty. */
  readonly groups: Int32Array;
  /** (k, dimensions), rows of length 1. */
  readonly centres: Vectors;
  /** Sum over the rows of the cosine to their centre. */
  readonly closeness: number;
}

export interface KMeansOptions {
  readonly vectors: Vectors;
  /** At least 1; at most the number of rows. */
  readonly k: number;
  readonly random: SeededRandom;
  readonly restarts: number;
  /** Rounds of a start at most; 60 unless told. */
  readonly rounds?: number;
}

/** Draws a place with a chance in proportion to its weight. */
function drawPlace(weights: Float64Array, random: SeededRandom): number {
  let rest = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [place, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return place;
  }
  return random.below(weights.length);
}

/** Sum of the distances that would be left with `place` as one more centre, and those distances. */
function tryCentre(
  vectors: Vectors,
  place: number,
  distances: Float64Array,
): { readonly left: number; readonly distances: Float64Array } {
  const centre = rowOf(vectors, place);
  let left = 0;
  const nearer = distances.map((distance, row) => {
    const smaller = Math.min(distance, Math.max(0, 1 - dotProduct(rowOf(vectors, row), centre)));
    left += smaller;
    return smaller;
  });
  return { left, distances: nearer };
}

/** Greedy k-means++: of a few candidates the one that leaves least. 1 - cosine is half the squared distance. */
function chooseCentres({ vectors, k, random }: KMeansOptions): Vectors {
  const candidates = 2 + Math.floor(Math.log(k));
  const centres = makeVectors(k, vectors.dimensions);
  const first = random.below(vectors.count);
  centres.values.set(rowOf(vectors, first));
  let { distances } = tryCentre(vectors, first, new Float64Array(vectors.count).fill(2));
  for (let group = 1; group < k; group += 1) {
    let best: { place: number; left: number; distances: Float64Array } | undefined;
    for (let tried = 0; tried < candidates; tried += 1) {
      const place = drawPlace(distances, random);
      const outcome = tryCentre(vectors, place, distances);
      if (best === undefined || outcome.left < best.left) best = { place, ...outcome };
    }
    if (best === undefined) break;
    centres.values.set(rowOf(vectors, best.place), group * vectors.dimensions);
    ({ distances } = best);
  }
  return centres;
}

/** The nearest centre of each row, and how near it is. Of equals the first. */
function assign(vectors: Vectors, centres: Vectors, groups: Int32Array, cosines: Float64Array): number {
  const rows = Array.from({ length: centres.count }, (_, group) => rowOf(centres, group));
  let changed = 0;
  for (let row = 0; row < vectors.count; row += 1) {
    const vector = rowOf(vectors, row);
    let [nearest, most] = [0, Number.NEGATIVE_INFINITY];
    for (const [group, centre] of rows.entries()) {
      const cosine = dotProduct(vector, centre);
      if (cosine > most) [nearest, most] = [group, cosine];
    }
    if (groups[row] !== nearest) changed += 1;
    groups[row] = nearest;
    cosines[row] = most;
  }
  return changed;
}

/** Gives every empty group the row that lies farthest from its centre, out of a group that has more than one. */
function fillEmptyGroups(groups: Int32Array, cosines: Float64Array, k: number): void {
  const sizes = new Int32Array(k);
  for (const group of groups) sizes[group] = (sizes[group] ?? 0) + 1;
  for (let group = 0; group < k; group += 1) {
    if ((sizes[group] ?? 0) > 0) continue;
    let farthest = -1;
    for (const [row, from] of groups.entries()) {
      if ((sizes[from] ?? 0) < 2) continue;
      if (farthest < 0 || (cosines[row] ?? 0) < (cosines[farthest] ?? 0)) farthest = row;
    }
    const from = groups[farthest] ?? 0;
    sizes[from] = (sizes[from] ?? 0) - 1;
    sizes[group] = 1;
    groups[farthest] = group;
    cosines[farthest] = 1;
  }
}

/** The directions of the groups' sums. A sum of zero keeps no direction: its centre is zero. */
export function centresOf(vectors: Vectors, groups: Int32Array, k: number): Vectors {
  const centres = makeVectors(k, vectors.dimensions);
  for (const [row, group] of groups.entries()) addRow(rowOf(centres, group), rowOf(vectors, row));
  for (let group = 0; group < k; group += 1) scaleToUnit(rowOf(centres, group));
  return centres;
}

function runOnce(options: KMeansOptions): Grouping {
  const { vectors, k, rounds = 60 } = options;
  const groups = new Int32Array(vectors.count).fill(-1);
  const cosines = new Float64Array(vectors.count);
  let centres = chooseCentres(options);
  for (let round = 0; round < rounds; round += 1) {
    const changed = assign(vectors, centres, groups, cosines);
    fillEmptyGroups(groups, cosines, k);
    if (changed === 0) break;
    centres = centresOf(vectors, groups, k);
  }
  return { groups, centres, closeness: cosines.reduce((sum, cosine) => sum + cosine, 0) };
}

/** The best of several starts. Throws RangeError where there are fewer rows than groups, or no group is asked for. */
export function sphericalKMeans(options: KMeansOptions): Grouping {
  const { vectors, k, restarts } = options;
  if (!Number.isInteger(k) || k < 1 || k > vectors.count) {
    throw new RangeError(`${String(vectors.count)} rows cannot be put into ${String(k)} groups.`);
  }
  let best = runOnce(options);
  for (let start = 1; start < restarts; start += 1) {
    const next = runOnce(options);
    if (next.closeness > best.closeness) best = next;
  }
  return best;
}
