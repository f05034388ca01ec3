/**
 * The log of an agent that did its work well: runs whose steps hold the runtime's own prompts and the calls that are right, from
 * rows of tool calls. What a larger model would have left behind, before a small one takes over. Knows rows and events.
 */
import { actMessages, promptVersion } from '../../src/decode/prompt.ts';
import { renderOutput } from '../../src/decode/output.ts';
import { rowTurns } from '../../src/flywheel/row-turns.ts';
import { parseToolCallRow } from '../../src/flywheel/tool-call-row.ts';
import type { ToolCallRow } from '../../src/flywheel/tool-call-row.ts';
import type { LoadedModel } from '../../src/protocol/engine.ts';
import type { StepOutput, TaskEventBody } from '../../src/protocol/task-event.ts';
import type { ToolSpec } from '../../src/protocol/tool.ts';
import { lessonOf } from '../../training/mix/lesson.ts';

export interface DeskLog {
  /** One list of events a run; ids and times are still to be given. */
  readonly runs: readonly (readonly TaskEventBody[])[];
  /** Rows of other phrasings and names, for the same tools: JSON lines. */
  readonly unseen: string;
  readonly tools: readonly string[];
}

/** Rows of one call in one turn. */
function simpleRows(text: string): ToolCallRow[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = parseToolCallRow(line, index + 1);
    if (parsed.type === 'unreadable') throw new Error(parsed.reason);
    const { row } = parsed;
    return row.turns.length === 1 && row.expected.length === 1 ? [row] : [];
  });
}

/**
 * `taught` and `judging` are rows of the built-in tools, one JSON object a line, that share no phrasing. Of the tools named in
 * `names`; all of them are offered in every run.
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
  const fits = ({ expected: [call] }: ToolCallRow): boolean =>
    call !== undefined && names.includes(call.name);
  const taught = simpleRows(options.taught).filter(fits);
  const specs = new Map(taught.flatMap(({ tools }) => tools).map((tool) => [tool.name, tool]));
  const tools = names.flatMap((name) => specs.get(name) ?? []);
  const judging = simpleRows(options.judging).filter(fits);
  if (taught.length < options.runs || judging.length < options.unseen)
    throw new Error(`Too few rows: ${String(taught.length)} to teach, ${String(judging.length)} to judge.`);
  return {
    runs: taught.slice(0, options.runs).map((row) => eventsOf({ ...row, tools }, model)),
    unseen: judging
      .slice(0, options.unseen)
      .map((row) => `${JSON.stringify(lineOf({ ...row, tools }))}\n`)
      .join(''),
    tools: tools.map(({ name }) => name),
  };
}

/** A row as a line of the public form. */
function lineOf({ id, category, turns, tools, expected }: ToolCallRow): object {
  return {
    id,
    category,
    messages: turns.map(({ role, content }) => ({ role, content })),
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function',
      function: { name, description, parameters },
    })),
    expected: expected.map(({ name, arguments: values, acceptable }) => ({
      name,
      arguments: values,
      acceptable,
    })),
  };
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
  const output: StepOutput = lesson.output;
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
      toolsOffered: row.tools.map(({ name }: ToolSpec) => name),
    },
    {
      type: 'step-finished',
      stepId,
      subtaskId,
      purpose: 'act',
      text: renderOutput(output),
      output,
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
