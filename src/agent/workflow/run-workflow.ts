/**
 * A workflow as a run of its own: the same stream of events as a goal's, with the same bounds, log and approvals.
 * Knows the frame of a run and the workflow; nothing of its steps.
 */
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { TaskEvent } from '../../protocol/task-event.ts';
import { inRun } from '../in-run.ts';
import type { RunOptions } from '../in-run.ts';
import { plainText } from '../report.ts';
import type { Workflow } from './workflow.ts';

/**
 * Runs a workflow and yields what happens; the last event is `run-finished`, whose outcome holds what the workflow returned.
 * Throws as `runTask` does before the first event; after that every failure is an outcome.
 */
export function runWorkflow<Input>(
  workflow: Workflow<Input>,
  input: Input,
  options: RunOptions,
): AsyncGenerator<TaskEvent, void> {
  const { name, title } = workflow;
  const begun = { goal: title, workflow: { name, input: input as Json } };
  return inRun(options, begun, async function* work(context) {
    const entry = { workflow: workflow as Workflow, input: input as JsonObject };
    const value: Json = yield* context.enter(context, entry);
    const answer = typeof value === 'string' ? value : plainText([value]);
    return { type: 'answered', answer, value };
  });
}
