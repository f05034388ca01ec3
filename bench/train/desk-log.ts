/**
 * The log of an agent that did its work well: runs whose steps hold the runtime's own prompts and the calls that are right, from
 * rows of tool calls. What a larger model would have left behind, before a small one takes over. Knows rows and events.
 */
import { actMessages, promptVersion } from '../../src/decode/prompt.ts';
import { renderOutput } from '../../src/decode/output.ts';
import { rowTurns } from '../../src/flywheel/row-turns.ts';
import type { ToolCallRow } from '../../src/flywheel/tool-call-row.ts';
import type { LoadedModel } from '../../src/protocol/engine.ts';
import type { TaskEventBody } from '../../src/protocol/task-event.ts';
import type { ToolSpec } from '../../src/protocol/tool.ts';
import { lessonOf } from '../../training/mix/lesson.ts';
import { readSourceRows } from '../../training/mix/source-row.ts';
import type { SourceRow } from '../../training/mix/source-row.ts';

export interface DeskLog {
  /** One list of events a run; ids and times are still to be given. */
  readonly runs: readonly (readonly TaskEventBody[])[];
  /** Rows of other phrasings and names, for the same tools: JSON lines. */
  readonly unseen: string;
  readonly tools: readonly string[];
}

/** Rows of a file with one call in one turn, to one of the named tools. */
function simpleRows(path: string, names: readonly string[]): SourceRow[] {
  return readSourceRows(path).filter(({ row: { turns, expected } }) => {
    const [call, ...others] = expected;
    return turns.length === 1 && call !== undefined && others.length === 0 && names.includes(call.name);
  });
}

/**
 * `taught` and `judging` are paths of rows of the built-in tools that share no phrasing. Of the tools named in `names`; all of them are
 * offered in every run.
 */
export function deskLog(options: {
  readonly taught: string;
  readonly judging: string;
  readonly names: readonly string[];
  readonly runs: number;
  readonly unseen: number;
  readonly model: LoadedModel;
}): DeskLog {
  const { names, model } = options;
  const taught = simpleRows(options.taught, names);
  const judging = simpleRows(options.judging, names);
  if (taught.length < options.runs || judging.length < options.unseen)
    throw new Error(`Too few rows: ${String(taught.length)} to teach, ${String(judging.length)} to judge.`);
  const specs = new Map(taught.flatMap(({ row }) => row.tools).map((tool) => [tool.name, tool]));
  const tools = names.flatMap((name) => specs.get(name) ?? []);
  return {
    runs: taught.slice(0, options.runs).map(({ row }) => eventsOf({ ...row, tools }, model)),
    unseen: judging
      .slice(0, options.unseen)
      .map(({ line }) => withTools(line, tools))
      .join(''),
    tools: tools.map(({ name }) => name),
  };
}

/** A line with another list of tools. */
function withTools(line: string, tools: readonly ToolSpec[]): string {
  const offered = tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  }));
  return `${JSON.stringify({ ...(JSON.parse(line) as object), tools: offered })}\n`;
}

function eventsOf(row: ToolCallRow, model: LoadedModel): TaskEventBody[] {
  const lesson = lessonOf(row);
  if (lesson?.output.type !== 'calls') throw new Error(`Row ${row.id} breaks its schema.`);
  const [call] = lesson.output.calls;
  const goal = row.turns[0]?.content ?? '';
  if (call === undefined) throw new Error(`Row ${row.id} has no call.`);
  const [subtaskId, stepId, callId] = ['subtask', 'step', 'call'];
  const usage = {
    promptTokens: 0,
    cachedTokens: 0,
    decodeTokens: 0,
    timeToFirstTokenMs: 0,
    prefillMs: 0,
    decodeMs: 0,
    totalMs: 0,
  };
  return [
    { type: 'run-started', goal, tools: row.tools, model, promptVersion },
    { type: 'plan-made', subtasks: [{ id: subtaskId, text: goal, dependsOn: [] }] },
    { type: 'subtask-started', subtaskId },
    {
      type: 'step-started',
      stepId,
      subtaskId,
      purpose: 'act',
      attempt: 1,
      route: {
        modelId: model.modelId,
        weightsHash: model.weightsHash,
        sampling: { temperature: 0, maxTokens: 128 },
        constrained: true,
        reason: 'A larger model did this.',
      },
      messages: actMessages({ tools: row.tools, turns: rowTurns(row) }),
      toolsOffered: row.tools.map(({ name }) => name),
    },
    {
      type: 'step-finished',
      stepId,
      subtaskId,
      purpose: 'act',
      text: renderOutput(lesson.output),
      output: lesson.output,
      usage,
      verdict: { type: 'accepted' },
    },
    { type: 'tool-called', callId, stepId, subtaskId, call },
    {
      type: 'tool-returned',
      callId,
      subtaskId,
      outcome: { type: 'ok', callId, value: 'done', durationMs: 1 },
    },
    { type: 'subtask-finished', subtaskId, outcome: { type: 'done', text: 'done' } },
    {
      type: 'run-finished',
      outcome: { type: 'answered', answer: 'done' },
      totals: {
        modelSteps: 1,
        toolCalls: 1,
        promptTokens: 0,
        cachedTokens: 0,
        decodeTokens: 0,
        durationMs: 1,
      },
    },
  ];
}
