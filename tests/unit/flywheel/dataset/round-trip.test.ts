import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import {
  MemoryFiles,
  archiveReader,
  makeDataset,
  packArchive,
  readDataset,
  recordLine,
  writeDataset,
} from '../../../../src/flywheel/dataset/index.ts';
import type {
  DatasetFolder,
  DatasetRecord,
  ExportedFile,
  PlanSummary,
  WriteDatasetOptions,
} from '../../../../src/flywheel/dataset/index.ts';
import { parseRecord } from '../../../../src/flywheel/dataset/parse-record.ts';
import { Fault } from '../../../../src/protocol/fault.ts';
import type { Json } from '../../../../src/protocol/json.ts';
import { arbitraryRecord, itemsOf, sampleRecord, wordyRecord } from '../../../fixtures/dataset-records.ts';

const emptyPlan: PlanSummary = {
  seed: '1',
  shares: { validation: 0.1, test: 0.1 },
  tasks: [],
  families: { count: 0, largest: 0 },
  funnel: [],
  overlap: { figures: [], clean: true },
  guidance: [],
};

const about = { name: 'sample', licence: 'cc0-1.0', languages: ['en'] };

async function* stream(records: readonly DatasetRecord[]): AsyncGenerator<DatasetRecord, void> {
  yield* records;
}

async function written(
  records: readonly DatasetRecord[],
  rest: Partial<WriteDatasetOptions> = {},
): Promise<MemoryFiles> {
  const folder = new MemoryFiles();
  await writeDataset({ records: () => stream(records), about, plan: emptyPlan, folder, ...rest });
  return folder;
}

async function bytesOfFiles({ files }: MemoryFiles): Promise<Map<string, string>> {
  const entries = await Promise.all(
    [...files].map(async ([path, parts]) => {
      const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
      return [path, Buffer.from(bytes).toString('base64')] as const;
    }),
  );
  return new Map(entries);
}

function unread(): AsyncIterable<DatasetRecord> {
  throw new Error('The log is walked again.');
}

function withIds(records: readonly DatasetRecord[]): DatasetRecord[] {
  return records.map((record, index) => ({ ...record, id: `${record.id}${index}` }));
}

describe('a record', () => {
  test('comes back from its line as it was', () => {
    fc.assert(
      fc.property(arbitraryRecord, (record) => {
        const line = recordLine(record);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(recordLine(parseRecord(JSON.parse(line) as Json))).toBe(line);
      }),
      { numRuns: 100 },
    );
  });

  test('of another version is refused by name', () => {
    expect(() => parseRecord({ ...(sampleRecord(1) as unknown as Record<string, Json>), v: 2 })).toThrow(
      'version 1 is read',
    );
  });
});

