/**
 * Which items of a task stand for it: those that are nearest to the middle of all of them. Knows vectors; nothing of texts.
 */
import { addRow, dotProduct, makeVectors, rowOf } from '../cluster/vectors.ts';
import type { Vectors } from '../cluster/vectors.ts';

/** The items, nearest to their middle first; of equals the one that came first. `vectors`: rows of length 1. */
export function centralItems(items: readonly number[], vectors: Vectors): readonly number[] {
  const middle = rowOf(makeVectors(1, vectors.dimensions), 0);
  for (const item of items) addRow(middle, rowOf(vectors, item));
  const closeness = new Map(items.map((item) => [item, dotProduct(middle, rowOf(vectors, item))]));
  return items.toSorted(
    (one, other) => (closeness.get(other) ?? 0) - (closeness.get(one) ?? 0) || one - other,
  );
}
