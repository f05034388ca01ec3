/**
 * The nearest rows of each row by cosine, exactly: every pair is looked at, which for the few thousand rows that are
 * clustered at a time takes seconds. Knows rows of length 1 only.
 */
import { dotProduct, rowOf } from './vectors.ts';
import type { Vectors } from './vectors.ts';

export interface Neighbours {
  /** Neighbours of a row; fewer where there are not so many rows. */
  readonly each: number;
  /** (count, each): nearest first. A row is not its own neighbour. */
  readonly places: Int32Array;
  /** (count, each): the cosines. */
  readonly cosines: Float32Array;
}

/** Puts a row among the nearest of another, where it belongs there. Of equals the one that came first stays. */
function insert(found: Neighbours, row: number, place: number, cosine: number): void {
  const { each, places, cosines } = found;
  const start = row * each;
  let at = start + each - 1;
  if (cosine <= (cosines[at] ?? 0)) return;
  while (at > start && cosine > (cosines[at - 1] ?? 0)) {
    cosines[at] = cosines[at - 1] ?? 0;
    places[at] = places[at - 1] ?? 0;
    at -= 1;
  }
  cosines[at] = cosine;
  places[at] = place;
}

/** Finds `each` neighbours of every row. `vectors`: (count, dimensions), rows of length 1. */
export function findNeighbours(vectors: Vectors, each: number): Neighbours {
  const { count } = vectors;
  const most = Math.max(0, Math.min(each, count - 1));
  const found: Neighbours = {
    each: most,
    places: new Int32Array(count * most).fill(-1),
    cosines: new Float32Array(count * most).fill(Number.NEGATIVE_INFINITY),
  };
  if (most === 0) return found;
  const rows = Array.from({ length: count }, (_, row) => rowOf(vectors, row));
  for (const [row, one] of rows.entries()) {
    for (let place = 0; place < row; place += 1) {
      const other = rows[place];
      if (other === undefined) continue;
      const cosine = dotProduct(one, other);
      insert(found, row, place, cosine);
      insert(found, place, row, cosine);
    }
  }
  return found;
}
