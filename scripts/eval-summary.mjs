/**
 * The one line that `npm run eval` ends with. Counts and sums only: what is right was decided before.
 */

/**
 * @typedef {object} EvaluatedRow
 * @property {{ valid: boolean, name: boolean, exact: boolean, refused: boolean }} grade
 * @property {{ promptTokens: number, cachedTokens: number, decodeTokens: number, decodeMs: number }} usage
 * @property {number} durationMs
 */

/**
 * The value below which a share of the values lies, nearest rank: an observed value, never a mean of two.
 * @param {{ values: readonly number[], share: number }} options `share` between 0 and 1.
 * @returns {number} 0 where there are no values.
 */
function percentile({ values, share }) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/**
 * @param {readonly EvaluatedRow[]} rows
 * @returns Counts of rows, milliseconds a row, sums of tokens, tokens a second, seconds of all rows together.
 */
export function summariseEvaluation(rows) {
  /** @param {(row: EvaluatedRow) => boolean} holds */
  const count = (holds) => rows.filter(holds).length;
  /** @param {(row: EvaluatedRow) => number} read */
  const sum = (read) => rows.reduce((total, row) => total + read(row), 0);
  const times = rows.map(({ durationMs }) => durationMs);
  const decodeTokens = sum(({ usage }) => usage.decodeTokens);
  const decodeMs = sum(({ usage }) => usage.decodeMs);
  return {
    n: rows.length,
    valid: count(({ grade }) => grade.valid),
    name: count(({ grade }) => grade.name),
    exact: count(({ grade }) => grade.exact),
    refused: count(({ grade }) => grade.refused),
    p50_ms: Math.round(percentile({ values: times, share: 0.5 })),
    p95_ms: Math.round(percentile({ values: times, share: 0.95 })),
    prompt_tokens: sum(({ usage }) => usage.promptTokens),
    cached_tokens: sum(({ usage }) => usage.cachedTokens),
    decode_tokens: decodeTokens,
    decode_tps: decodeMs === 0 ? 0 : Math.round((decodeTokens / decodeMs) * 1e5) / 100,
    seconds: Math.round(sum(({ durationMs }) => durationMs) / 100) / 10,
  };
}

/**
 * @typedef {object} AskedTwice
 * @property {{ right: boolean }} with
 * @property {{ right: boolean }} without
 */

/**
 * @typedef {object} Interval
 * @property {number} low
 * @property {number} high
 */

/**
 * @param {readonly AskedTwice[]} rows
 * @param {{ with: Interval, without: Interval }} intervals Of the shares of right answers.
 * @returns Counts of right answers with the calculator and without, and the intervals.
 */
export function summariseArithmetic(rows, intervals) {
  return {
    n: rows.length,
    with: rows.filter((row) => row.with.right).length,
    without: rows.filter((row) => row.without.right).length,
    with_ci: bounds(intervals.with),
    without_ci: bounds(intervals.without),
  };
}

/**
 * An interval as figures show it.
 * @param {Interval} interval
 */
export function bounds({ low, high }) {
  return [low, high].map((share) => Math.round(share * 1e4) / 1e4);
}
