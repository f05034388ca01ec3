/**
 * The one form that every row of a data set has, wherever it came from and whatever it is exported as: what was said, the
 * tools at hand, what should have been said, how it went, and what it was made of.
 * Knows nothing of logs (import) and of files for trainers (export).
 */
import type { DatasetSplit, Quarantined } from '../../protocol/dataset.ts';
import type { ChatMessage } from '../../protocol/engine.ts';
import type { StepOutput } from '../../protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../../protocol/tool.ts';

/** One turn of a conversation. Calls and results are data here, not wording. */
export type DatasetMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  /** `content` is empty where the assistant only called. */
  | { readonly role: 'assistant'; readonly content: string; readonly calls?: readonly ToolCall[] }
  /** The result of the tool `name`, mostly JSON text. */
  | { readonly role: 'tool'; readonly content: string; readonly name: string };

/** Formats that can be asked for by name. `canonical` is this runtime's own. */
export const importFormats = [
  'openai',
  'otel-genai',
  'ai-sdk',
  'langfuse',
  'data-flywheel',
  'tool-call',
  'canonical',
] as const;

/** A form of log from elsewhere that can be read. */
export type ImportFormat = (typeof importFormats)[number];

/** Where a record was read from; `own`: the log of this runtime. */
export const sourceFormats = ['own', ...importFormats] as const;

/** Where a record came from: the own log, or a form of log from elsewhere. */
export type SourceFormat = (typeof sourceFormats)[number];

/** One row of a data set, wherever it came from and whatever it is exported as. */
export interface DatasetRecord {
  readonly v: 1;
  /** Unique within a data set. */
  readonly id: string;
  /** What had been said before; holds a user's message at least. */
  readonly messages: readonly DatasetMessage[];
  /** The messages as the runtime sent them, where it did; absent: they are put into its words when they are needed. */
  readonly prompt?: readonly ChatMessage[];
  readonly tools: readonly ToolSpec[];
  readonly expected: StepOutput;
  /** What was said instead, where a person set it right. */
  readonly rejected?: StepOutput;
  /** How the run ended that this is a step of. */
  readonly outcome: 'succeeded' | 'failed' | 'unknown';
  /** What became of the expected calls. `unknown`: they were not made, or nobody wrote it down. */
  readonly ran: 'ok' | 'error' | 'unknown';
  readonly feedback?: 'good' | 'bad' | 'corrected';
  /** Milliseconds since the epoch. */
  readonly at?: number;
  readonly source: RecordSourceName;
  readonly lineage: Lineage;
  /** The recurring task that this is one of. */
  readonly task?: string;
  readonly split?: DatasetSplit;
}

interface RecordSourceName {
  readonly format: SourceFormat;
  /** Of the file or the log. */
  readonly name: string;
  readonly model?: string;
}

/** What a record was made of. */
export interface Lineage {
  /** Run, trace or conversation: what comes of it is never on two sides of a split. */
  readonly episode: string;
  /** Ids in the log that this was made of. */
  readonly records: readonly string[];
  /** The record that this is a variant of. */
  readonly parent?: string;
}

/** What is known of an item of a log: a record, or why it is none. */
export type ImportItem =
  | { readonly type: 'record'; readonly record: DatasetRecord }
  | ({ readonly type: 'quarantined' } & Quarantined);

/** What the user asked for: the last message that a user wrote. */
export function requestOf({ messages }: Pick<DatasetRecord, 'messages'>): string {
  return messages.findLast(({ role }) => role === 'user')?.content ?? '';
}

/** The task of a record where nobody named one: which tools it calls, or that it calls none. */
export function taskOf({ task, expected }: Pick<DatasetRecord, 'task' | 'expected'>): string {
  if (task !== undefined) return task;
  if (expected.type !== 'calls') return expected.type;
  return [...new Set(expected.calls.map(({ name }) => name))].toSorted().join('+');
}
