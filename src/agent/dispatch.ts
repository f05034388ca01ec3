/**
 * Subtasks side by side, each after those it depends on. Knows the order; what a subtask does stands in subtask.ts.
 */
import { faultCodes, toFault } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { Subtask, SubtaskOutcome, TaskEvent } from '../protocol/task-event.ts';
import { mergeStreams } from './merge.ts';
import type { SubtaskContext } from './run-call.ts';
import { runSubtask } from './subtask.ts';

/** Runs all subtasks; returns their outcomes in the plan's order. Throws only where the run was stopped. */
export async function* dispatch(
  context: SubtaskContext,
  subtasks: readonly Subtask[],
): AsyncGenerator<TaskEvent, readonly SubtaskOutcome[]> {
  const lanes = new Map(subtasks.map(({ id }) => [id, new Lane()]));
  yield* mergeStreams(subtasks.map((subtask) => runLane(context, subtask, lanes)));
  return subtasks.flatMap(({ id }) => lanes.get(id)?.outcome ?? []);
}

/** Where a subtask stands. Others wait for `finished`, which never rejects. */
class Lane {
  readonly finished: Promise<void>;
  outcome: SubtaskOutcome | undefined;
  #finish: () => void = () => undefined;

  constructor() {
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  finish(): void {
    this.#finish();
  }
}

async function* runLane(
  context: SubtaskContext,
  subtask: Subtask,
  lanes: ReadonlyMap<Id, Lane>,
): AsyncGenerator<TaskEvent, void> {
  const { id, dependsOn } = subtask;
  const own = lanes.get(id) ?? new Lane();
  try {
    const needed = dependsOn.flatMap((other) => lanes.get(other) ?? []);
    for (const lane of needed) await lane.finished;
    const known = context.recording?.subtask(id);
    if (known?.outcome !== undefined) {
      own.outcome = known.outcome;
      return;
    }
    if (known === undefined) yield context.event({ type: 'subtask-started', subtaskId: id });
    const earlier = needed.flatMap(({ outcome }) => (outcome?.type === 'done' ? [outcome.text] : []));
    own.outcome =
      earlier.length === needed.length
        ? yield* runSubtask(context, subtask, earlier)
        : { type: 'failed', fault: earlierFailed };
  } catch (error) {
    if (context.signal.aborted) throw error;
    own.outcome = { type: 'failed', fault: toFault(error).toData() };
  } finally {
    own.finish();
  }
  yield context.event({ type: 'subtask-finished', subtaskId: id, outcome: own.outcome });
}

const earlierFailed = {
  code: faultCodes.unexpected,
  message: 'This part was not begun, because the part before it did not succeed.',
} as const;
