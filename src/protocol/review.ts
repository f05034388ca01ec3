/**
 * Failures that a person takes out of an evaluation to look at: what was asked, what was expected and what came, and what
 * became of it. Kept in the browser. Knows nothing of how a row is written down (flywheel/tool-call-line).
 */
import type { EvalSubject } from './evaluation.ts';
import type { Id } from './id.ts';
import type { ToolCall, ToolSpec } from './tool.ts';

/**
 * - `open`: nobody has decided.
 * - `corrected`: the calls that are right were written down; it can teach.
 * - `dismissed`: it is no lesson.
 */
export type ReviewState = 'open' | 'corrected' | 'dismissed';

/** One failure that a person looks at, and what was decided on it. */
export interface ReviewItem {
  readonly v: 1;
  /** `reviewId` of what failed. */
  readonly id: string;
  /** Milliseconds since the epoch, when it was taken. */
  readonly at: number;
  /** Where the row came from, for people. */
  readonly source: string;
  readonly subject: EvalSubject;
  readonly rowId: string;
  /** The run of the user's own log that the row was made from: it goes where that is erased. */
  readonly runId?: Id;
  /** What was asked last. */
  readonly request: string;
  readonly expected: readonly ToolCall[];
  /** What the model said, as text. */
  readonly given: string;
  readonly tools: readonly ToolSpec[];
  /** The whole row as a line of a data set. */
  readonly line: string;
  readonly state: ReviewState;
  /** A person's own words; may be empty. */
  readonly note: string;
  /** Present where `state` is `corrected`; empty: nothing is to be called. */
  readonly correction?: readonly ToolCall[];
}

/** The same failure of the same model on the same row has the same id: it is taken once. */
export function reviewId({ modelId, adapter = '', grammar }: EvalSubject, rowId: string): string {
  return JSON.stringify([modelId, adapter, grammar, rowId]);
}
