/**
 * Names of tasks by a small model: one question a task, from the requests that stand for it. A name that is none, or that another
 * task has, is left; the task keeps its own. Tasks that the user named are not asked about. Joins the groups (flywheel) to a model.
 */
import type { ChatModel } from '../../facade/chat-model.ts';
import { nameRequest, readName, wordsEverywhere } from '../../flywheel/cluster/suggest-name.ts';
import { centralItems } from '../../flywheel/workbench/central-items.ts';
import { suggestTaskName } from '../../flywheel/workbench/task-groups.ts';
import type { TaskGroups } from '../../flywheel/workbench/task-groups.ts';
import type { TaskSample } from '../../protocol/dataset.ts';
import type { SampleVectors } from './embed-sample.ts';

export interface SuggestNamesOptions {
  readonly model: Pick<ChatModel, 'generate'>;
  readonly sample: TaskSample;
  readonly vectors: SampleVectors;
  readonly groups: TaskGroups;
  readonly signal: AbortSignal;
  /** Told how many tasks were asked about. */
  readonly onProgress: (done: number) => void;
}

/** Requests that the model reads of a task. */
const readRequests = 8;

/** The groups with new names. Rejects with what the model rejects with. */
export async function suggestNames(options: SuggestNamesOptions): Promise<TaskGroups> {
  const { model, sample, vectors, signal, onProgress } = options;
  const { values, dimensions } = vectors;
  const rows = { count: sample.items.length, dimensions, values };
  let { groups } = options;
  const { tasks, taskOf } = groups;
  const read = tasks.map(({ id }) => {
    const items = [...taskOf.keys()].filter((item) => taskOf[item] === id);
    const central = centralItems(items, rows).slice(0, readRequests);
    return central.map((item) => sample.items[item]?.text ?? '');
  });
  const everywhere = wordsEverywhere(read);
  for (const [done, { id, byUser }] of tasks.entries()) {
    const request = byUser === true ? undefined : nameRequest({ requests: read[done] ?? [], everywhere });
    if (request !== undefined) {
      const { text } = await model.generate(request, { signal });
      groups = suggestTaskName(groups, id, readName(text) ?? '');
    }
    onProgress(done + 1);
  }
  return groups;
}
