/**
 * Moves every vector towards those it is close to: what a text has of its own fades, what it shares with its like stays,
 * and groups stand out. One step of a graph convolution without weights (F. Wu and others, "Simplifying graph convolutional
 * networks", arXiv:1902.07153; for clustering X. Zhang and others, arXiv:1906.01210). Knows neighbours and rows.
 */
import type { Neighbours } from './nearest-neighbours.ts';
import { addRow, makeVectors, rowOf, scaleToUnit } from './vectors.ts';
import type { Vectors } from './vectors.ts';

interface Link {
  readonly one: number;
  readonly other: number;
  readonly weight: number;
}

/** The links of all rows; each row is also linked to itself with the weight 1. A link that both ends name counts in full. */
function linksOf({ each, places, cosines }: Neighbours, count: number): readonly Link[] {
  const links: Link[] = [];
  for (let one = 0; one < count; one += 1) {
    for (let at = one * each; at < (one + 1) * each; at += 1) {
      const other = places[at] ?? -1;
      if (other >= 0) links.push({ one, other, weight: Math.max(0, cosines[at] ?? 0) / 2 });
    }
  }
  return links;
}

/** One step over the symmetric graph of neighbours, weighted by cosine; rows of length 1 again. */
export function smoothVectors(vectors: Vectors, neighbours: Neighbours): Vectors {
  const { count, dimensions } = vectors;
  const links = linksOf(neighbours, count);
  const degrees = new Float64Array(count).fill(1);
  for (const { one, other, weight } of links) {
    degrees[one] = (degrees[one] ?? 0) + weight;
    degrees[other] = (degrees[other] ?? 0) + weight;
  }
  const root = (row: number): number => Math.sqrt(degrees[row] ?? 1);
  const smooth = makeVectors(count, dimensions);
  for (let row = 0; row < count; row += 1) {
    addRow(rowOf(smooth, row), rowOf(vectors, row), 1 / (degrees[row] ?? 1));
  }
  for (const { one, other, weight } of links) {
    const share = weight / (root(one) * root(other));
    addRow(rowOf(smooth, one), rowOf(vectors, other), share);
    addRow(rowOf(smooth, other), rowOf(vectors, one), share);
  }
  for (let row = 0; row < count; row += 1) scaleToUnit(rowOf(smooth, row));
  return smooth;
}