describe('a folder', () => {
  test('that is read back and written again is the same, byte for byte', () =>
    fc.assert(
      fc.asyncProperty(fc.array(arbitraryRecord, { minLength: 1, maxLength: 12 }), async (arbitrary) => {
        const first = await written(withIds(arbitrary));
        const { manifest, records } = await readDataset(first);
        const again = new MemoryFiles();
        await writeDataset({ ...manifest, records, folder: again });
        expect(await bytesOfFiles(again)).toEqual(await bytesOfFiles(first));
      }),
      { numRuns: 25 },
    ));

  test('has a file for each format and side, a card, a manifest and checksums', async () => {
    const rows = [1, 2, 3].map((number) =>
      sampleRecord(number, { split: number === 3 ? 'test' : 'train', task: 'weather' }),
    );
    const files = await written([
      ...rows,
      sampleRecord(4, {
        split: 'train',
        rejected: { type: 'calls', calls: [{ name: 'weather', arguments: { city: 'Elsewhere' } }] },
      }),
    ]);
    expect([...files.files.keys()].toSorted()).toEqual([
      'README.md',
      'SHA256SUMS',
      'data-flywheel/test.jsonl',
      'data-flywheel/train.jsonl',
      'hermes/test.jsonl',
      'hermes/train.jsonl',
      'manifest.json',
      'openai/test.jsonl',
      'openai/train.jsonl',
      'parquet/test.parquet',
      'parquet/train.parquet',
      'preference/train.jsonl',
      'records/test.jsonl',
      'records/train.jsonl',
      'rendered/test.jsonl',
      'rendered/train.jsonl',
      'trl/test.jsonl',
      'trl/train.jsonl',
    ]);
    const card = await files.text('README.md');
    expect(card.startsWith('---\npretty_name: "sample"\nlicense: "cc0-1.0"\nlanguage:\n  - "en"\n')).toBe(
      true,
    );
    expect(card).toContain('path: trl/train.jsonl');
    expect(await files.text('SHA256SUMS')).toMatch(/^[0-9a-f]{64} {2}records\/train\.jsonl$/m);
    const preference = JSON.parse(await files.text('preference/train.jsonl')) as Record<string, unknown>;
    expect(Object.keys(preference)).toEqual(['prompt', 'chosen', 'rejected', 'tools']);
  });

  test('that was changed is refused, with the file that was', async () => {
    const files = await written([sampleRecord(1, { split: 'train' })]);
    files.files.get('openai/train.jsonl')?.push(new TextEncoder().encode('{}\n'));
    await expect(readDataset(files)).rejects.toThrow('openai/train.jsonl is not what was exported.');
  });

  test('that was stopped goes on without the log, from the records that were whole', async () => {
    const records = Array.from({ length: 8 }, (_, number) => wordyRecord(number, { split: 'train' }));
    const files = new MemoryFiles();
    const folder: DatasetFolder = { create: files.create, open: files.open, abort: async () => {} };
    const stop = new AbortController();
    const done: ExportedFile[] = [];
    const rest = { about, plan: emptyPlan, folder };
    const stopped = writeDataset({
      ...rest,
      records: () => stream(records),
      signal: stop.signal,
      onFiles: (whole) => {
        done.push(...whole);
        stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect(done.map(({ path }) => path)).toEqual(['records/train.jsonl']);
    await writeDataset({ ...rest, records: unread, done });
    expect(await bytesOfFiles(files)).toEqual(await bytesOfFiles(await written(records)));
  });

  test('whose records are changed while it is written is refused', async () => {
    const files = new MemoryFiles();
    const failed = writeDataset({
      records: () => stream([sampleRecord(1, { split: 'train' })]),
      about,
      plan: emptyPlan,
      folder: files,
      onFiles: () => {
        const parts = files.files.get('records/train.jsonl');
        parts?.push(...parts);
      },
    });
    await expect(failed).rejects.toMatchObject({ code: 'dataset-invalid' });
  });

  test('is not written where rows that judge have twins', async () => {
    const figure = { kind: 'near' as const, checked: 10, overlapping: 2, share: 0.2, limit: 0.001 };
    const plan = { ...emptyPlan, overlap: { figures: [figure], clean: false } };
    const folder = new MemoryFiles();
    const failed = writeDataset({ records: () => stream([]), about, plan, folder });
    await expect(failed).rejects.toBeInstanceOf(Fault);
    await expect(failed).rejects.toMatchObject({ code: 'dataset-overlap' });
    expect(folder.files.size).toBe(0);
  });
});

describe('an archive', () => {
  test('holds the same files, and is the same each time', async () => {
    const records = Array.from({ length: 40 }, (_, number) =>
      wordyRecord(number, { split: number % 5 === 0 ? 'test' : 'train' }),
    );
    async function archived(): Promise<Uint8Array> {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      const reader = new MemoryFiles();
      const manifest = await writeDataset({
        records: () => stream(records),
        about,
        plan: emptyPlan,
        folder: reader,
      });
      await packArchive({
        reader,
        manifest,
        target: { write: async (bytes) => void parts.push(bytes), close: async () => {} },
      });
      return new Uint8Array(await new Blob(parts).arrayBuffer());
    }
    const archive = await archived();
    expect(await archived()).toEqual(archive);
    const { manifest, records: read } = await readDataset(archiveReader(archive));
    const again = new MemoryFiles();
    await writeDataset({ ...manifest, records: read, folder: again });
    expect(await bytesOfFiles(again)).toEqual(await bytesOfFiles(await written(records)));
  });
});

describe('parquet', () => {
  test('has the same columns whatever the rows hold, and arguments as text', async () => {
    const records = [
      sampleRecord(1, { split: 'train' }),
      sampleRecord(2, {
        split: 'train',
        messages: [
          { role: 'user', content: 'Weather in Oslo?' },
          { role: 'assistant', content: '', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] },
          { role: 'tool', content: '{"degrees":4}', name: 'weather' },
        ],
        expected: { type: 'answer', text: '4 degrees.' },
      }),
    ];
    const files = await written(records);
    const buffer = await new Blob(files.files.get('parquet/train.parquet')).arrayBuffer();
    const rows = await parquetReadObjects({ file: buffer });
    expect(rows).toMatchObject([
      {
        id: 'r1',
        class: 'calls',
        completion: [
          {
            role: 'assistant',
            tool_calls: [{ id: 'call_1', function: { name: 'weather', arguments: '{"city":"Town1"}' } }],
          },
        ],
      },
      {
        id: 'r2',
        class: 'answer',
        prompt: [
          { role: 'user', content: 'Weather in Oslo?' },
          { role: 'assistant', tool_calls: [{ id: 'call_1', function: { arguments: '{"city":"Oslo"}' } }] },
          { role: 'tool', name: 'weather', tool_call_id: 'call_1' },
        ],
        completion: [{ role: 'assistant', content: '4 degrees.' }],
      },
    ]);
  });
});

describe('seeds', () => {
  test('the same logs and seed give the same folder; another seed another split', async () => {
    const records = Array.from({ length: 60 }, (_, number) => wordyRecord(number));
    async function made(seed: string): Promise<Map<string, string>> {
      const { plan, records: walk } = await makeDataset({
        items: itemsOf(records),
        seed,
        shares: { validation: 0.2, test: 0.2 },
        paraphrase: { variants: 1, mode: 'add', surface: 'en' },
      });
      const folder = new MemoryFiles();
      await writeDataset({ records: walk, about, plan, folder });
      return bytesOfFiles(folder);
    }
    const first = await made('a');
    expect(await made('a')).toEqual(first);
    expect((await made('b')).get('records/test.jsonl')).not.toBe(first.get('records/test.jsonl'));
  });
});
