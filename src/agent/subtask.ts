/**
 * One subtask: decide, ask leave, run the tools, report. Every event stands before what it announces, and the reader's
 * return to the generator is the leave to go on: a call is on disk before its tool runs.
 */
import { actMessages, answerMessages } from '../decode/prompt.ts';
import type { Turn } from '../decode/prompt.ts';
import type { ReadAheadRequest } from '../protocol/engine.ts';
import { faultCodes } from '../protocol/fault.ts';
import type { FaultData } from '../protocol/fault.ts';
import type { Json } from '../protocol/json.ts';
import type { Subtask, SubtaskOutcome, TaskEvent } from '../protocol/task-event.ts';
import type { ToolOutcome } from '../protocol/tool.ts';
import type { Decision } from './act.ts';
import { checkCall } from './check-call.ts';
import { callKey, EarlyCalls } from './early-calls.ts';
import { memoryToolNames } from './memory/scratch-memory.ts';
import { needsEarlierResult } from './plan.ts';
import { readAhead } from './read-ahead.ts';
import { report } from './report.ts';
import type { AdapterChoice } from './route.ts';
import { runCall } from './run-call.ts';
import type { CallResult, SubtaskContext } from './run-call.ts';
import { shortlist } from './shortlist.ts';
import type { Shortlist } from './shortlist.ts';
import { decide } from './trust/decide.ts';

/** Tools and examples in a prompt. Measured on the built-in tools: more of either makes a 135M model worse. */
const shown = { tools: 4, examples: 4 };
/** Rounds of a subtask in which nothing but the memory may be read. */
const mostReadings = 3;

/** Runs a subtask. `earlier` is what the subtask before it reported. Throws what the engine rejects with. */
export async function* runSubtask(
  context: SubtaskContext,
  subtask: Subtask,
  earlier: readonly string[],
): AsyncGenerator<TaskEvent, SubtaskOutcome> {
  const { tools, model, budget, memory } = context;
  const { said, quoted } = readEarlier(context, subtask, earlier);
  const before = memory?.listFor(subtask.id) ?? [];
  const deciding = decidingList(context, subtask.text, before.length > 0);
  const shared = { model, subtaskId: subtask.id };
  const choice = context.chooseAdapter({ runId: context.runId, subtask });
  const made = new Set<string>();
  const results: Json[] = [];
  /** Long results, by what may stand for them once something was read in them. */
  const kept = new Set<Json>();
  const turns: Turn[] = [{ type: 'request', text: said }, ...quoted];
  if (before.length > 0) turns.push({ type: 'result', tool: 'memory', value: before });
  let fault: FaultData | undefined;
  let failures = 0;
  let readings = 0;
  let isReading = false;

  for (let round = 1; round <= budget.rounds + failures + readings; round += 1) {
    const list: Shortlist = isReading ? readingList(context) : deciding;
    const decision: Decision = yield* decide(context, {
      ...shared,
      ...list,
      choice,
      request: said,
      turns,
      attempts: budget.attempts,
      checkCall: (call) =>
        checkCall(call, tools.has(call.name) ? tools.get(call.name).validate(call.arguments) : undefined),
      begin: (isGood) =>
        new EarlyCalls({
          tools,
          guard: context.guard,
          subtaskId: subtask.id,
          meter: context.meter,
          signal: context.signal,
          event: context.event,
          isGood,
          isMade: (call) => made.has(callKey(call)),
        }),
    });
    if (decision.type === 'undecided') return { type: 'failed', fault: decision.fault };
    const { output, stepId, early, doubt } = decision;
    // What was found is told, whatever the model thinks of reading on.
    if (isReading && output.type !== 'calls') break;
    if (output.type === 'refusal') return { type: 'refused', text: output.text };
    if (output.type === 'answer') return { type: 'done', text: output.text };

    // A call made again would give what it gave before: the model has nothing new to ask.
    const calls = output.calls.filter((call) => !made.has(callKey(call)));
    if (calls.length === 0) break;
    turns.push({ type: 'output', output });
    fault = undefined;
    const isLast = round >= budget.rounds + failures + readings;
    const toolsDone = readAhead(
      context,
      isLast ? { messages: answerMessages(subtask.text, results) } : nextAct({ list, choice, turns }),
    );
    try {
      for (const call of calls) {
        made.add(callKey(call));
        const begun = early?.take(call);
        const result: CallResult = yield* runCall(context, {
          subtaskId: subtask.id,
          stepId,
          call,
          ...(begun === undefined ? {} : { begun }),
          ...(doubt === undefined ? {} : { doubt }),
        });
        if (result === 'denied') return { type: 'refused', text: `You declined ${call.name}.` };
        const { outcome } = result;
        const value = shownValue(context, outcome);
        turns.push({ type: 'result', tool: call.name, value });
        if (outcome.type === 'error') fault = outcome.fault;
        else {
          results.push(outcome.value);
          if (value !== outcome.value) kept.add(outcome.value);
        }
      }
    } finally {
      toolsDone();
    }
    // A failed call earns one more round, so that the model can mend it.
    if (fault !== undefined) failures = Math.min(failures + 1, budget.attempts - 1);
    const earnsReading =
      isLast &&
      fault === undefined &&
      readings < mostReadings &&
      tools.has(memoryToolNames.read) &&
      (kept.size > 0 || calls.every(({ name }) => name === memoryToolNames.read));
    if (earnsReading) readings += 1;
    isReading = earnsReading && kept.size > 0;
  }

  if (results.length === 0) return { type: 'failed', fault: fault ?? nothingDone };
  const read = results.filter((value) => !kept.has(value));
  const text: string = yield* report(context, {
    ...shared,
    request: subtask.text,
    results: read.length === 0 ? results : read,
  });
  return { type: 'done', text };
}

