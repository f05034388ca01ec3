/**
 * What an evaluation says: figures with their intervals, which tool was called for which, and what went wrong. It is
 * shown on the page and written to files. Knows nothing of how a row is judged or how an interval is found (flywheel/).
 */
import type { StepOutput } from './task-event.ts';
import type { ToolCall } from './tool.ts';

/** Whether an output is right. */
export interface Grade {
  /** Only calls of offered tools that fit their schemas, or no call at all (an answer or a refusal). */
  readonly valid: boolean;
  /** The right tools, each as often as expected; where none is expected, none was called. */
  readonly name: boolean;
  /** The right tools with the right arguments. */
  readonly exact: boolean;
  /** It called nothing, and said so. */
  readonly refused: boolean;
}

/** Shares from 0 to 1, or differences of shares from -1 to 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * - `exact`: rows that are right as a whole.
 * - `valid`: rows whose output a tool could take.
 * - `tool`: of the rows that expect calls, those with the right tools.
 * - `arguments`: of the rows with the right tools, those with the right arguments.
 * - `several`: of the rows that expect more than one call, those that are right.
 * - `refusal`: of the rows that expect no call, those without one.
 */
export type FigureName = 'exact' | 'valid' | 'tool' | 'arguments' | 'several' | 'refusal';

/** What the figures are called wherever they are shown. */
export const figureTitles: Readonly<Record<FigureName, string>> = {
  exact: 'Exact',
  valid: 'Valid',
  tool: 'Right tool',
  arguments: 'Right arguments, where the tool is right',
  several: 'Exact, several calls',
  refusal: 'Refused, where nothing fits',
};

/** A share of rows, with its interval. */
export interface Figure {
  readonly name: FigureName;
  /** Rows that it is a share of; 0: the set has none, and `share` is 0. */
  readonly n: number;
  readonly count: number;
  readonly share: number;
  readonly interval: Interval;
}

/** The second side's share less the first one's, on the rows that count for both. */
export interface FigureDifference {
  readonly name: FigureName;
  readonly n: number;
  readonly difference: number;
  readonly interval: Interval;
}

/** How often `expected` was to be called and `called` was; `(none)` stands for no call. */
interface ConfusionCell {
  readonly expected: string;
  readonly called: string;
  readonly count: number;
}

/** Which tool was called where which was expected. */
export interface Confusion {
  /** Tools that were expected or called, most often expected first; `(none)` last. */
  readonly tools: readonly string[];
  /** Those that are not 0. */
  readonly cells: readonly ConfusionCell[];
}

/** What was scored. */
export interface EvalSubject {
  readonly modelId: string;
  /** Absent: the base model. */
  readonly adapter?: string;
  /** Outputs were held to the tools' grammar. */
  readonly grammar: boolean;
}

/** One row and what became of it. */
export interface JudgedRow {
  readonly id: string;
  /** What was asked last. */
  readonly request: string;
  readonly expected: readonly ToolCall[];
  /** Absent where no attempt gave a usable output. */
  readonly output?: StepOutput;
  /** What the model wrote last. */
  readonly text: string;
  readonly grade: Grade;
  readonly durationMs: number;
}

/** One side of a report: what was scored, its figures, and what went wrong. */
export interface EvalSide {
  readonly subject: EvalSubject;
  readonly figures: readonly Figure[];
  readonly confusion: Confusion;
  /** Rows that are not exact. */
  readonly failures: readonly JudgedRow[];
  /** Spent on the rows, all together. */
  readonly seconds: number;
}

/** What an evaluation says, as it is shown and written to files. */
export interface EvalReport {
  readonly version: 1;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Where the rows came from, for people. */
  readonly source: string;
  readonly rows: number;
  readonly promptVersion: number;
  /** How the intervals were found. */
  readonly intervals: { readonly level: number; readonly resamples: number; readonly seed: string };
  /** One, or two to compare. */
  readonly sides: readonly EvalSide[];
  /** Present where there are two sides. */
  readonly differences?: readonly FigureDifference[];
}
