/**
 * One call, from the guard's ruling to its outcome: refused by the policy, or asked about and maybe changed, or run.
 * Every event stands before what it announces. Knows the guard, the person and the tool; nothing of models.
 */
import type { LoadedModel } from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import type { ToolCall, ToolOutcome, ToolSpec } from '../protocol/tool.ts';
import type { RunGuard } from '../tools/guard/guard.ts';
import { invokeTool } from '../tools/invoke-tool.ts';
import type { ToolRegistry } from '../tools/registry.ts';
import type { Budget } from './budget.ts';
import type { BegunCall } from './early-calls.ts';
import type { HumanQuestion } from './human-question.ts';
import type { ScratchMemory } from './memory/scratch-memory.ts';
import type { RecordedCall } from './recording.ts';
import type { ChooseAdapter } from './route.ts';
import type { RunContext } from './step.ts';
import { workflowOf } from './workflow/workflow.ts';
import type { Workflow } from './workflow/workflow.ts';

/** What a person is asked before a call runs. */
export interface ApprovalRequest {
  readonly callId: Id;
  readonly call: ToolCall;
  readonly tool: ToolSpec;
  /** Why it is asked, where it is not that the tool writes. */
  readonly reason?: string;
}

/** A yes, a no, or a yes to the same tool with other arguments, which are checked as the model's own are. */
export type ApprovalAnswer = boolean | { readonly arguments: JsonObject };

interface CallContext extends RunContext {
  readonly tools: ToolRegistry;
  readonly guard: RunGuard;
  readonly approve: (request: ApprovalRequest) => Promise<ApprovalAnswer>;
  /** What the run keeps beside its prompts; absent: nothing. */
  readonly memory?: ScratchMemory;
}

export interface SubtaskContext extends CallContext {
  readonly model: LoadedModel;
  readonly chooseAdapter: ChooseAdapter;
  readonly budget: Budget;
  /** Those of the whole run: an agent may have been given fewer, but the code of a workflow that it calls has them all. */
  readonly runTools: ToolRegistry;
  readonly askHuman: (question: HumanQuestion) => Promise<string>;
  /** Runs a workflow as a part of this run. */
  readonly enter: (
    context: SubtaskContext,
    entry: { readonly workflow: Workflow; readonly input: JsonObject; readonly parentId?: Id },
  ) => AsyncGenerator<TaskEvent, Json>;
}

export interface CallPlace {
  readonly subtaskId: Id;
  readonly stepId: Id;
  readonly call: ToolCall;
  /** The call runs already, or has run: its outcome is this one's. */
  readonly begun?: BegunCall;
  /** Why it is asked about, whatever the guard says; one that runs already cannot be. */
  readonly doubt?: string;
}

/** `denied`: the user said no. What the policy refused is an outcome, which the model may read. */
export type CallResult = { readonly outcome: ToolOutcome } | 'denied';

/** Runs one call; one that was begun early is not run again. Throws Fault `budget-exhausted`. */
export async function* runCall(
  context: SubtaskContext,
  { subtaskId, stepId, call, begun, doubt }: CallPlace,
): AsyncGenerator<TaskEvent, CallResult> {
  const { event, guard, tools } = context;
  const { spec } = tools.get(call.name);
  if (begun !== undefined) {
    const { callId, begunAt } = begun;
    yield event({ type: 'tool-called', callId, stepId, subtaskId, call, begunAt });
    const outcome = guard.settle(spec, await begun.outcome);
    yield event({ type: 'tool-returned', callId, subtaskId, outcome });
    context.memory?.settle({ callId, subtaskId, call, outcome });
    return { outcome };
  }
  const known = context.recording?.nextCall(subtaskId, call);
  if (known?.outcome !== undefined) return { outcome: known.outcome };
  const callId = known?.callId ?? newId();
  const asked = { callId, subtaskId, call, ...(doubt === undefined ? {} : { doubt }) };
  const leave: Leave = yield* known === undefined
    ? askLeave(context, asked)
    : leaveAgain(context, asked, known);
  if (leave.type === 'denied') return 'denied';
  if (leave.type === 'refused') {
    const outcome: ToolOutcome = { type: 'error', callId, fault: leave.fault.toData(), durationMs: 0 };
    yield event({ type: 'tool-returned', callId, subtaskId, outcome });
    return { outcome };
  }
  if (known?.made === undefined) {
    context.meter.take('toolCalls');
    guard.begin(spec, leave.call);
    yield event({ type: 'tool-called', callId, stepId, subtaskId, call: leave.call });
  }
  const outcome = guard.settle(spec, yield* makeCall(context, callId, leave.call));
  yield event({ type: 'tool-returned', callId, subtaskId, outcome });
  context.memory?.settle({ callId, subtaskId, call: leave.call, outcome });
  return { outcome };
}

