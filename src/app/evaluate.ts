/**
 * One row of a tool-call data set through the runtime's own prompt, grammar, retries and checks, and its grade.
 * What is scored is what users get: the same `act` as in a run, with the row's tools instead of a registry's.
 */
import type { Decision } from '../agent/act.ts';
import { defaultBudget, Meter } from '../agent/budget.ts';
import { checkCall } from '../agent/check-call.ts';
import { stepFitter } from '../agent/fit-step.ts';
import { objectionOf } from '../agent/help/objection.ts';
import { defaultHelp } from '../agent/help/test-time-help.ts';
import type { TestTimeHelp } from '../agent/help/test-time-help.ts';
import { shortlist } from '../agent/shortlist.ts';
import { decide } from '../agent/trust/decide.ts';
import type { Engine } from '../bridge/engine.ts';
import { gradeRow } from '../flywheel/grade.ts';
import { rowTurns } from '../flywheel/row-turns.ts';
import type { ToolCallRow } from '../flywheel/tool-call-row.ts';
import type { Certainty, GenerateUsage, LoadedModel } from '../protocol/engine.ts';
import type { Grade } from '../protocol/evaluation.ts';
import type { FaultData } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Agreement } from '../protocol/routing.ts';
import type { StepOutput, TaskEvent } from '../protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../protocol/tool.ts';
import { compileSchema } from '../tools/validate.ts';

/** The row, the engine with its model, and what is other than in a run. */
export interface EvaluateRowOptions {
  readonly row: ToolCallRow;
  readonly engine: Engine;
  readonly model: LoadedModel;
  readonly adapter?: string;
  /** The output is not held to the tools' grammar; absent: it is. */
  readonly grammar?: 'off';
  /** Copied values may be any text; absent: they are words of the row's conversation. */
  readonly copy?: 'off';
  /** Calls that an attempt may make; absent: as many as the request has parts. */
  readonly mostCalls?: number;
  /** The row's right tools are the only ones offered and have to be called: what is scored is the arguments. */
  readonly toolGiven?: true;
  /** What helps the model to decide, where it is not the default. */
  readonly help?: Partial<TestTimeHelp>;
  readonly signal?: AbortSignal;
}

/** How one row came out: its grade, what the model wrote, and what that took. */
export interface RowEvaluation {
  readonly grade: Grade;
  /** Absent where no attempt gave a usable output. */
  readonly output: StepOutput | undefined;
  /** What the model wrote, one entry an attempt. */
  readonly texts: readonly string[];
  /** Sums over the attempts. */
  readonly usage: GenerateUsage;
  /** How sure the model was at the last attempt; absent: the engine does not tell. */
  readonly certainty?: Certainty;
  /** How many of the decisions that were asked for say the same; absent: one was. */
  readonly agreement?: Agreement;
  /** How likely the model found its first calls wrong, 0 to 1; absent: it was not asked. */
  readonly objection?: number;
  /** Prompt and answer of the longest attempt. */
  readonly longestTokens: number;
  /** Milliseconds from the row to its decision, all attempts. */
  readonly durationMs: number;
}

/** Scores one row. Rejects with what the engine rejects with. */
export async function evaluateToolCallRow(options: EvaluateRowOptions): Promise<RowEvaluation> {
  const { row, engine, model, adapter, grammar, copy, mostCalls, help, signal } = options;
  const given = options.toolGiven === true ? rightTools(row) : [];
  const tools = given.length > 0 ? given : row.tools;
  const startedAt = performance.now();
  const runId = newId();
  const texts: string[] = [];
  const request = row.turns.findLast(({ role }) => role === 'user')?.content ?? '';
  let usage = noUsage;
  let longestTokens = 0;
  let certainty: Certainty | undefined;
  let agreement: Agreement | undefined;
  let objection: number | undefined;
  const meter = new Meter(defaultBudget);
  const steps = decide(
    {
      runId,
      engine,
      meter,
      ...(help === undefined ? {} : { help: { ...defaultHelp, ...help } }),
      fit: stepFitter({ engine, model, policy: undefined }),
      signal: signal ?? new AbortController().signal,
      event: (body): TaskEvent => ({ ...body, id: newId(), runId, at: Date.now() }),
    },
    {
      model,
      ...(adapter === undefined ? {} : { choice: { adapter } }),
      ...(grammar === undefined ? {} : { grammar }),
      ...(copy === undefined ? {} : { copy }),
      ...(mostCalls === undefined ? {} : { mostCalls }),
      request,
      turns: rowTurns(row),
      tools,
      ...(given.length > 0 ? { mustCall: true } : {}),
      // Those that a run would show; most data sets bring none.
      examples: shortlist({ request, tools, maxTools: tools.length, maxExamples: 4 }).examples,
      attempts: defaultBudget.attempts,
      checkCall: rowCheck(row),
    },
  );
  let step: IteratorResult<TaskEvent, Decision> = await steps.next();
  while (step.done !== true) {
    if (step.value.type === 'step-finished' && step.value.purpose === 'judge') {
      objection = objectionOf(step.value);
      usage = addUsage(usage, step.value.usage);
    } else if (step.value.type === 'step-finished') {
      texts.push(step.value.text);
      certainty = step.value.certainty;
      const { promptTokens, decodeTokens } = step.value.usage;
      usage = addUsage(usage, step.value.usage);
      longestTokens = Math.max(longestTokens, promptTokens + decodeTokens);
    }
    if (step.value.type === 'step-judged') {
      agreement = step.value.agreement;
      if (step.value.usage !== undefined) usage = addUsage(usage, step.value.usage);
    }
    step = await steps.next();
  }
  const output = step.value.type === 'decided' ? step.value.output : undefined;
  const durationMs = performance.now() - startedAt;
  // The meter knows of notes too.
  const { promptTokens, cachedTokens, decodeTokens } = meter.totals();
  return {
    grade: gradeRow(row, output),
    output,
    texts,
    usage: { ...usage, promptTokens, cachedTokens, decodeTokens },
    ...(certainty === undefined ? {} : { certainty }),
    ...(agreement === undefined ? {} : { agreement }),
    ...(objection === undefined ? {} : { objection }),
    longestTokens,
    durationMs,
  };
}

function rightTools({ tools, expected }: ToolCallRow): readonly ToolSpec[] {
  const names = new Set(expected.map(({ name }) => name));
  return tools.filter(({ name }) => names.has(name));
}

function rowCheck(row: ToolCallRow): (call: ToolCall) => FaultData | undefined {
  const validators = new Map(row.tools.map(({ name, parameters }) => [name, compileSchema(parameters)]));
  return (call) => checkCall(call, validators.get(call.name)?.(call.arguments));
}

const noUsage: GenerateUsage = {
  promptTokens: 0,
  cachedTokens: 0,
  decodeTokens: 0,
  timeToFirstTokenMs: 0,
  prefillMs: 0,
  decodeMs: 0,
  totalMs: 0,
};

function addUsage(a: GenerateUsage, b: GenerateUsage): GenerateUsage {
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    decodeTokens: a.decodeTokens + b.decodeTokens,
    timeToFirstTokenMs: a.timeToFirstTokenMs === 0 ? b.timeToFirstTokenMs : a.timeToFirstTokenMs,
    prefillMs: a.prefillMs + b.prefillMs,
    decodeMs: a.decodeMs + b.decodeMs,
    totalMs: a.totalMs + b.totalMs,
  };
}
