/**
 * A run of a goal. The generator stands still at every event until its reader comes back, so what the reader has stored is
 * always ahead of what has been done.
 * Knows what a goal may be; how it is pursued, and what every run has, stands in the files beside it.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import { defaultBudget } from './budget.ts';
import type { Budget } from './budget.ts';
import { inRun } from './in-run.ts';
import type { RunOptions } from './in-run.ts';
import { pursue } from './pursue.ts';

/** What a run is given: an engine with its model, tools, bounds, and whom it may ask. */
export type RunTaskOptions = RunOptions;

/**
 * Runs a goal and yields what happens; the last event is `run-finished`.
 * Throws Fault `goal-invalid`, or `unsupported` for a policy the engine cannot keep, before the first event; after that every failure is an outcome.
 */
export async function* runTask(goal: string, options: RunTaskOptions): AsyncGenerator<TaskEvent, void> {
  const request = checkGoal(goal, { ...defaultBudget, ...options.budget });
  yield* inRun(options, { goal: request }, (context) => pursue(context, request));
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
