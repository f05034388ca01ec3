/**
 * A run, on one page: plan, dispatch, collect. The generator stands still at every event until its reader comes back,
 * so what the reader has stored is always ahead of what has been done.
 * Knows the order of things; how each is done stands in the files beside it. Engines and tools are passed in.
 */
import type { Engine } from '../bridge/engine.ts';
import { planMessages, promptVersion } from '../decode/prompt.ts';
import type { ContextPolicy } from '../protocol/context.ts';
import type { LoadedModel } from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type {
  RunOutcome,
  Subtask,
  SubtaskOutcome,
  TaskEvent,
  TaskEventBody,
} from '../protocol/task-event.ts';
import { Guard } from '../tools/guard/guard.ts';
import { createRegistry } from '../tools/registry.ts';
import type { Tool } from '../tools/tool.ts';
import { defaultBudget, Meter } from './budget.ts';
import type { Budget } from './budget.ts';
import { startClock } from './clock.ts';
import { dispatch } from './dispatch.ts';
import { stepFitter } from './fit-step.ts';
import { planGrammar, readPlan } from './plan.ts';
import { routeStep } from './route.ts';
import type { ChooseAdapter } from './route.ts';
import type { ApprovalAnswer, ApprovalRequest, SubtaskContext } from './run-call.ts';
import type { ShadowDesk } from './shadow-desk.ts';
import { takeStep } from './step.ts';
import type { StepResult } from './step.ts';

export interface RunTaskOptions {
  readonly engine: Engine;
  /** What the engine has loaded. */
  readonly model: LoadedModel;
  readonly tools: readonly Tool[];
  /** Id of an adapter loaded beside the model, for every subtask of the run; goes before `chooseAdapter`. */
  readonly adapter?: string;
  /** Which adapter a subtask gets, and why. Absent: the base model. */
  readonly chooseAdapter?: ChooseAdapter;
  /** Asks the adapters in the shadow that `chooseAdapter` names; the run does not depend on what comes of it. */
  readonly shadow?: ShadowDesk;
  /** Stops the run: its last event is then `run-finished` with outcome `stopped`. */
  readonly signal?: AbortSignal;
  /** Asked before a call that may not run by itself. Without it, such calls are declined. */
  readonly approve?: (request: ApprovalRequest) => Promise<ApprovalAnswer>;
  /** What calls are let through; absent: the default policy, with rates that count from this run on. */
  readonly guard?: Guard;
  readonly budget?: Partial<Budget>;
  /** What to do with a prompt that does not fit the model's context window; absent: the step fails. */
  readonly contextPolicy?: ContextPolicy;
}

/**
 * Runs a goal and yields what happens; the last event is `run-finished`.
 * Throws Fault `goal-invalid`, or `unsupported` for a policy the engine cannot keep, before the first event; after that every failure is an outcome.
 */
export async function* runTask(goal: string, options: RunTaskOptions): AsyncGenerator<TaskEvent, void> {
  const budget: Budget = { ...defaultBudget, ...options.budget };
  const request = checkGoal(goal, budget);
  const tools = createRegistry(options.tools);
  const fit = stepFitter({ engine: options.engine, model: options.model, policy: options.contextPolicy });
  const runId = newId();
  const clock = startClock({
    ...(options.signal === undefined ? {} : { outer: options.signal }),
    durationMs: budget.durationMs,
  });
  const { adapter, chooseAdapter = () => ({}), shadow } = options;
  const context: SubtaskContext = {
    runId,
    engine: options.engine,
    model: options.model,
    chooseAdapter:
      adapter === undefined
        ? chooseAdapter
        : () => ({ adapter, reason: `the adapter ${adapter} was asked for` }),
    ...(shadow === undefined ? {} : { shadow }),
    tools,
    guard: (options.guard ?? new Guard()).beginRun(request),
    fit,
    meter: new Meter(budget),
    signal: clock.signal,
    budget,
    approve: (asked) => clock.outside(options.approve?.(asked) ?? Promise.resolve(false)),
    event: (body: TaskEventBody): TaskEvent => ({ ...body, id: newId(), runId, at: Date.now() }),
  };
  const { event, model } = context;
  let outcome: RunOutcome | undefined;
  try {
    yield event({ type: 'run-started', goal: request, tools: tools.specs(), model, promptVersion });
    const subtasks: readonly Subtask[] = yield* plan(context, request);
    yield event({ type: 'plan-made', subtasks });
    const outcomes: readonly SubtaskOutcome[] = yield* dispatch(context, subtasks);
    outcome = conclude(outcomes);
  } catch (error) {
    outcome = endedBy(error, clock.signal);
  } finally {
    // Also where the reader has left: nothing of a run goes on behind its back.
    clock.end();
    shadow?.endRun({ runId, atOnce: outcome === undefined || outcome.type === 'stopped' });
  }
  yield event({ type: 'run-finished', outcome, totals: context.meter.totals() });
}

function checkGoal(goal: string, { goalCharacters }: Budget): string {
  const request = goal.trim();
  if (request !== '' && request.length <= goalCharacters) return request;
  const empty = request === '';
  throw new Fault({
    code: faultCodes.goalInvalid,
    message: empty ? 'The goal is empty.' : `The goal has ${request.length.toLocaleString('en')} characters.`,
    reason: empty
      ? 'There is nothing to do.'
      : `At most ${goalCharacters.toLocaleString('en')} are taken, so that it fits the model's context window beside the tools.`,
    remedy: empty
      ? 'Say in a sentence what you want done.'
      : 'Shorten the goal, or keep the long text as a document and search it.',
    details: { characters: request.length, limit: goalCharacters },
  });
}

async function* plan(context: SubtaskContext, goal: string): AsyncGenerator<TaskEvent, readonly Subtask[]> {
  const grammar = planGrammar(goal);
  if (grammar === undefined) return readPlan(goal, goal);
  const { constraint, maxTokens } = grammar;
  const step: StepResult = yield* takeStep(context, {
    purpose: 'plan',
    attempt: 1,
    route: routeStep({ purpose: 'plan', attempt: 1, model: context.model, maxTokens }),
    messages: planMessages(goal),
    constraint,
    verify: () => ({ verdict: { type: 'accepted' } }),
  });
  return readPlan(goal, step.text);
}

/** The run's outcome from its subtasks': what was done is told, with what was not. */
function conclude(outcomes: readonly SubtaskOutcome[]): RunOutcome {
  const answer = outcomes.map((done) => (done.type === 'failed' ? done.fault.message : done.text)).join('\n');
  if (outcomes.some((done) => done.type === 'done')) return { type: 'answered', answer };
  const failed = outcomes.find((done) => done.type === 'failed');
  return failed === undefined ? { type: 'refused', answer } : { type: 'failed', fault: failed.fault };
}

function endedBy(error: unknown, signal: AbortSignal): RunOutcome {
  if (!signal.aborted) return { type: 'failed', fault: toFault(error).toData() };
  const reason: unknown = signal.reason;
  return reason instanceof Fault && reason.code === faultCodes.budgetExhausted
    ? { type: 'failed', fault: reason.toData() }
    : { type: 'stopped' };
}
