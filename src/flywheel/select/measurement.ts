/**
 * What a scored set of rows leaves behind to choose by: how many were right, how long they took, how fast the model reads
 * and writes on this device. Pure. Knows judged rows and their usage; nothing of where a measurement is kept.
 */
import type { LoadedModel } from '../../protocol/engine.ts';
import type { EvalSubject } from '../../protocol/evaluation.ts';
import type { Measurement } from '../../protocol/selection.ts';

/** Of one row. Sums over its attempts, but for the longest. */
export interface RowCost {
  readonly exact: boolean;
  readonly durationMs: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly decodeTokens: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
  /** Prompt and answer of the longest attempt. */
  readonly longestTokens: number;
}

/** The rows that were scored, on which model, and when. */
export interface MeasurementOptions {
  readonly id: string;
  readonly taskId: string;
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly subject: EvalSubject;
  readonly model: LoadedModel;
  readonly rows: readonly RowCost[];
}

/** The measurement of a scored side. Throws RangeError without rows: there is nothing to say then. */
export function measurementOf({ model, rows, ...rest }: MeasurementOptions): Measurement {
  if (rows.length === 0) throw new RangeError('A measurement needs at least one row.');
  const sum = (valueOf: (row: RowCost) => number): number =>
    rows.reduce((total, row) => total + valueOf(row), 0);
  const read = sum(({ promptTokens, cachedTokens }) => promptTokens - cachedTokens);
  const written = sum(({ decodeTokens }) => decodeTokens);
  return {
    v: 1,
    ...rest,
    weightsHash: model.weightsHash,
    rows: rows.length,
    exact: rows.filter(({ exact }) => exact).length,
    seconds: sum(({ durationMs }) => durationMs) / 1000,
    longestTokens: Math.max(...rows.map(({ longestTokens }) => longestTokens)),
    meanReadTokens: read / rows.length,
    meanWrittenTokens: written / rows.length,
    prefillPerSecond: perSecond(
      read,
      sum(({ prefillMs }) => prefillMs),
    ),
    decodePerSecond: perSecond(
      written,
      sum(({ decodeMs }) => decodeMs),
    ),
    engine: model.engine,
    backend: model.backend,
    weights: model.weights,
  };
}

function perSecond(tokens: number, milliseconds: number): number {
  return milliseconds > 0 ? (tokens * 1000) / milliseconds : 0;
}
