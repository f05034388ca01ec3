/**
 * Tasks that were found, as the screen shows them, and what an edit makes of them. Joins the groups (flywheel) to the view.
 */
import { centralItems } from '../../flywheel/workbench/central-items.ts';
import { mergeTasks, renameTask, splitTask } from '../../flywheel/workbench/task-groups.ts';
import type { TaskGroups } from '../../flywheel/workbench/task-groups.ts';
import type { TaskMap, TaskSample } from '../../protocol/dataset.ts';
import type { TaskEdit, TasksView } from '../../ui/dataset/dataset-view.ts';
import type { SampleVectors } from './embed-sample.ts';

/** Of what was asked, shown for each task: what stands for it best. */
const shownExamples = 4;

export interface ShowGroupsOptions {
  readonly sample: TaskSample;
  readonly vectors: SampleVectors;
  readonly map: Pick<TaskMap, 'places' | 'quality'>;
  readonly groups: TaskGroups;
}

export function showGroups(options: ShowGroupsOptions): TasksView {
  const { sample, vectors, map } = options;
  const { tasks, taskOf } = options.groups;
  const { values, dimensions } = vectors;
  const rows = { count: taskOf.length, dimensions, values };
  const items = new Map(tasks.map(({ id }) => [id, [] as number[]]));
  for (const [item, task] of taskOf.entries()) items.get(task)?.push(item);
  return {
    tasks: tasks.map(({ id, name }) => {
      const own = items.get(id) ?? [];
      const central = centralItems(own, rows).slice(0, shownExamples);
      const examples = central.map((item) => sample.items[item]?.text ?? '');
      return { id, name, items: own.length, examples };
    }),
    taskOf,
    places: map.places,
    of: sample.of,
    quality: map.quality,
  };
}

export function applyEdit(
  groups: TaskGroups,
  edit: Exclude<TaskEdit, { type: 'drop' }>,
  { values, dimensions }: SampleVectors,
): TaskGroups {
  switch (edit.type) {
    case 'rename':
      return renameTask(groups, edit.id, edit.name);
    case 'merge':
      return mergeTasks(groups, edit.ids);
    case 'split':
      return splitTask(groups, edit.id, { count: groups.taskOf.length, dimensions, values });
    default:
      return edit satisfies never;
  }
}
