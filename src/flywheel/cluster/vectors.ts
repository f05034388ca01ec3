/**
 * Rows of numbers in one array, and what is computed of them again and again. Knows numbers only.
 */

/** `count` rows of `dimensions` numbers, one after the other. */
export interface Vectors {
  readonly count: number;
  readonly dimensions: number;
  readonly values: Float32Array;
}

export function makeVectors(count: number, dimensions: number): Vectors {
  return { count, dimensions, values: new Float32Array(count * dimensions) };
}

/** Row `row`, not a copy. */
export function rowOf({ values, dimensions }: Vectors, row: number): Float32Array {
  return values.subarray(row * dimensions, (row + 1) * dimensions);
}

/** The product of two rows of one length. Four sums side by side: a processor need not wait for the one before. */
export function dotProduct(one: Float32Array, other: Float32Array): number {
  const { length } = one;
  const whole = length - (length % 4);
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let at = 0; at < whole; at += 4) {
    first += (one[at] ?? 0) * (other[at] ?? 0);
    second += (one[at + 1] ?? 0) * (other[at + 1] ?? 0);
    third += (one[at + 2] ?? 0) * (other[at + 2] ?? 0);
    fourth += (one[at + 3] ?? 0) * (other[at + 3] ?? 0);
  }
  for (let at = whole; at < length; at += 1) first += (one[at] ?? 0) * (other[at] ?? 0);
  return first + second + (third + fourth);
}

/** Adds `share` of a row to another. */
export function addRow(target: Float32Array, row: Float32Array, share = 1): void {
  for (let at = 0; at < target.length; at += 1) target[at] = (target[at] ?? 0) + share * (row[at] ?? 0);
}

/** Makes the row's length 1; a row of zeros stays what it is. */
export function scaleToUnit(row: Float32Array): void {
  const length = Math.sqrt(dotProduct(row, row));
  if (length === 0) return;
  for (let at = 0; at < row.length; at += 1) row[at] = (row[at] ?? 0) / length;
}

/** A copy whose rows have the length 1. */
export function unitRows(vectors: Vectors): Vectors {
  const copy = { ...vectors, values: vectors.values.slice() };
  for (let row = 0; row < copy.count; row += 1) scaleToUnit(rowOf(copy, row));
  return copy;
}

/** The rows at `places`, in that order. */
export function pickRows(vectors: Vectors, places: ArrayLike<number>): Vectors {
  const picked = makeVectors(places.length, vectors.dimensions);
  for (let at = 0; at < places.length; at += 1) {
    picked.values.set(rowOf(vectors, places[at] ?? 0), at * vectors.dimensions);
  }
  return picked;
}