/** What is behind a tool's name: a function, or a workflow, whose steps become part of the run. */
async function* makeCall(
  context: SubtaskContext,
  callId: Id,
  call: ToolCall,
): AsyncGenerator<TaskEvent, ToolOutcome> {
  const { tools, signal } = context;
  const workflow = workflowOf(tools.get(call.name));
  if (workflow === undefined) return await invokeTool({ tools, call, callId, signal });
  const startedAt = performance.now();
  const durationMs = (): number => performance.now() - startedAt;
  try {
    const value = yield* context.enter(context, { workflow, input: call.arguments, parentId: callId });
    return { type: 'ok', callId, value, durationMs: durationMs() };
  } catch (error) {
    const fault = toFault(error);
    if (signal.aborted || fault.code === faultCodes.resumeRefused) throw error;
    return { type: 'error', callId, fault: fault.toData(), durationMs: durationMs() };
  }
}

type Leave =
  | { readonly type: 'given'; readonly call: ToolCall }
  | { readonly type: 'refused'; readonly fault: Fault }
  | { readonly type: 'denied' };

interface Asked {
  readonly callId: Id;
  readonly subtaskId: Id;
  readonly call: ToolCall;
  readonly doubt?: string;
}

async function* askLeave(context: CallContext, asked: Asked): AsyncGenerator<TaskEvent, Leave> {
  const { event, guard, tools } = context;
  const { callId, subtaskId, call } = asked;
  const { spec } = tools.get(call.name);
  const ruling = guard.judge(spec, call);
  const { doubt } = asked;
  if (ruling.type === 'run' && doubt === undefined) return { type: 'given', call };
  if (ruling.type === 'refuse') {
    yield event({ type: 'approval-decided', callId, subtaskId, approved: false, by: 'policy', call });
    return { type: 'refused', fault: ruling.fault };
  }
  const reasons = [doubt, ruling.type === 'ask' ? ruling.reason : undefined];
  const reason = reasons.filter((part) => part !== undefined).join(' ');
  const why = reason === '' ? {} : { reason };
  yield event({ type: 'approval-requested', callId, subtaskId, call, ...why });
  const answer = await context.approve({ callId, call, tool: spec, ...why });
  if (typeof answer === 'boolean') {
    yield event({ type: 'approval-decided', callId, subtaskId, approved: answer });
    return answer ? { type: 'given', call } : { type: 'denied' };
  }
  const changed: ToolCall = { name: call.name, arguments: answer.arguments };
  yield event({ type: 'approval-decided', callId, subtaskId, approved: true, call: changed });
  const fault = faultOfChange(context, changed);
  return fault === undefined ? { type: 'given', call: changed } : { type: 'refused', fault };
}

/**
 * Leave for a call that the log knows of. One that may have taken effect is never made again unasked: nobody knows whether
 * it did.
 */
async function* leaveAgain(
  context: SubtaskContext,
  asked: Asked,
  { made, approved, changed }: RecordedCall,
): AsyncGenerator<TaskEvent, Leave> {
  const { event, tools } = context;
  const { callId, subtaskId, call } = asked;
  if (made === undefined) {
    if (approved === true) return { type: 'given', call: changed ?? call };
    if (approved === false && changed === undefined) return { type: 'denied' };
    return yield* askLeave(context, asked);
  }
  const tool = tools.get(made.name);
  const { spec } = tool;
  if (workflowOf(tool) !== undefined || (spec.permission === 'read' && spec.origin === undefined)) {
    return { type: 'given', call: made };
  }
  const reason = 'It was begun before the run was cut off, and may have been done already.';
  yield event({ type: 'approval-requested', callId, subtaskId, call: made, again: true, reason });
  const answer = await context.approve({ callId, call: made, tool: spec, reason });
  if (answer === false) {
    yield event({ type: 'approval-decided', callId, subtaskId, approved: false });
    return { type: 'refused', fault: notRepeated(made.name) };
  }
  const again = answer === true ? made : { name: made.name, arguments: answer.arguments };
  yield event({
    type: 'approval-decided',
    callId,
    subtaskId,
    approved: true,
    ...(answer === true ? {} : { call: again }),
  });
  const fault = answer === true ? undefined : faultOfChange(context, again);
  return fault === undefined ? { type: 'given', call: again } : { type: 'refused', fault };
}

function notRepeated(name: string): Fault {
  return new Fault({
    code: faultCodes.toolDenied,
    message: `${name} was begun before the run was cut off, and was not run again.`,
    reason: 'Whether it was done is not known.',
    details: { tool: name },
  });
}

/** The user may send a call wherever they like, but not break what the tool was promised. */
function faultOfChange({ guard, tools }: CallContext, call: ToolCall): Fault | undefined {
  const tool = tools.get(call.name);
  const [error] = tool.validate(call.arguments);
  if (error !== undefined) {
    return new Fault({
      code: faultCodes.argumentsInvalid,
      message: `The changed arguments of ${call.name} do not fit: ${error.path === '' ? 'they' : error.path} ${error.message}.`,
      remedy: 'Start again, and change them so that they fit the schema.',
      details: { tool: call.name },
    });
  }
  const ruling = guard.judge(tool.spec, call);
  return ruling.type === 'refuse' ? ruling.fault : undefined;
}
