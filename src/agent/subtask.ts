/**
 * One subtask: decide, ask leave, run the tools, report. Every event stands before what it announces, and the reader's
 * return to the generator is the leave to go on: a call is on disk before its tool runs.
 */
import { actMessages, answerMessages } from '../decode/prompt.ts';
import type { Turn } from '../decode/prompt.ts';
import type { LoadedModel, ReadAheadRequest } from '../protocol/engine.ts';
import { faultCodes } from '../protocol/fault.ts';
import type { FaultData } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import type { Json } from '../protocol/json.ts';
import type { Subtask, SubtaskOutcome, TaskEvent } from '../protocol/task-event.ts';
import type { ToolCall, ToolOutcome, ToolSpec } from '../protocol/tool.ts';
import { invokeTool } from '../tools/invoke-tool.ts';
import type { ToolRegistry } from '../tools/registry.ts';
import { act } from './act.ts';
import type { Decision } from './act.ts';
import type { Budget } from './budget.ts';
import { checkCall } from './check-call.ts';
import { callKey, EarlyCalls } from './early-calls.ts';
import type { BegunCall } from './early-calls.ts';
import { needsEarlierResult } from './plan.ts';
import { readAhead } from './read-ahead.ts';
import { report } from './report.ts';
import type { AdapterChoice, ChooseAdapter } from './route.ts';
import { shortlist } from './shortlist.ts';
import type { Shortlist } from './shortlist.ts';
import type { RunContext } from './step.ts';

/** What a person is asked before a writing tool runs. */
export interface ApprovalRequest {
  readonly callId: Id;
  readonly call: ToolCall;
  readonly tool: ToolSpec;
}

export interface SubtaskContext extends RunContext {
  readonly model: LoadedModel;
  readonly chooseAdapter: ChooseAdapter;
  readonly tools: ToolRegistry;
  readonly approve: (request: ApprovalRequest) => Promise<boolean>;
  readonly budget: Budget;
}

/** Tools and examples in a prompt. Measured on the built-in tools: more of either makes a 135M model worse. */
const shown = { tools: 4, examples: 4 };

/** Runs a subtask. `earlier` is what the subtask before it reported. Throws what the engine rejects with. */
export async function* runSubtask(
  context: SubtaskContext,
  subtask: Subtask,
  earlier: readonly string[],
): AsyncGenerator<TaskEvent, SubtaskOutcome> {
  const { tools, model, budget } = context;
  const list = shortlist({
    request: subtask.text,
    tools: tools.specs(),
    maxTools: shown.tools,
    maxExamples: shown.examples,
  });
  const said = needsEarlierResult(subtask.text) ? [subtask.text, ...earlier].join('\n') : subtask.text;
  const shared = { model, subtaskId: subtask.id };
  const choice = context.chooseAdapter({ runId: context.runId, subtask });
  const made = new Set<string>();
  const results: Json[] = [];
  const turns: Turn[] = [{ type: 'request', text: said }];
  let fault: FaultData | undefined;
  let failures = 0;

  for (let round = 1; round <= budget.rounds + failures; round += 1) {
    const decision: Decision = yield* act(context, {
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
          subtaskId: subtask.id,
          meter: context.meter,
          signal: context.signal,
          event: context.event,
          isGood,
          isMade: (call) => made.has(callKey(call)),
        }),
    });
    if (decision.type === 'undecided') return { type: 'failed', fault: decision.fault };
    const { output, stepId, early } = decision;
    if (output.type === 'refusal') return { type: 'refused', text: output.text };
    if (output.type === 'answer') return { type: 'done', text: output.text };

    // A call made again would give what it gave before: the model has nothing new to ask.
    const calls = output.calls.filter((call) => !made.has(callKey(call)));
    if (calls.length === 0) break;
    turns.push({ type: 'output', output });
    fault = undefined;
    const isLast = round >= budget.rounds + failures;
    const toolsDone = readAhead(
      context,
      isLast ? { messages: answerMessages(subtask.text, results) } : nextAct({ list, choice, turns }),
    );
    try {
      for (const call of calls) {
        made.add(callKey(call));
        const begun = early?.take(call);
        const outcome: ToolOutcome | 'denied' = yield* runCall(context, {
          subtaskId: subtask.id,
          stepId,
          call,
          ...(begun === undefined ? {} : { begun }),
        });
        if (outcome === 'denied') return { type: 'refused', text: `You declined ${call.name}.` };
        const value = outcome.type === 'ok' ? outcome.value : { error: outcome.fault.message };
        turns.push({ type: 'result', tool: call.name, value });
        if (outcome.type === 'ok') results.push(outcome.value);
        else fault = outcome.fault;
      }
    } finally {
      toolsDone();
    }
    // A failed call earns one more round, so that the model can mend it.
    if (fault !== undefined) failures = Math.min(failures + 1, budget.attempts - 1);
  }

  if (results.length === 0) return { type: 'failed', fault: fault ?? nothingDone };
  const text: string = yield* report(context, { ...shared, request: subtask.text, results });
  return { type: 'done', text };
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

interface CallPlace {
  readonly subtaskId: Id;
  readonly stepId: Id;
  readonly call: ToolCall;
  /** The call runs already, or has run: its outcome is this one's. */
  readonly begun?: BegunCall;
}

/** Runs one call, with leave where the tool writes; one that was begun early is not run again. */
async function* runCall(
  context: SubtaskContext,
  { subtaskId, stepId, call, begun }: CallPlace,
): AsyncGenerator<TaskEvent, ToolOutcome | 'denied'> {
  if (begun !== undefined) {
    const { callId, begunAt } = begun;
    yield context.event({ type: 'tool-called', callId, stepId, subtaskId, call, begunAt });
    const outcome = await begun.outcome;
    yield context.event({ type: 'tool-returned', callId, subtaskId, outcome });
    return outcome;
  }
  const callId = newId();
  const { spec } = context.tools.get(call.name);
  if (spec.permission === 'write') {
    yield context.event({ type: 'approval-requested', callId, subtaskId, call });
    const approved = await context.approve({ callId, call, tool: spec });
    yield context.event({ type: 'approval-decided', callId, subtaskId, approved });
    if (!approved) return 'denied';
  }
  context.meter.take('toolCalls');
  yield context.event({ type: 'tool-called', callId, stepId, subtaskId, call });
  const outcome = await invokeTool({ tools: context.tools, call, callId, signal: context.signal });
  yield context.event({ type: 'tool-returned', callId, subtaskId, outcome });
  return outcome;
}
