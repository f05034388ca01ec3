/**
 * Data sets in a worker: one that is killed in mid-pipeline goes on where it was, poisoned rows cost only themselves, and the same
 * sources give the same bytes.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { DatasetClient } from '../../src/bridge/dataset-client.ts';
import { archiveReader, readDataset, recordLine } from '../../src/flywheel/dataset/index.ts';
import type {
  DatasetInput,
  DatasetProgress,
  PlanSettings,
  WriteRequest,
} from '../../src/protocol/dataset.ts';
import { sampleRecord, wordsOf, wordyRecord } from '../fixtures/dataset-records.ts';

const clients: DatasetClient[] = [];

/** A client, and the workers that it started. */
function open(): { readonly client: DatasetClient; readonly kill: () => void } {
  let running: Worker | undefined;
  const client = new DatasetClient({
    start: () =>
      (running = new Worker(new URL('../../workers/dataset.worker.ts', import.meta.url), { type: 'module' })),
    readRuns: () => Promise.resolve([]),
  });
  clients.push(client);
  return {
    client,
    kill: () => {
      // What a browser tells of a worker that it ended.
      running?.terminate();
      running?.dispatchEvent(new ErrorEvent('error', { message: 'Killed.' }));
    },
  };
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose();
  const cleaner = open();
  await cleaner.client.forget();
});

function log(rows: number, poison: readonly string[] = []): File {
  const lines = Array.from({ length: rows }, (_, number) => recordLine(wordyRecord(number)));
  for (const [at, line] of poison.entries()) lines.splice(at * 3 + 1, 0, `${line}\n`);
  return new File(lines, 'log.jsonl');
}

function inputOf(file: File, job: string): DatasetInput {
  return { job, sources: [{ type: 'file', name: file.name, file }], known: false, languages: [] };
}

const plan: PlanSettings = { seed: '1', shares: { validation: 0.1, test: 0.1 } };

const request: WriteRequest = {
  plan,
  about: { name: 'sample', licence: 'cc0-1.0', languages: [] },
  formats: ['trl', 'openai'],
  target: { type: 'archive' },
};

async function bytesOf(file: File | undefined): Promise<Uint8Array> {
  return new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer());
}

async function hashOf(bytes: Uint8Array): Promise<string> {
  return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice())), (byte) =>
    byte.toString(16),
  ).join(' ');
}

describe('a worker that is killed', () => {
  test('while it reads is replaced, goes on from its checkpoint, and the plan is the undisturbed one', async () => {
    const file = log(5200);
    const undisturbed = open();
    const whole = await undisturbed.client.survey(inputOf(file, 'undisturbed'));
    const { client, kill } = open();
    let killed = false;
    const survey = await client.survey(inputOf(file, 'killed'), {
      onProgress: ({ stage, done }) => {
        if (killed || stage !== 'reading' || done < 3000) return;
        killed = true;
        kill();
      },
    });
    expect(killed).toBe(true);
    expect(survey.resumedAt).toBeGreaterThanOrEqual(2000);
    expect({ ...survey, resumedAt: 0 }).toEqual(whole);
    expect(await client.plan('killed', plan)).toEqual(await undisturbed.client.plan('undisturbed', plan));
  });

  test('while it writes goes on with the records that were whole, and the archive is the same', async () => {
    const file = log(1200);
    const undisturbed = open();
    const first = await undisturbed.client.write(inputOf(file, 'first'), request);
    const expected = await bytesOf(first.archive);
    const { client, kill } = open();
    const stages: DatasetProgress['stage'][] = [];
    let killed = false;
    const second = await client.write(inputOf(file, 'second'), request, {
      onProgress: ({ stage }) => {
        if (stages.at(-1) !== stage) stages.push(stage);
        if (killed || stage !== 'formats') return;
        killed = true;
        kill();
      },
    });
    expect(killed).toBe(true);
    // The records were not written again.
    expect(stages.filter((stage) => stage === 'records')).toHaveLength(1);
    expect(await hashOf(await bytesOf(second.archive))).toBe(await hashOf(expected));
    expect(second.rows).toEqual(first.rows);
    const { manifest } = await readDataset(archiveReader(expected));
    expect(manifest.formats).toEqual(['trl', 'openai']);
  });
});

