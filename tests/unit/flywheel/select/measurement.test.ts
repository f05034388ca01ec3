/** What an evaluation leaves behind, and where it is kept: sums, rates, and a store that forgets one task only. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, test } from 'vitest';
import { MeasurementStore } from '../../../../src/app/measurement-store.ts';
import { taskIdOf } from '../../../../src/app/task-id.ts';
import { measurementOf } from '../../../../src/flywheel/select/measurement.ts';
import type { RowCost } from '../../../../src/flywheel/select/measurement.ts';
import type { ToolCallRow } from '../../../../src/flywheel/tool-call-row.ts';
import { makeMeasurement } from '../../../fixtures/measurement.ts';

const model = {
  modelId: 'm',
  weightsHash: 'a'.repeat(64),
  engine: 'wllama',
  engineVersion: '1',
  backend: 'wasm-threads',
  weights: 'float32',
  threads: 2,
  slots: 1,
  contextTokens: 4096,
  choiceReasons: [],
  loadMs: 1,
} as const;

const cost: RowCost = {
  exact: true,
  durationMs: 3000,
  promptTokens: 300,
  cachedTokens: 100,
  decodeTokens: 20,
  prefillMs: 2000,
  decodeMs: 1000,
  longestTokens: 320,
};

function measure(rows: readonly RowCost[]) {
  const subject = { modelId: 'm', grammar: true };
  return measurementOf({ id: '1', taskId: 't', source: 's', at: 5, subject, model, rows });
}

describe('a measurement', () => {
  test('counts what was right, what was read anew, and the longest row', () => {
    const second = { ...cost, exact: false, cachedTokens: 300, prefillMs: 0, longestTokens: 900 };
    expect(measure([cost, second])).toMatchObject({
      rows: 2,
      exact: 1,
      seconds: 6,
      longestTokens: 900,
      meanReadTokens: 100,
      meanWrittenTokens: 20,
      prefillPerSecond: 100,
      decodePerSecond: 20,
      backend: 'wasm-threads',
    });
  });

  test('of rows that were never asked has no speed, and of none is refused', () => {
    const none = { ...cost, promptTokens: 0, cachedTokens: 0, decodeTokens: 0, prefillMs: 0, decodeMs: 0 };
    expect(measure([none])).toMatchObject({ prefillPerSecond: 0, decodePerSecond: 0 });
    expect(() => measure([])).toThrow(RangeError);
  });
});

describe('the store', () => {
  test('keeps measurements, lists them, and forgets those of one task', async () => {
    const store = new MeasurementStore({ databaseName: 'kept' });
    expect(await store.list()).toEqual([]);
    const [one, other] = [makeMeasurement(), makeMeasurement({ id: 'measurement-2', taskId: 'task-2' })];
    expect(await store.keep([one, other])).toBe(true);
    expect(await store.list()).toEqual([one, other]);
    await store.forget('task-1');
    expect(await store.list()).toEqual([other]);
  });

  test('passes over what another version wrote', async () => {
    const store = new MeasurementStore({ databaseName: 'strange' });
    await store.keep([makeMeasurement()]);
    const database = await openDB('strange');
    await database.put('items', { ...makeMeasurement(), v: 2 }, 'newer');
    await database.put('items', 'torn', 'torn');
    database.close();
    expect(await store.list()).toEqual([makeMeasurement()]);
  });
});

describe('the name of a task', () => {
  const row: ToolCallRow = {
    id: '1',
    category: '',
    turns: [{ role: 'user', content: 'Play' }],
    tools: [],
    expected: [],
  };

  test('is that of its rows in any order, whatever they are called', async () => {
    const other = { ...row, id: '2', turns: [{ role: 'user' as const, content: 'Stop' }] };
    const name = await taskIdOf([row, other]);
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(await taskIdOf([other, { ...row, id: '3' }])).toBe(name);
    expect(await taskIdOf([row])).not.toBe(name);
    expect(
      await taskIdOf([
        row,
        { ...other, expected: [{ name: 'x', arguments: {}, acceptable: {}, optional: [] }] },
      ]),
    ).not.toBe(name);
  });
});
