/**
 * What trusting a small model by its chance of success is worth: the curve of quality over the share of requests that go
 * to a larger one, and how true the chances are. Pure.
 */

export interface RoutedRow {
  /** The chance of success that was foretold, 0 to 1. */
  readonly chance: number;
  /** Whether the small model was right. */
  readonly small: boolean;
  /** Whether what is asked otherwise is right. */
  readonly fallback: boolean;
}

/** Share of rows that are right when this share of them, the least sure first, goes to the fallback. */
export function qualityAt(rows: readonly RoutedRow[], share: number): number {
  return meanOf(qualities(rows, Math.round(share * rows.length)).slice(-1));
}

/**
 * The area under the curve of the gain over the share that is escalated, 0 to 1. The gain is the part of the way from the
 * small model's quality to the fallback's that has been gone, so that rows escalated by chance have an area of 0.5,
 * whatever the two qualities are. NaN where both are the same.
 */
export function escalationArea(rows: readonly RoutedRow[]): number {
  const curve = qualities(rows, rows.length);
  const [small = 0] = curve;
  const way = (curve.at(-1) ?? 0) - small;
  const gains = curve.map((quality) => (quality - small) / way);
  const trapezoids = gains.slice(1).map((gain, at) => (gain + (gains[at] ?? 0)) / 2);
  return meanOf(trapezoids);
}

/**
 * The expected calibration error: chances and successes of ten bins of equal width, their differences weighed by the
 * bins' rows (Guo et al., "On calibration of modern neural networks", ICML 2017).
 */
export function calibrationError(rows: readonly RoutedRow[], bins = 10): number {
  let error = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const inside = rows.filter(({ chance }) => Math.min(bins - 1, Math.floor(chance * bins)) === bin);
    const chance = meanOf(inside.map((row) => row.chance));
    const success = meanOf(inside.map((row) => (row.small ? 1 : 0)));
    if (inside.length > 0) error += (Math.abs(chance - success) * inside.length) / rows.length;
  }
  return error;
}

/** Qualities with none escalated, the least sure row, the two least sure, and so on up to `most`. */
function qualities(rows: readonly RoutedRow[], most: number): number[] {
  // Rows of one chance stand in the order they came in: chance decides between them.
  const sorted = rows.toSorted((one, other) => one.chance - other.chance);
  let right = rows.filter(({ small }) => small).length;
  const found = [right / rows.length];
  for (const { small, fallback } of sorted.slice(0, most)) {
    right += Number(fallback) - Number(small);
    found.push(right / rows.length);
  }
  return found;
}

/** 0 without values. */
function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
}
