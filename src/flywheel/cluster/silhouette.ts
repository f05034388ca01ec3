/**
 * How much nearer rows are to their own group than to the next one (P. Rousseeuw, Journal of Computational and Applied
 * Mathematics 20 (1987), 53-65), by cosine distance. Exact without looking at pairs: the mean cosine of a row to a group is
 * its product with the group's sum. Knows rows of length 1.
 */
import { addRow, dotProduct, makeVectors, rowOf } from './vectors.ts';
import type { Vectors } from './vectors.ts';

/** One value a row, from -1 to 1; 0 for the only row of a group, and for all where there is one group. */
export function silhouettes(vectors: Vectors, groups: Int32Array): Float64Array {
  const k = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const sums = makeVectors(k, vectors.dimensions);
  const sizes = new Int32Array(k);
  for (const [row, group] of groups.entries()) {
    addRow(rowOf(sums, group), rowOf(vectors, row));
    sizes[group] = (sizes[group] ?? 0) + 1;
  }
  const values = new Float64Array(groups.length);
  for (const [row, own] of groups.entries()) {
    const vector = rowOf(vectors, row);
    const ownSize = sizes[own] ?? 0;
    if (ownSize < 2) continue;
    let [inside, outside] = [0, Number.POSITIVE_INFINITY];
    for (let group = 0; group < k; group += 1) {
      const size = sizes[group] ?? 0;
      if (size === 0) continue;
      const sum = size - dotProduct(vector, rowOf(sums, group));
      // A row is at no distance from itself, whatever rounding makes of it.
      if (group === own) inside = (sum - (1 - dotProduct(vector, vector))) / (size - 1);
      else outside = Math.min(outside, sum / size);
    }
    const larger = Math.max(inside, outside);
    if (Number.isFinite(outside) && larger > 0) values[row] = (outside - inside) / larger;
  }
  return values;
}

/** The mean over the rows; 0 for none. */
export function meanSilhouette(vectors: Vectors, groups: Int32Array): number {
  const values = silhouettes(vectors, groups);
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
