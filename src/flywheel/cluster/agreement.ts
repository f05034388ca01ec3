/**
 * How far two partitions of the same items agree, whatever their groups are called. Knows counts only: which of the two
 * is right, or whether either is, is the caller's.
 */

/** The group of each item, by any name: two items are together where their values are equal. */
export type Partition = readonly (string | number)[] | Int32Array;

interface Table {
  readonly items: number;
  /** Items by both groups; pairs that do not occur are missing. */
  readonly cells: readonly { readonly row: number; readonly column: number; readonly count: number }[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** Groups numbered from 0 in order of appearance. */
function numberGroups(partition: Partition): Int32Array {
  const known = new Map<string | number, number>();
  return Int32Array.from(partition as readonly (string | number)[], (group) => {
    const number = known.get(group) ?? known.size;
    known.set(group, number);
    return number;
  });
}

/** Throws RangeError where the partitions are not of the same items. */
export function countPairs(one: Partition, other: Partition): Table {
  if (one.length !== other.length) {
    throw new RangeError(`One partition has ${String(one.length)} items, the other ${String(other.length)}.`);
  }
  const [rowOf, columnOf] = [numberGroups(one), numberGroups(other)];
  const cells = new Map<string, { row: number; column: number; count: number }>();
  const [rows, columns]: [number[], number[]] = [[], []];
  for (const [item, row] of rowOf.entries()) {
    const column = columnOf[item] ?? 0;
    const key = `${String(row)} ${String(column)}`;
    const cell = cells.get(key) ?? { row, column, count: 0 };
    cell.count += 1;
    cells.set(key, cell);
    rows[row] = (rows[row] ?? 0) + 1;
    columns[column] = (columns[column] ?? 0) + 1;
  }
  return { items: one.length, cells: [...cells.values()], rows, columns };
}

function entropy(counts: readonly number[], items: number): number {
  return counts.reduce((sum, count) => sum - (count / items) * Math.log(count / items), 0);
}

/**
 * Mutual information over the mean of the two entropies, from 0 to 1, as scikit-learn has it by default
 * (A. Strehl and J. Ghosh, JMLR 3 (2002), 583-617, with the arithmetic mean). Two partitions of one group each agree.
 */
export function normalisedMutualInformation(one: Partition, other: Partition): number {
  const { items, cells, rows, columns } = countPairs(one, other);
  if (rows.length <= 1 && columns.length <= 1) return 1;
  const shared = cells.reduce((sum, { row, column, count }) => {
    const expected = ((rows[row] ?? 0) / items) * (columns[column] ?? 0);
    return sum + (count / items) * Math.log(count / expected);
  }, 0);
  const mean = (entropy(rows, items) + entropy(columns, items)) / 2;
  return Math.min(1, Math.max(0, shared / mean));
}

function pairsOf(count: number): number {
  return (count * (count - 1)) / 2;
}

/**
 * Pairs of items on which the two agree, corrected for chance: 1 is the same partition, 0 is what chance gives
 * (L. Hubert and P. Arabie, "Comparing partitions", Journal of Classification 2 (1985), 193-218).
 */
export function adjustedRandIndex(one: Partition, other: Partition): number {
  const { items, cells, rows, columns } = countPairs(one, other);
  const sum = (counts: readonly number[]): number =>
    counts.reduce((total, count) => total + pairsOf(count), 0);
  const together = sum(cells.map(({ count }) => count));
  const [inRows, inColumns] = [sum(rows), sum(columns)];
  // Both put everything together, or both everything apart: there is no pair to disagree on.
  if (together === inRows && together === inColumns) return 1;
  const expected = (inRows * inColumns) / pairsOf(items);
  return (together - expected) / ((inRows + inColumns) / 2 - expected);
}