/** What a prompt is told of a call: a long result by its name and beginning, all else as it is. */
function shownValue({ memory }: SubtaskContext, outcome: ToolOutcome): Json {
  if (outcome.type === 'error') return { error: outcome.fault.message };
  return memory?.shown(outcome.callId, outcome.value) ?? outcome.value;
}

/** What a request is shown: what is nearest to it, and the way to what is kept, where something is. */
function decidingList({ tools }: SubtaskContext, request: string, mayRead: boolean): Shortlist {
  const list = shortlist({
    request,
    tools: tools.specs().filter(({ name }) => name !== memoryToolNames.read),
    maxTools: shown.tools,
    maxExamples: shown.examples,
  });
  if (!mayRead || !tools.has(memoryToolNames.read)) return list;
  return { ...list, tools: [tools.get(memoryToolNames.read).spec, ...list.tools] };
}

/** After a long result and with no other round left: it may be read, and nothing else be done. */
function readingList({ tools }: SubtaskContext): Shortlist {
  return { tools: [tools.get(memoryToolNames.read).spec], examples: [] };
}

/**
 * What a subtask is told of the one before it. Words of strangers are never joined to the request: they stand as a
 * result, in quotes, and neither tools nor the number of calls are chosen by them.
 */
function readEarlier(
  { guard, memory }: SubtaskContext,
  { text }: Subtask,
  earlier: readonly string[],
): { readonly said: string; readonly quoted: readonly Turn[] } {
  if (!needsEarlierResult(text) || earlier.length === 0) return { said: text, quoted: [] };
  const isLong = earlier.some((value) => memory?.isLong(value) === true);
  if (!guard.hasReadUntrusted && !isLong) return { said: [text, ...earlier].join('\n'), quoted: [] };
  const tool = 'the part before';
  return {
    said: text,
    quoted: earlier.map((value) => ({
      type: 'result',
      tool,
      value: memory?.shownText(tool, value) ?? value,
    })),
  };
}

/** What is known of the prompt of the step that will see the results. */
function nextAct(known: {
  readonly list: Shortlist;
  readonly choice: AdapterChoice;
  readonly turns: readonly Turn[];
}): Omit<ReadAheadRequest, 'requestId'> {
  const { list, choice, turns } = known;
  const { tools } = list;
  if (choice.adapter !== undefined) {
    return { messages: actMessages({ tools, turns }), adapter: choice.adapter };
  }
  return { messages: actMessages({ tools, examples: list.examples, turns }) };
}

const nothingDone: FaultData = {
  code: faultCodes.toolFailed,
  message: 'No tool gave a result.',
  remedy: 'Word the goal differently, or name the values it needs.',
};