test('variants stand beside the rows that are learned, and are counted though the worker was killed after them', async () => {
  const records = Array.from({ length: 300 }, (_, number) => recordLine(sampleRecord(number)));
  const file = new File(
    records.map((line, number) => line.replace('What is', `${wordsOf(number)}, what is`)),
    'towns.jsonl',
  );
  const varied: WriteRequest = { ...request, variants: { count: 2, mode: 'add' } };
  const { client, kill } = open();
  let killed = false;
  const { rows, variants, archive } = await client.write(inputOf(file, 'varied'), varied, {
    onProgress: ({ stage }) => {
      if (killed || stage !== 'formats') return;
      killed = true;
      kill();
    },
  });
  expect(killed).toBe(true);
  const view = await client.plan('varied', plan);
  expect(variants?.in).toBe(2 * view.counts.train);
  expect(variants?.out).toBeGreaterThan(0);
  expect(rows).toEqual({ ...view.counts, train: view.counts.train + (variants?.out ?? 0) });
  const { manifest } = await readDataset(archiveReader(await bytesOf(archive)));
  expect(manifest.about.paraphrase).toBe('2 a row, beside it.');
});

test('poisoned rows are quarantined with their reasons, and nothing else is lost', async () => {
  const poison = [
    '{"messages": 7}',
    JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(10_000_000) }] }),
    '{"messages": [{"role": "user", "content": "a"}], "__proto__": {"polluted": true}}',
    String.raw`{"messages": [{"role": "user", "content": "\ud800"}]}`,
    '{"messages": [',
  ];
  const { client } = open();
  const survey = await client.survey(inputOf(log(60, poison), 'poisoned'));
  expect(survey.items).toBe(65);
  expect(survey.funnel[0]).toMatchObject({ filter: 'readable', in: 65, out: 60 });
  expect(survey.quarantined.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/form of none|messages/),
    expect.stringContaining('10,000,000 characters'),
    expect.stringContaining('__proto__'),
    expect.stringContaining('half a surrogate pair'),
    expect.stringContaining('not JSON'),
  ]);
});

test('a cancelled walk ends as aborted, and goes on later', async () => {
  const file = log(5200);
  const { client } = open();
  const stop = new AbortController();
  const stopped = client.survey(inputOf(file, 'cancelled'), {
    signal: stop.signal,
    onProgress: ({ done }) => {
      if (done >= 2500) stop.abort();
    },
  });
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  const survey = await client.survey(inputOf(file, 'cancelled'));
  expect(survey).toMatchObject({ items: 5200, resumedAt: expect.any(Number) as number });
  expect(survey.resumedAt).toBeGreaterThanOrEqual(2000);
});

test('a sample is drawn by the seed, grouped by its vectors, and named tasks reach the plan', async () => {
  const input = inputOf(log(300), 'tasks');
  const { client } = open();
  const draw = { size: 60, seed: 'a' };
  const sample = await client.sample(input, draw);
  expect(sample.items).toHaveLength(60);
  expect(await client.sample(input, draw)).toEqual(sample);
  const vectors = new Float32Array(60 * 4);
  for (let item = 0; item < 60; item += 1) vectors[item * 4 + (item % 2)] = 1 + (item % 5) / 100;
  const found = await client.discover({ sample, vectors, dimensions: 4, k: 2, seed: 'a' });
  expect(found.tasks.map(({ items }) => items)).toEqual([30, 30]);
  expect(found.places).toHaveLength(120);
  const byId = new Map(
    sample.items.map(({ id }, item) => [id, found.nearest[item] === found.nearest[0] ? 'even' : 'odd']),
  );
  await client.survey(input);
  const view = await client.plan('tasks', {
    ...plan,
    tasks: { byId, byTask: new Map([['answer', 'rest']]) },
  });
  const names = new Set(view.tasks.map(({ task }) => task));
  expect(names).toEqual(new Set(['even', 'odd', 'rest']));
});
