/**
 * A place in the plane for each item, so that near items stand near: for people to look at, not to group by. UMAP
 * (L. McInnes and others, arXiv:1802.03426) by `umap-js`, over exact neighbours. The same vectors and seed give the same
 * map. Knows vectors and places.
 */
import { UMAP } from 'umap-js';
import { seededRandom } from '../seeded-random.ts';
import { findNeighbours } from './nearest-neighbours.ts';
import { rowOf, unitRows } from './vectors.ts';
import type { Vectors } from './vectors.ts';

export interface MapOptions {
  /** (n, dimensions), any length but 0. */
  readonly vectors: Vectors;
  /** `smallworks` unless told. */
  readonly seed?: string;
  /** Called after each round; throws to stop. */
  readonly onRound?: (round: number) => void;
}

/** UMAP's own default. */
const mapNeighbours = 15;

/** (n, 2), each side from -1 to 1. Fewer than four items stand in a row: there is nothing to lay out. */
export function mapItems({
  vectors,
  seed = 'smallworks',
  onRound = () => undefined,
}: MapOptions): Float32Array {
  const { count } = vectors;
  if (count < 4)
    return Float32Array.from({ length: count * 2 }, (_, at) => (at % 2 === 0 ? at / 2 - (count - 1) / 2 : 0));
  const unit = unitRows(vectors);
  const each = Math.min(mapNeighbours - 1, count - 1);
  const { places, cosines } = findNeighbours(unit, each);
  const rows = Array.from({ length: count }, (_, row) => row);
  // As the library counts them: the first neighbour of a row is the row itself.
  const lists = rows.map((row) => [row, ...places.subarray(row * each, (row + 1) * each)]);
  const distances = rows.map((row) => [
    0,
    ...Array.from(cosines.subarray(row * each, (row + 1) * each), (cosine) => Math.max(0, 1 - cosine)),
  ]);
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: each + 1,
    random: seededRandom(`${seed} map`).next,
  });
  umap.setPrecomputedKNN(lists, distances);
  const rounds = umap.initializeFit(rows.map((row) => Array.from(rowOf(unit, row))));
  for (let round = 1; round <= rounds; round += 1) {
    umap.step();
    onRound(round);
  }
  return intoSquare(umap.getEmbedding());
}

/** Moves and scales both sides alike, so that all places lie between -1 and 1. */
function intoSquare(points: readonly (readonly number[])[]): Float32Array {
  const bounds = [0, 1].map((side) => {
    const values = points.map((point) => point[side] ?? 0);
    const [low, high] = values.reduce(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
    return { middle: (low + high) / 2, half: (high - low) / 2 };
  });
  const half = Math.max(...bounds.map((bound) => bound.half)) || 1;
  return Float32Array.from(
    points.flatMap((point) => bounds.map(({ middle }, side) => ((point[side] ?? 0) - middle) / half)),
  );
}
