/**
 * Where a step's own request begins in its messages: before it stand the system text and the worked examples, which only
 * the base model is shown. Knows episodes; nothing of wording.
 */
import type { Episode } from '../protocol/record.ts';
import type { TrainingRow } from './training-row.ts';
import { typedSteps } from './typed-step.ts';

/** Place of the request among the row's messages; -1 where neither the run's plans nor a typed step tell. */
export function requestPlace({ id, messages }: TrainingRow, episode: Episode): number {
  const { events } = episode;
  const started = events.find((event) => event.type === 'step-started' && event.stepId === id);
  const subtaskId = started?.type === 'step-started' ? started.subtaskId : undefined;
  const planned = events.flatMap((event) => (event.type === 'plan-made' ? event.subtasks : []));
  const text =
    planned.find((subtask) => subtask.id === subtaskId)?.text ??
    typedSteps(episode).get(subtaskId ?? '')?.text;
  if (text === undefined) return -1;
  // What an earlier subtask reported may stand behind the text.
  return messages.findLastIndex(({ role, content }) => role === 'user' && content.startsWith(text));
}

/** The row as an adapter would have been asked: without worked examples. */
export function withoutExamples(row: TrainingRow, episode: Episode): TrainingRow {
  const place = requestPlace(row, episode);
  if (place < 0) return row;
  const system = row.messages.filter(({ role }) => role === 'system');
  return { ...row, messages: [...system, ...row.messages.slice(place)] };
}
