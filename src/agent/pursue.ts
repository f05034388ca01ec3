/**
 * A goal, from its plan to its outcome: by a run, or by a step of a workflow within one. Knows the order of things; what a
 * subtask does stands in subtask.ts.
 */
import { planMessages } from '../decode/prompt.ts';
import type { Id } from '../protocol/id.ts';
import type { RunOutcome, Subtask, SubtaskOutcome, TaskEvent } from '../protocol/task-event.ts';
import { dispatch } from './dispatch.ts';
import { planGrammar, readPlan } from './plan.ts';
import { routeStep } from './route.ts';
import type { SubtaskContext } from './run-call.ts';
import { takeStep } from './step.ts';
import type { StepResult } from './step.ts';

/** Pursues a goal. `spanId` is the step of a workflow that does; absent: the run. Throws where it was stopped. */
export async function* pursue(
  context: SubtaskContext,
  goal: string,
  spanId?: Id,
): AsyncGenerator<TaskEvent, RunOutcome> {
  const place = spanId === undefined ? {} : { subtaskId: spanId };
  const known = context.recording?.plan(spanId);
  const subtasks: readonly Subtask[] = known ?? (yield* plan(context, goal, place));
  if (known === undefined) {
    yield context.event({ type: 'plan-made', subtasks, ...(spanId === undefined ? {} : { spanId }) });
  }
  const outcomes: readonly SubtaskOutcome[] = yield* dispatch(context, subtasks);
  return conclude(outcomes);
}

async function* plan(
  context: SubtaskContext,
  goal: string,
  place: { readonly subtaskId?: Id },
): AsyncGenerator<TaskEvent, readonly Subtask[]> {
  const grammar = planGrammar(goal);
  if (grammar === undefined) return readPlan(goal, goal);
  const { constraint, maxTokens } = grammar;
  const step: StepResult = yield* takeStep(context, {
    purpose: 'plan',
    attempt: 1,
    ...place,
    route: routeStep({ purpose: 'plan', attempt: 1, model: context.model, maxTokens }),
    messages: planMessages(goal),
    constraint,
    verify: () => ({ verdict: { type: 'accepted' } }),
  });
  return readPlan(goal, step.text);
}

/** The outcome from the subtasks': what was done is told, with what was not. */
function conclude(outcomes: readonly SubtaskOutcome[]): RunOutcome {
  const answer = outcomes.map((done) => (done.type === 'failed' ? done.fault.message : done.text)).join('\n');
  if (outcomes.some((done) => done.type === 'done')) return { type: 'answered', answer };
  const failed = outcomes.find((done) => done.type === 'failed');
  return failed === undefined ? { type: 'refused', answer } : { type: 'failed', fault: failed.fault };
}
