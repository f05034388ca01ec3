/**
 * The review of failures as steps from one item to the next: taken, corrected, dismissed, opened again; and the rows that
 * come out of it. A correction is held against the schemas of the row's tools before it counts. Pure.
 * Knows nothing of where items are kept.
 */
import type { EvalSubject, JudgedRow } from '../protocol/evaluation.ts';
import { reviewId } from '../protocol/review.ts';
import type { ReviewItem } from '../protocol/review.ts';
import type { ToolCall } from '../protocol/tool.ts';
import { compileSchema } from '../tools/validate.ts';
import { toolCallLine } from './tool-call-line.ts';
import { parseToolCallRow } from './tool-call-row.ts';
import type { ToolCallRow } from './tool-call-row.ts';

export interface TakeOptions {
  /** The row that was scored, and how it went. */
  readonly row: ToolCallRow;
  readonly judged: JudgedRow;
  readonly subject: EvalSubject;
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A failure as an open item. */
export function reviewItemOf({ row, judged, subject, source, at }: TakeOptions): ReviewItem {
  const { output, text, request, expected } = judged;
  const given =
    output === undefined
      ? text
      : output.type === 'calls'
        ? output.calls.map((call) => `${call.name} ${JSON.stringify(call.arguments)}`).join('\n')
        : `No call: ${output.text}`;
  return {
    v: 1,
    id: reviewId(subject, row.id),
    at,
    source,
    subject,
    rowId: row.id,
    ...(row.runId === undefined ? {} : { runId: row.runId }),
    request,
    expected,
    given,
    tools: row.tools,
    line: toolCallLine(row),
    state: 'open',
    note: '',
  };
}

export type Correction =
  | { readonly type: 'corrected'; readonly item: ReviewItem }
  /** What the calls break, one sentence. */
  | { readonly type: 'refused'; readonly reason: string };

/** The item with the calls that are right; empty calls mean that nothing is to be called. */
export function correctItem(item: ReviewItem, calls: readonly ToolCall[]): Correction {
  const reason = findMistake(item, calls);
  if (reason !== undefined) return { type: 'refused', reason };
  return { type: 'corrected', item: { ...item, state: 'corrected', correction: calls } };
}

/** The item without a correction: put aside, or to be looked at again. */
export function setState(item: ReviewItem, state: 'open' | 'dismissed'): ReviewItem {
  const { correction, ...rest } = item;
  void correction;
  return { ...rest, state };
}

function findMistake({ tools }: ReviewItem, calls: readonly ToolCall[]): string | undefined {
  for (const [index, { name, arguments: values }] of calls.entries()) {
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) {
      return `Call ${index + 1} names ${name}, which is none of the tools: ${tools.map((one) => one.name).join(', ')}.`;
    }
    const [error] = compileSchema(tool.parameters)(values);
    if (error !== undefined) {
      return `Call ${index + 1}, ${name}${error.path === '' ? '' : `, ${error.path}`}: ${error.message}`;
    }
  }
  return undefined;
}

/**
 * The corrected items as lines of a data set, each with the calls that a person called right, oldest first. The text that
 * the data set gave in place of a call is left out: it belonged to what was expected before.
 */
export function reviewedLines(items: readonly ReviewItem[]): readonly string[] {
  return items
    .filter(({ state }) => state === 'corrected')
    .toSorted((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))
    .flatMap(({ line, correction = [] }) => {
      const parsed = parseToolCallRow(line, 1);
      if (parsed.type === 'unreadable') return [];
      const { id, category, turns, tools } = parsed.row;
      const expected = correction.map(({ name, arguments: values }) => ({
        name,
        arguments: values,
        acceptable: {},
        optional: [],
      }));
      return toolCallLine({ id, category, turns, tools, expected });
    });
}
