/**
 * Items -> recurring tasks: neighbours are found, vectors smoothed, a number of clusters chosen where none is given, the
 * items grouped with several starts, what fits nowhere told apart, and quality measured. The same items, vectors and seed
 * give the same tasks. Knows the order of the steps; each step is a file of its own.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { seededRandom } from '../seeded-random.ts';
import { chooseCount } from './choose-count.ts';
import type { CountTried } from './choose-count.ts';
import { nameClusters } from './name-clusters.ts';
import { findNeighbours } from './nearest-neighbours.ts';
import { reduceVectors } from './reduce-vectors.ts';
import { meanSilhouette } from './silhouette.ts';
import { smoothVectors } from './smooth-vectors.ts';
import { sphericalKMeans } from './spherical-k-means.ts';
import { measureStability } from './stability.ts';
import { assignToCluster, describeClusters } from './task-clusters.ts';
import type { TaskClusters } from './task-clusters.ts';
import { dotProduct, pickRows, rowOf, unitRows } from './vectors.ts';
import type { Vectors } from './vectors.ts';

type DiscoveryProgress =
  | { readonly type: 'neighbours-started' }
  | ({ readonly type: 'count-tried' } & CountTried)
  | { readonly type: 'grouping-started'; readonly k: number }
  | { readonly type: 'stability-started' };

export interface DiscoveryOptions {
  /** (n, dimensions): one vector an item, any length but 0; see features. */
  readonly vectors: Vectors;
  /** The items' texts, for names. */
  readonly texts: readonly string[];
  /** How many tasks; `auto` has it chosen. */
  readonly k: number | 'auto';
  /** The same seed repeats the same choices; `smallworks` unless told. */
  readonly seed?: string;
  /** Items that are grouped together; the others are put to the clusters found. 5,000 unless told. */
  readonly sampleSize?: number;
  /** Is told of each step; throws to stop. */
  readonly onProgress?: (progress: DiscoveryProgress) => void;
}

interface DiscoveredTask {
  /** Words that set it apart, best first. */
  readonly words: readonly string[];
  /** Items that are nearest to it. */
  readonly items: number;
}

export interface Discovery {
  readonly tasks: readonly DiscoveredTask[];
  /** (n): the task that each item is nearest to. */
  readonly nearest: Int32Array;
  /** (n): 1 for an item that is farther from that task than its members are: it belongs to none. */
  readonly outliers: Uint8Array;
  /** Where later items belong: see `assignToCluster`. */
  readonly clusters: TaskClusters;
  readonly quality: {
    /** Mean silhouette by cosine over the vectors as given, outliers too; -1 to 1. */
    readonly silhouette: number;
    /** Mean adjusted Rand index when a fifth of the items is left out; 1 is the same tasks each time. */
    readonly stability: number;
    /** Share of the items that belong to a task. */
    readonly coverage: number;
  };
  /** Numbers of tasks that were tried, where none was given. */
  readonly tried: readonly CountTried[];
}

/** Neighbours that smooth a vector: enough to average out wording, fewer than a recurring task has items. */
const smoothingNeighbours = 15;
/** Numbers of a vector while it is grouped: a sixth of the work, and the same groups to within their noise. */
const groupingDimensions = 64;
const restarts = 10;

function refuse(reason: string): Fault {
  return new Fault({
    code: faultCodes.argumentsInvalid,
    message: 'These items cannot be grouped into tasks.',
    reason,
    remedy: 'Give one vector an item, and no more tasks than there are items.',
  });
}

function checkOptions({ vectors, texts, k }: DiscoveryOptions): void {
  if (vectors.count < 2) throw refuse(`There are ${String(vectors.count)} items; it takes two at least.`);
  if (texts.length !== vectors.count) {
    throw refuse(`There are ${String(texts.length)} texts and ${String(vectors.count)} vectors.`);
  }
  if (k !== 'auto' && (!Number.isInteger(k) || k < 1 || k > vectors.count)) {
    throw refuse(`${String(k)} tasks were asked for, of ${String(vectors.count)} items.`);
  }
}

/** Places of the items that are grouped together, ascending. */
function drawSample(count: number, size: number, seed: string): readonly number[] {
  const all = Array.from({ length: count }, (_, place) => place);
  if (count <= size) return all;
  return seededRandom(`${seed} sample`)
    .shuffle(all)
    .slice(0, size)
    .toSorted((one, other) => one - other);
}

/** Throws a Fault `arguments-invalid` where items, texts and number do not fit together, and what `onProgress` throws. */
export function discoverTasks(options: DiscoveryOptions): Discovery {
  checkOptions(options);
  const { texts, seed = 'smallworks', onProgress = () => undefined, sampleSize = 5000 } = options;
  const vectors = unitRows(options.vectors);
  const least = options.k === 'auto' ? 2 : options.k;
  const sample = drawSample(vectors.count, Math.max(least, sampleSize), seed);
  const sampled = sample.length === vectors.count ? vectors : pickRows(vectors, sample);
  onProgress({ type: 'neighbours-started' });
  const smooth = reduceVectors({
    vectors: smoothVectors(sampled, findNeighbours(sampled, smoothingNeighbours)),
    dimensions: groupingDimensions,
    random: seededRandom(`${seed} basis`),
  });
  const chosen =
    options.k === 'auto'
      ? chooseCount({
          vectors: smooth,
          seed,
          onTried: (tried) => onProgress({ type: 'count-tried', ...tried }),
        })
      : { k: options.k, tried: [] };
  const { k, tried } = chosen;
  onProgress({ type: 'grouping-started', k });
  const { groups } = sphericalKMeans({ vectors: smooth, k, random: seededRandom(seed), restarts });
  onProgress({ type: 'stability-started' });
  const stability = measureStability({ vectors: smooth, groups, k, seed });
  const clusters = describeClusters(sampled, groups, k);

  const nearest = new Int32Array(vectors.count).fill(-1);
  for (const [at, place] of sample.entries()) nearest[place] = groups[at] ?? 0;
  const outliers = new Uint8Array(vectors.count);
  for (let item = 0; item < vectors.count; item += 1) {
    const { centres, fences } = clusters;
    const own = nearest[item] ?? -1;
    if (own < 0) {
      const assigned = assignToCluster(rowOf(vectors, item), clusters);
      nearest[item] = assigned.nearest;
      outliers[item] = assigned.cluster === undefined ? 1 : 0;
    } else {
      const cosine = cosineTo(rowOf(vectors, item), centres, own);
      outliers[item] = cosine < (fences[own] ?? 0) ? 1 : 0;
    }
  }
  const names = nameClusters({ texts, groups: nearest, k });
  const items = new Int32Array(k);
  for (const task of nearest) items[task] = (items[task] ?? 0) + 1;
  return {
    tasks: names.map((words, task) => ({ words, items: items[task] ?? 0 })),
    nearest,
    outliers,
    clusters,
    quality: {
      silhouette: meanSilhouette(vectors, nearest),
      stability,
      coverage: 1 - outliers.reduce((sum, outlier) => sum + outlier, 0) / vectors.count,
    },
    tried,
  };
}

function cosineTo(vector: Float32Array, centres: Vectors, cluster: number): number {
  return dotProduct(vector, rowOf(centres, cluster));
}
