/**
 * Fewer numbers a row, with as much of the rows' products kept as so few can hold: the first right singular vectors, by
 * subspace iteration (N. Halko and others, SIAM Review 53 (2011), 217-288, algorithm 4.4). Not centred: cosines are what
 * is to stay. Knows rows only.
 */
import type { SeededRandom } from '../seeded-random.ts';
import { addRow, dotProduct, makeVectors, rowOf, scaleToUnit } from './vectors.ts';
import type { Vectors } from './vectors.ts';

export interface ReductionOptions {
  readonly vectors: Vectors;
  /** Numbers a row afterwards. */
  readonly dimensions: number;
  readonly random: SeededRandom;
}

/** More change nothing that can be measured in cosines of sentence vectors. */
const rounds = 6;

/** Makes the rows orthogonal and of length 1, one after the other (Gram-Schmidt, twice for its rounding). */
function orthogonalise(basis: Vectors): void {
  for (let at = 0; at < basis.count; at += 1) {
    const row = rowOf(basis, at);
    for (let pass = 0; pass < 2; pass += 1) {
      for (let before = 0; before < at; before += 1) {
        const other = rowOf(basis, before);
        addRow(row, other, -dotProduct(row, other));
      }
    }
    scaleToUnit(row);
  }
}

/** (count, basis.count): the products of the rows with those of the basis. */
function project(vectors: Vectors, basis: Vectors): Vectors {
  const projected = makeVectors(vectors.count, basis.count);
  for (let row = 0; row < vectors.count; row += 1) {
    const vector = rowOf(vectors, row);
    const target = rowOf(projected, row);
    for (let at = 0; at < basis.count; at += 1) target[at] = dotProduct(vector, rowOf(basis, at));
  }
  return projected;
}

/** (count, dimensions), rows of length 1. Rows that have no more numbers than that stay as they are. */
export function reduceVectors({ vectors, dimensions, random }: ReductionOptions): Vectors {
  if (vectors.dimensions <= dimensions) return vectors;
  let basis = makeVectors(dimensions, vectors.dimensions);
  for (let at = 0; at < basis.values.length; at += 1) basis.values[at] = random.next() - 0.5;
  orthogonalise(basis);
  for (let round = 0; round < rounds; round += 1) {
    const projected = project(vectors, basis);
    const next = makeVectors(dimensions, vectors.dimensions);
    for (let row = 0; row < vectors.count; row += 1) {
      const [vector, shares] = [rowOf(vectors, row), rowOf(projected, row)];
      for (const [at, share] of shares.entries()) addRow(rowOf(next, at), vector, share);
    }
    orthogonalise(next);
    basis = next;
  }
  const reduced = project(vectors, basis);
  for (let row = 0; row < reduced.count; row += 1) scaleToUnit(rowOf(reduced, row));
  return reduced;
}
