/**
 * A made row: the tool-call format of the public sets, with the checks that every made row has to pass before it is
 * written. Knows the format and the grader; nothing of how a row came about.
 */
import { mostCalls } from '../../src/agent/call-limit.ts';
import { renderOutput, parseOutput } from '../../src/decode/output.ts';
import { gradeRow } from '../../src/flywheel/grade.ts';
import { parseToolCallRow } from '../../src/flywheel/tool-call-row.ts';
import type { Json, JsonObject, JsonSchema } from '../../src/protocol/json.ts';
import type { StepOutput } from '../../src/protocol/task-event.ts';

/** A call that is right; one option set more than ToolCall has. */
export interface RightCall {
  readonly name: string;
  readonly arguments: JsonObject;
  readonly acceptable?: { readonly [parameter: string]: readonly Json[] };
}

export interface DataTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
}

export interface DataMessage {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly content: string;
  /** Calls of an assistant; what became of them stands in `tool` messages. */
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly type: 'function';
    readonly function: { readonly name: string; readonly arguments: JsonObject };
  }[];
  readonly tool_call_id?: string;
}

export interface DataRow {
  readonly id: string;
  readonly category: string;
  /** Rows of one context have the same tools in the same order. */
  readonly context?: string;
  readonly messages: readonly DataMessage[];
  readonly tools: readonly DataTool[];
  /** Empty: `reply` is to be said. */
  readonly expected: readonly RightCall[];
  readonly reply?: string;
}

/** What was said and what is right, with the tools that are there. */
export interface Draft extends Pick<DataRow, 'category' | 'messages' | 'tools'> {
  readonly calls: readonly RightCall[];
  readonly reply: string | undefined;
}

/**
 * Drafts of one context as rows, without those that do not hold. `dropped` is told why; `share` is how many a context
 * was to have: one that stands alone names none.
 */
export function* rowsOf(options: {
  readonly context: string;
  readonly share: number;
  readonly drafts: readonly Draft[];
  readonly dropped: (reason: string) => void;
}): Generator<DataRow, void> {
  const { context, share, drafts, dropped } = options;
  for (const [index, { calls, reply, ...draft }] of drafts.entries()) {
    const row: DataRow = {
      ...(share === 1 ? { id: context } : { id: `${context}-${index + 1}`, context }),
      ...draft,
      expected: calls,
      ...(reply === undefined ? {} : { reply }),
    };
    const problem = problemOf(row);
    if (problem === undefined) yield row;
    else dropped(problem);
  }
}

/** The row as a line of a file, without its line break. */
export function lineOf({ id, category, context, messages, tools, expected, reply }: DataRow): string {
  const offered = tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  }));
  return JSON.stringify({
    id,
    category,
    ...(context === undefined ? {} : { context }),
    messages,
    tools: offered,
    expected,
    ...(reply === undefined ? {} : { reply }),
    license: 'Apache-2.0',
  });
}

/** What is wrong with a row, or undefined: it is read, its calls fit their tools, and what it expects is graded exact. */
export function problemOf(row: DataRow): string | undefined {
  const parsed = parseToolCallRow(lineOf(row), 1);
  if (parsed.type === 'unreadable') return parsed.reason;
  if ((row.expected.length === 0) !== (row.reply !== undefined)) return 'A reply stands where no call does.';
  const output: StepOutput =
    row.reply === undefined
      ? {
          type: 'calls',
          calls: row.expected.map(({ name, arguments: values }) => ({ name, arguments: values })),
        }
      : { type: 'refusal', text: row.reply };
  const read = parseOutput(renderOutput(output));
  if (read.type === 'unreadable') return read.reason;
  const grade = gradeRow(parsed.row, read.output);
  if (!grade.valid) return `The expected calls do not fit their tools: ${renderOutput(output)}`;
  if (!grade.exact) return `The expected calls are not graded as right: ${renderOutput(output)}`;
  const request = row.messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (row.expected.length > mostCalls(request)) return 'The runtime would not offer that many calls.';
  if (new Set(row.tools.map(({ name }) => name)).size < row.tools.length) return 'Two tools have one name.';
  return undefined;
}
