import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { LogRuns } from '../../../../src/app/dataset/log-runs.ts';
import { recordLine } from '../../../../src/flywheel/dataset/index.ts';
import { Checkpoints } from '../../../../src/flywheel/workbench/checkpoints.ts';
import { DatasetHost } from '../../../../src/flywheel/workbench/dataset-host.ts';
import { openJournal } from '../../../../src/log/journal.ts';
import type { DatasetInput, ReadRuns } from '../../../../src/protocol/dataset.ts';
import { newId } from '../../../../src/protocol/id.ts';
import { wordyRecord } from '../../../fixtures/dataset-records.ts';
import { sampleRun } from '../../../fixtures/journal/sample-run.ts';

const plan = { seed: '1', shares: { validation: 0.1, test: 0.1 } };
const noRuns: ReadRuns = () => Promise.resolve([]);

function fileInput(rows: number, job = newId()): DatasetInput {
  const lines = Array.from({ length: rows }, (_, number) => recordLine(wordyRecord(number)));
  const file = new Blob(lines);
  return { job, sources: [{ type: 'file', name: 'log.jsonl', file }], known: false, languages: [] };
}

test('a host that was stopped is followed by another, which goes on and makes the same plan', async () => {
  const input = fileInput(1200);
  const options = { checkpoints: new Checkpoints({ databaseName: 'resumed' }), checkpointEvery: 100 };
  const first = new DatasetHost(options);
  const id = newId();
  const stopped = first.survey(id, input, noRuns, ({ done }) => {
    if (done >= 512) void first.cancel(id);
  });
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  const second = new DatasetHost(options);
  await expect(second.plan(input.job, plan)).rejects.toMatchObject({ code: 'dataset-invalid' });
  const survey = await second.survey(newId(), input, noRuns, () => undefined);
  expect(survey.items).toBe(1200);
  expect(survey.resumedAt).toBeGreaterThanOrEqual(500);

  const undisturbed = new DatasetHost({ checkpoints: new Checkpoints({ databaseName: 'undisturbed' }) });
  const whole = await undisturbed.survey(newId(), input, noRuns, () => undefined);
  expect({ ...survey, resumedAt: 0 }).toEqual(whole);
  expect(await second.plan(input.job, plan)).toEqual(await undisturbed.plan(input.job, plan));
  // A third one plans from what is kept alone.
  expect(await new DatasetHost(options).plan(input.job, plan)).toEqual(await second.plan(input.job, plan));
});

test('rows that mean the same on two sides are a leak, unless as many are allowed', async () => {
  const host = new DatasetHost({ checkpoints: new Checkpoints({ databaseName: 'meaning' }) });
  const input = fileInput(100);
  const { items } = await host.sample(newId(), input, { size: 60, seed: 'a' }, noRuns, () => undefined);
  expect(items).toHaveLength(60);
  const ids = items.map(({ id }) => id);
  const values = Float32Array.from({ length: 60 * 2 }, (_, at) => (at % 2 === 0 ? 1 : 0));
  const judged = { ...plan, vectors: { ids, dimensions: 2, values } };
  const { overlap } = await host.plan(input.job, judged);
  expect(overlap.clean).toBe(false);
  expect(overlap.figures.at(-1)).toMatchObject({ kind: 'embedding', share: 1, limit: 0.02 });
  expect((await host.plan(input.job, { ...judged, twinsByMeaning: 1 })).overlap.clean).toBe(true);
});

test('the own log is read in batches, in one walk of the audit chain', async () => {
  const journal = await openJournal({ name: 'own-log' });
  for (let number = 0; number < 40; number += 1) {
    const output = {
      type: 'calls' as const,
      calls: [{ name: 'weather', arguments: { city: `City${number}` } }],
    };
    for (const event of sampleRun({ number, steps: [{ output }] })) await journal.append(event);
  }
  const runIds = await journal.runIds();
  const runs = new LogRuns(journal, runIds);
  const batches: number[] = [];
  const host = new DatasetHost({ checkpoints: new Checkpoints({ databaseName: 'own' }) });
  const source = { type: 'log' as const, name: 'own log', runIds };
  const input: DatasetInput = { job: newId(), sources: [source], known: false, languages: [] };
  const readRuns: ReadRuns = async (batch) => {
    const episodes = await runs.read(batch);
    batches.push(episodes.length);
    return episodes;
  };
  const shares: (number | undefined)[] = [];
  const survey = await host.survey(newId(), input, readRuns, ({ share }) => shares.push(share));
  expect(batches).toEqual([16, 16, 8]);
  expect(survey.items).toBe(40);
  expect(shares.at(-1)).toBe(1);
  // A second walk begins anew, and a run that was deleted meanwhile leaves a gap only.
  await journal.deleteRun(runIds[3] ?? '');
  const episodes = await runs.read(runIds.slice(0, 16));
  expect(episodes.map(({ runId }) => runId)).toEqual(runIds.slice(0, 16).filter((_, place) => place !== 3));
  expect((await runs.read(runIds.slice(16, 32))).map(({ runId }) => runId)).toEqual(runIds.slice(16, 32));
  journal.close();
});
