/**
 * What reaches disk: one record an event, and what a person said of a run afterwards.
 * Knows nothing of IndexedDB (log/journal).
 */
import type { Id } from './id.ts';
import type { RunOutcome, TaskEvent } from './task-event.ts';
import type { ToolCall } from './tool.ts';

/** What a person says of a run, a call or an answer. */
export interface Feedback {
  readonly id: Id;
  readonly runId: Id;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly verdict: 'good' | 'bad';
  /** The step that should have read otherwise, with the calls it should have made. */
  readonly correction?: { readonly stepId: Id; readonly calls: readonly ToolCall[] };
  readonly comment?: string;
}

/** Events that are stored: streamed text is not, because `step-finished` holds it whole. */
export type StoredEvent = Exclude<TaskEvent, { readonly type: 'step-streamed' }>;

/** One line of the run list. */
export interface RunSummary {
  readonly runId: Id;
  readonly startedAt: number;
  readonly goal: string;
  readonly modelId: string;
  /** Absent while the run goes on, and for ever if its tab was closed in mid-run. */
  readonly outcome?: RunOutcome['type'];
  /** Names of the tools that were called, each once; absent: none, or an older version wrote it. */
  readonly tools?: readonly string[];
}

/** A row that cannot be handed out. */
export interface RecordDamage {
  readonly runId: Id;
  readonly store: 'keys' | 'runs' | 'records' | 'annexes' | 'originals';
  readonly index?: number;
  readonly id?: Id;
  /** `altered`: it does not open, or is not the one that was written last. `unexpected`: nobody counted it. */
  readonly why: 'missing' | 'altered' | 'unexpected';
}

/** Everything known of one run, in the order it happened. */
export interface Episode {
  readonly runId: Id;
  readonly events: readonly StoredEvent[];
  readonly feedback: readonly Feedback[];
  /** What is not among them, because it is not what was written; absent: nothing. */
  readonly damage?: readonly RecordDamage[];
}
