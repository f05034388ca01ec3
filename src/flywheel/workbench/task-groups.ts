/**
 * Tasks that were found in a sample, as a person changes them: named, merged, split in two; and what that makes of the names of
 * all records. Every change gives new groups. Knows items and vectors; nothing of screens.
 */
import type { TaskMap, TaskNames, TaskSample } from '../../protocol/dataset.ts';
import { sphericalKMeans } from '../cluster/spherical-k-means.ts';
import { pickRows, unitRows } from '../cluster/vectors.ts';
import type { Vectors } from '../cluster/vectors.ts';
import { seededRandom } from '../seeded-random.ts';

interface TaskGroup {
  /** Stays while it is renamed. */
  readonly id: number;
  readonly name: string;
  /** The user gave the name: nothing but the user changes it. */
  readonly byUser?: boolean;
}

export interface TaskGroups {
  readonly tasks: readonly TaskGroup[];
  /** Per item of the sample: the id of its task; -1: it belongs to none. */
  readonly taskOf: readonly number[];
}

/** The groups as they were found, largest first; an item that fits nowhere belongs to none. */
export function groupsOf({
  tasks,
  nearest,
  outliers,
}: Pick<TaskMap, 'tasks' | 'nearest' | 'outliers'>): TaskGroups {
  const order = [...tasks.keys()].toSorted(
    (one, other) => (tasks[other]?.items ?? 0) - (tasks[one]?.items ?? 0),
  );
  return {
    tasks: order.map((id) => ({ id, name: tasks[id]?.words.join(' ') ?? '' })).map(named),
    taskOf: Array.from(nearest, (task, item) => (outliers[item] === 1 ? -1 : task)),
  };
}

/** The name that the user gives. A blank one changes nothing. */
export function renameTask(groups: TaskGroups, id: number, name: string): TaskGroups {
  return withName(groups, { id, name, byUser: true });
}

/** A name that somebody else suggests. It changes nothing where it is blank, where another task has it, or where the user gave one. */
export function suggestTaskName(groups: TaskGroups, id: number, name: string): TaskGroups {
  const isTaken = groups.tasks.some((task) => (task.id === id ? task.byUser === true : task.name === name));
  return isTaken ? groups : withName(groups, { id, name });
}

function withName(groups: TaskGroups, given: TaskGroup): TaskGroups {
  const name = given.name.trim();
  if (name === '') return groups;
  return { ...groups, tasks: groups.tasks.map((task) => (task.id === given.id ? { ...given, name } : task)) };
}

/** The first of the ids takes the others' items, and keeps its name. */
export function mergeTasks(groups: TaskGroups, ids: readonly number[]): TaskGroups {
  const [into, ...others] = groups.tasks.filter(({ id }) => ids.includes(id));
  if (into === undefined) return groups;
  const gone = new Set(others.map(({ id }) => id));
  return {
    tasks: groups.tasks.filter(({ id }) => !gone.has(id)),
    taskOf: groups.taskOf.map((task) => (gone.has(task) ? into.id : task)),
  };
}

/** The task in two, by what its items mean; the same vectors give the same halves. One with fewer than two items stays. */
export function splitTask(groups: TaskGroups, id: number, vectors: Vectors): TaskGroups {
  const items = [...groups.taskOf.keys()].filter((item) => groups.taskOf[item] === id);
  const task = groups.tasks.find((one) => one.id === id);
  if (items.length < 2 || task === undefined) return groups;
  const { groups: halves } = sphericalKMeans({
    vectors: unitRows(pickRows(vectors, items)),
    k: 2,
    random: seededRandom(`split ${id}`),
    restarts: 10,
  });
  const second = Math.max(...groups.tasks.map((one) => one.id)) + 1;
  const moved = new Set(items.filter((_, place) => halves[place] !== halves[0]));
  if (moved.size === 0) return groups;
  return {
    tasks: groups.tasks.flatMap((one) =>
      one === task ? [one, { id: second, name: `${one.name} (2)` }] : [one],
    ),
    taskOf: groups.taskOf.map((own, item) => (moved.has(item) ? second : own)),
  };
}

/**
 * What records are called by these groups. One that was not in the sample takes the commonest name of those that have its own task
 * (the tools it calls); one that belongs to none keeps its own.
 */
export function taskNames({ tasks, taskOf }: TaskGroups, { items }: TaskSample): TaskNames {
  const nameOf = new Map(tasks.map(({ id, name }) => [id, name]));
  const byId = new Map<string, string>();
  const counts = new Map<string, Map<string, number>>();
  for (const [item, { id, task }] of items.entries()) {
    const name = nameOf.get(taskOf[item] ?? -1);
    byId.set(id, name ?? task);
    if (name === undefined) continue;
    const own = counts.get(task) ?? new Map<string, number>();
    own.set(name, (own.get(name) ?? 0) + 1);
    counts.set(task, own);
  }
  const byTask = [...counts].map(([task, own]) => {
    const [commonest] = [...own].toSorted(
      ([one, many], [other, more]) => more - many || (one < other ? -1 : 1),
    );
    return [task, commonest?.[0] ?? task] as const;
  });
  return { byId, byTask: new Map(byTask) };
}

function named({ id, name }: TaskGroup): TaskGroup {
  return { id, name: name === '' ? `task ${id + 1}` : name };
}
