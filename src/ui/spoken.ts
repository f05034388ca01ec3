/** What a screen reader is told of a page with an agent, once for each change that matters. */
import { formatCount, shorten } from './format.ts';
import type { ModelView } from './model-view.ts';
import type { TaskView } from './task-view.ts';
import { msg, str } from './translate.ts';

/** `live`: the run goes on in this page, or went on last. */
export function spokenText({
  task: { outcome, subtasks, runId },
  model,
  live,
}: {
  readonly task: TaskView;
  readonly model: ModelView;
  readonly live: boolean;
}): string {
  if (!live || runId === undefined) return model.stage.type === 'ready' ? msg('The model is ready.') : '';
  switch (outcome?.type) {
    case 'answered':
    case 'refused':
      return shorten(outcome.answer, 2000);
    case 'failed':
      return outcome.fault.message;
    case 'stopped':
      return msg('The run was stopped.');
    case undefined: {
      const done = subtasks.filter((subtask) => subtask.outcome !== undefined).length;
      return subtasks.length === 0
        ? msg('The run has started.')
        : msg(str`${formatCount(done)} of ${formatCount(subtasks.length)} parts are done.`);
    }
    default:
      outcome satisfies never;
      return '';
  }
}
