/** Tasks named by a model: from the requests in their middle, without two tasks of one name, and stopped when told. */
import { expect, test } from 'vitest';
import { suggestNames } from '../../../../src/app/dataset/suggest-names.ts';
import { showGroups } from '../../../../src/app/dataset/show-groups.ts';
import { scriptedModel } from '../../facade/scripted-model.ts';

const texts = ['pay my bill', 'rain tomorrow', 'play a song', 'play that song', 'the bill', 'will it rain'];
/** The third of a task's items lies off its middle. */
const values = Float32Array.of(1, 0, 0, 1, 0.6, 0.8, 0.6, 0.8, 1, 0, 0, 1);
const found = {
  sample: { of: 6, items: texts.map((text, at) => ({ id: `r${at}`, text, task: 'any', actions: [] })) },
  vectors: { values, dimensions: 2, cached: 0 },
  groups: {
    tasks: [
      { id: 4, name: 'first' },
      { id: 7, name: 'second' },
      { id: 9, name: 'third' },
    ],
    taskOf: [4, 7, 4, 9, 4, 7],
  },
};

test('each task is asked about, and a name that another has is not taken', async () => {
  const model = scriptedModel(
    { expect: ['- pay my bill\n- the bill\n- play a song'], reply: '{"words":["pay","bill"]}' },
    { expect: ['- rain tomorrow\n- will it rain'], reply: '{"words":["bill","pay","bill"]}' },
    { expect: ['- play that song'], reply: '{"words":["pay","bill"]}' },
  );
  const done: number[] = [];
  const groups = await suggestNames({
    ...found,
    model,
    signal: new AbortController().signal,
    onProgress: (tasks) => done.push(tasks),
  });
  expect(groups.tasks.map(({ name }) => name)).toEqual(['pay bill', 'bill pay', 'third']);
  expect(groups.taskOf).toEqual(found.groups.taskOf);
  expect(done).toEqual([1, 2, 3]);
  model.engine.assertDone();
});

test('a task that the user named is not asked about', async () => {
  const [first, second, third] = found.groups.tasks;
  const model = scriptedModel(
    { expect: ['- rain tomorrow\n- will it rain'], reply: '{"words":["will","rain"]}' },
    { expect: ['- play that song'], reply: '{"words":["play","song"]}' },
  );
  const groups = await suggestNames({
    ...found,
    groups: { ...found.groups, tasks: [{ ...first!, byUser: true }, second!, third!] },
    model,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(groups.tasks.map(({ name }) => name)).toEqual(['first', 'will rain', 'play song']);
  model.engine.assertDone();
});

test('a signal ends it', async () => {
  const stopped = suggestNames({
    ...found,
    model: scriptedModel('{"words":["pay","bill"]}'),
    signal: AbortSignal.abort(),
    onProgress: () => undefined,
  });
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
});

test('examples of a task are those in its middle first', () => {
  const quality = { silhouette: 0, stability: 1, coverage: 1 };
  const { tasks } = showGroups({ ...found, map: { places: new Float32Array(12), quality } });
  expect(tasks[0]?.examples).toEqual(['pay my bill', 'the bill', 'play a song']);
});
