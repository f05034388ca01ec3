import { describe, expect, test } from 'vitest';
import {
  groupsOf,
  mergeTasks,
  renameTask,
  splitTask,
  suggestTaskName,
  taskNames,
} from '../../../../src/flywheel/workbench/task-groups.ts';
import type { TaskMap, TaskSample } from '../../../../src/protocol/dataset.ts';

const map: Pick<TaskMap, 'tasks' | 'nearest' | 'outliers'> = {
  tasks: [
    { words: ['play', 'song'], items: 2 },
    { words: ['weather'], items: 4 },
    { words: [], items: 1 },
  ],
  nearest: Int32Array.of(0, 0, 1, 1, 1, 1, 2),
  outliers: Uint8Array.of(0, 0, 0, 0, 0, 1, 0),
};
const groups = groupsOf(map);

const sample: TaskSample = {
  of: 100,
  items: Array.from({ length: 7 }, (_, item) => ({
    id: `r${item}`,
    text: `text ${item}`,
    task: item < 2 ? 'PlayMusic' : 'GetWeather',
    actions: [],
  })),
};

describe('groups', () => {
  test('are named by their words, the largest first; what fits nowhere belongs to none', () => {
    expect(groups.tasks).toEqual([
      { id: 1, name: 'weather' },
      { id: 0, name: 'play song' },
      { id: 2, name: 'task 3' },
    ]);
    expect(groups.taskOf).toEqual([0, 0, 1, 1, 1, -1, 2]);
  });

  test('merge into the first, which keeps its name', () => {
    const merged = mergeTasks(groups, [0, 2]);
    expect(merged.tasks.map(({ name }) => name)).toEqual(['weather', 'play song']);
    expect(merged.taskOf).toEqual([0, 0, 1, 1, 1, -1, 0]);
    expect(mergeTasks(groups, [])).toBe(groups);
  });

  test('split by what their items mean, the same way each time', () => {
    const values = Float32Array.of(1, 0, 1, 0, 1, 0.1, 0, 1, 1, 0, 0, 1, 0, 1);
    const vectors = { count: 7, dimensions: 2, values };
    const halves = splitTask(groups, 1, vectors);
    expect(halves.tasks.map(({ name }) => name)).toEqual(['weather', 'weather (2)', 'play song', 'task 3']);
    expect(halves.taskOf).toEqual([0, 0, 1, 3, 1, -1, 2]);
    expect(splitTask(groups, 1, vectors)).toEqual(halves);
    expect(splitTask(groups, 2, vectors)).toBe(groups);
  });

  test('a suggested name is taken unless another task has it, or the user gave one', () => {
    const suggested = suggestTaskName(groups, 1, ' rain ');
    expect(suggested.tasks[0]).toEqual({ id: 1, name: 'rain' });
    expect(suggestTaskName(groups, 1, 'play song')).toBe(groups);
    expect(suggestTaskName(groups, 1, ' ')).toBe(groups);
    const named = renameTask(groups, 1, 'the sky');
    expect(suggestTaskName(named, 1, 'rain')).toBe(named);
  });

  test('a blank name changes nothing', () => {
    expect(renameTask(groups, 1, '  ')).toBe(groups);
    expect(renameTask(groups, 1, ' rain ').tasks[0]).toEqual({ id: 1, name: 'rain', byUser: true });
  });
});

test('records that were not sampled take the commonest name of their own task; outliers keep theirs', () => {
  const { byId, byTask } = taskNames(groups, sample);
  expect(byId.get('r0')).toBe('play song');
  expect(byId.get('r5')).toBe('GetWeather');
  expect(byTask).toEqual(
    new Map([
      ['PlayMusic', 'play song'],
      ['GetWeather', 'weather'],
    ]),
  );
});
