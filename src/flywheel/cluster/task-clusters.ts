/**
 * Known clusters, and which of them a vector belongs to: the one whose centre is nearest, or none where even that is
 * farther than its members are. Plain data, so that it can be kept and used on what comes later. Knows vectors only.
 */
import { dotProduct, rowOf } from './vectors.ts';
import type { Vectors } from './vectors.ts';
import { centresOf } from './spherical-k-means.ts';

export interface TaskClusters {
  /** (k, dimensions): directions of the members' mean, rows of length 1. */
  readonly centres: Vectors;
  /** The least cosine to its centre at which an item belongs to a cluster, one a cluster. */
  readonly fences: Float64Array;
}

export interface Assignment {
  /** The nearest cluster; -1 where there is none at all. */
  readonly nearest: number;
  /** The cluster that the item belongs to; undefined: to none. */
  readonly cluster: number | undefined;
  /** Cosine to the nearest centre. */
  readonly cosine: number;
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [low = 0, high = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

/** J. Tukey's lower fence ("Exploratory data analysis", 1977): what lies 1.5 quartile distances below the box is far out. */
function lowerFence(cosines: readonly number[]): number {
  const sorted = cosines.toSorted((one, other) => one - other);
  const [first, third] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  return first - 1.5 * (third - first);
}

/** Clusters of rows of length 1, as they were grouped. */
export function describeClusters(vectors: Vectors, groups: Int32Array, k: number): TaskClusters {
  const centres = centresOf(vectors, groups, k);
  const cosines = Array.from({ length: k }, (): number[] => []);
  for (const [row, group] of groups.entries()) {
    cosines[group]?.push(dotProduct(rowOf(vectors, row), rowOf(centres, group)));
  }
  return { centres, fences: Float64Array.from(cosines, lowerFence) };
}

/** Where a row of length 1 belongs. */
export function assignToCluster(vector: Float32Array, { centres, fences }: TaskClusters): Assignment {
  let [nearest, cosine] = [-1, Number.NEGATIVE_INFINITY];
  for (let cluster = 0; cluster < centres.count; cluster += 1) {
    const next = dotProduct(vector, rowOf(centres, cluster));
    if (next > cosine) [nearest, cosine] = [cluster, next];
  }
  return {
    nearest,
    cluster: cosine >= (fences[nearest] ?? Number.POSITIVE_INFINITY) ? nearest : undefined,
    cosine,
  };
}
