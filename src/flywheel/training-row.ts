/**
 * From an episode to what can be learned of it: one row for each step that chose well, or that a person set right.
 * Knows which steps are fit to teach, and why the others are not; knows nothing of file formats (export-dataset) and
 * nothing of how episodes are stored.
 */
import type { ChatMessage } from '../protocol/engine.ts';
import type { Id } from '../protocol/id.ts';
import type { Episode } from '../protocol/record.ts';
import type { StepOutput, TaskEventOf } from '../protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../protocol/tool.ts';
import { typedSteps } from './typed-step.ts';

/** One example: what the model was told, which tools it was offered, and what it should say. */
export interface TrainingRow {
  /** The step's id. */
  readonly id: Id;
  readonly runId: Id;
  /** As the runtime sent them: the system text holds the tools' signatures. */
  readonly messages: readonly ChatMessage[];
  /** The tools offered in this step, in the prompt's order. */
  readonly tools: readonly ToolSpec[];
  /** `calls`, `answer` or `refusal`: asking for a missing value is an example of its own kind. */
  readonly output: StepOutput;
  readonly modelId: string;
  readonly adapter?: string;
  /** `corrected`: a person wrote this output. `good`: a person liked the run. Absent: nobody said anything. */
  readonly feedback?: 'good' | 'corrected';
}

/**
 * The rows of one run, in the order of its steps.
 *
 * - A step teaches when its purpose is `act`, its verdict is accepted, and its run neither failed nor was stopped or cut off.
 * - What most of several answers said counts in place of the first; a decision that another model was asked for instead does
 *   not teach, that model's does.
 * - A corrected step teaches the corrected calls, whatever became of the step and of its run.
 * - What followed a corrected step, in its subtask or in one that reads its result, stood on a wrong call: left out.
 * - A run that was called bad and not corrected teaches nothing.
 * - A typed step of a workflow teaches like any other: its form is the tool that was offered, its value the call.
 */
export function trainingRows(episode: Episode): TrainingRow[] {
  const started = episode.events.find((event) => event.type === 'run-started');
  if (started === undefined) return [];
  const corrections = correctionsOf(episode);
  const verdict = episode.feedback.at(-1)?.verdict;
  if (verdict === 'bad' && corrections.size === 0) return [];

  const specs = new Map(started.tools.map((tool) => [tool.name, tool]));
  const typed = typedSteps(episode);
  const wellEnded = endedWell(episode);
  const successors = successorsOf(episode);
  const misled = new Set<Id>();
  const open = new Map<Id, TaskEventOf<'step-started'>>();
  const judged = judgedSteps(episode);
  const rows: TrainingRow[] = [];

  for (const event of episode.events) {
    if (event.type === 'step-started' && event.purpose === 'act') open.set(event.stepId, event);
    if (event.type !== 'step-finished') continue;
    const step = open.get(event.stepId);
    if (step === undefined) continue;
    const correction = corrections.get(step.stepId);
    const followsMistake = step.subtaskId !== undefined && misled.has(step.subtaskId);
    if (correction !== undefined && step.subtaskId !== undefined)
      markMisled(misled, step.subtaskId, successors);
    const output =
      correction === undefined
        ? wellEnded
          ? acceptedOutput(event, judged.get(event.stepId))
          : undefined
        : calling(correction);
    if (output === undefined || (followsMistake && correction === undefined)) continue;
    const form = typed.get(step.subtaskId ?? '')?.tool;
    const tools = form === undefined ? step.toolsOffered.flatMap((name) => specs.get(name) ?? []) : [form];
    if (output.type === 'calls' && !allOffered(output.calls, tools)) continue;
    const { adapter, modelId } = step.route;
    const feedback = correction === undefined ? (verdict === 'good' ? 'good' : undefined) : 'corrected';
    rows.push({
      id: step.stepId,
      runId: episode.runId,
      messages: step.messages,
      tools,
      output,
      modelId,
      ...(adapter === undefined ? {} : { adapter }),
      ...(feedback === undefined ? {} : { feedback }),
    });
  }
  return rows;
}

/** The last correction of each step. */
function correctionsOf({ feedback }: Episode): ReadonlyMap<Id, readonly ToolCall[]> {
  return new Map(
    feedback.flatMap(({ correction }) =>
      correction === undefined ? [] : [[correction.stepId, correction.calls]],
    ),
  );
}

function endedWell({ events }: Episode): boolean {
  const outcome = events.findLast((event) => event.type === 'run-finished')?.outcome.type;
  return outcome === 'answered' || outcome === 'refused';
}

/** For each subtask, those that read its result. */
function successorsOf({ events }: Episode): ReadonlyMap<Id, readonly Id[]> {
  const successors = new Map<Id, Id[]>();
  for (const event of events) {
    if (event.type !== 'plan-made') continue;
    for (const { id, dependsOn } of event.subtasks) {
      for (const source of dependsOn) successors.set(source, [...(successors.get(source) ?? []), id]);
    }
  }
  return successors;
}

function markMisled(misled: Set<Id>, subtaskId: Id, successors: ReadonlyMap<Id, readonly Id[]>): void {
  if (misled.has(subtaskId)) return;
  misled.add(subtaskId);
  for (const next of successors.get(subtaskId) ?? []) markMisled(misled, next, successors);
}

/** The last word on each step that was judged. */
function judgedSteps({ events }: Episode): ReadonlyMap<Id, TaskEventOf<'step-judged'>> {
  return new Map(events.flatMap((event) => (event.type === 'step-judged' ? [[event.stepId, event]] : [])));
}

function acceptedOutput(
  { output, verdict }: TaskEventOf<'step-finished'>,
  judged: TaskEventOf<'step-judged'> | undefined,
): StepOutput | undefined {
  if (verdict.type !== 'accepted') return undefined;
  if (judged?.ruling.type === 'returned') return undefined;
  if (judged?.ruling.type === 'escalated' && judged.ruling.to !== 'user') return undefined;
  return judged?.output ?? output;
}

/** A correction without calls says what was wrong, but not what to say instead: nothing to learn from. */
function calling(calls: readonly ToolCall[]): StepOutput | undefined {
  return calls.length === 0 ? undefined : { type: 'calls', calls };
}

function allOffered(calls: readonly ToolCall[], tools: readonly ToolSpec[]): boolean {
  const names = new Set(tools.map((tool) => tool.name));
  return calls.every((call) => names.has(call.name));
}
