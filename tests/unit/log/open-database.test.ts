import 'fake-indexeddb/auto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDB } from 'idb';
import { describe, expect, test, vi } from 'vitest';
import { openJournal } from '../../../src/log/journal.ts';
import { migrationSteps } from '../../../src/log/migrate.ts';
import type { MigrationStep } from '../../../src/log/migrate.ts';
import { openDatabase } from '../../../src/log/open-database.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import { dumpDatabase, restoreDatabase } from '../../fixtures/journal/database-dump.ts';
import type { DatabaseDump } from '../../fixtures/journal/database-dump.ts';
import {
  sampleDecision,
  sampleFeedback,
  sampleId,
  sampleRun,
  sampleTrial,
} from '../../fixtures/journal/sample-run.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/journal');

const events = sampleRun({
  number: 1,
  goal: 'Rain in Oslo?',
  steps: [{ output: { type: 'calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] } }],
  outcome: { type: 'answered', answer: 'Rain.' },
});
const feedback = sampleFeedback(1, 0, {
  verdict: 'bad',
  correction: {
    stepId: sampleId(1, 'step'),
    calls: [{ name: 'weather', arguments: { city: 'Oslo', day: '2026-03-01' } }],
  },
});

/** A next version, as a later release might bring it. */
const nextStep: MigrationStep = (database) => {
  (database as unknown as IDBDatabase).createObjectStore('later', { keyPath: 'id' });
};

async function fixture(version: number): Promise<DatabaseDump> {
  return JSON.parse(await readFile(join(fixtures, `v${version}.json`), 'utf8')) as DatabaseDump;
}

/** What the fixture of a sealed version was sealed with. */
const unlock = { role: 'owner', secret: { type: 'passphrase', passphrase: 'a fixture' } } as const;

/** Writes what every fixture holds. */
async function writeSample(name: string): Promise<void> {
  const journal = await openJournal({ name, unlock });
  for (const event of events) await journal.append(event);
  await journal.addFeedback(feedback);
  await journal.addDecision(sampleDecision(1, 0, {}));
  await journal.addTrial(sampleTrial(1, 0, {}));
  journal.close();
}

/** The names and types in a value, with the sizes of bytes that do not depend on what was sealed. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  if ('$bytes' in value) return 'bytes';
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

describe('stored formats', () => {
  test.each(migrationSteps.map((_, index) => index + 1))(
    'a database of version %i is read, and nothing of it lies open afterwards',
    async (version) => {
      const name = `old-${version}`;
      await restoreDatabase(name, await fixture(version));
      const journal = await openJournal({ name, unlock });
      expect(await journal.episode(sampleId(1, 'run'))).toEqual({
        runId: sampleId(1, 'run'),
        events,
        feedback: [feedback],
      });
      expect(await journal.runs()).toMatchObject([{ goal: 'Rain in Oslo?', outcome: 'answered' }]);
      expect(await journal.decisions()).toEqual(version < 2 ? [] : [sampleDecision(1, 0, {})]);
      expect(await journal.trials({ adapter: 'caller', limit: 9 })).toEqual(
        version < 2 ? [] : [sampleTrial(1, 0, {})],
      );
      const check = await journal.check();
      expect(check).toMatchObject({
        audit: { type: 'whole' },
        damage: [],
        missingRuns: [],
        unexpectedRuns: [],
      });
      await journal.addDecision(sampleDecision(1, 1, {}));
      await journal.append({ ...events[0]!, id: 'one more' });
      expect(await journal.countEvents()).toBe(events.length + 1);
      journal.close();
      const { stores } = await dumpDatabase(name);
      for (const open of ['events', 'runs', 'feedback', 'decisions', 'trials']) {
        expect(stores[open]?.records).toEqual([]);
      }
      expect(JSON.stringify(stores)).not.toContain('Oslo');
    },
  );

  test('what is written now is the current version: its stores, its fields and its versions', async () => {
    await writeSample('now');
    const now = await dumpDatabase('now');
    const then = await fixture(migrationSteps.length);
    expect(now.version).toBe(then.version);
    for (const [name, { records, ...store }] of Object.entries(now.stores)) {
      const { records: older, ...before } = then.stores[name]!;
      expect(store).toEqual(before);
      expect(records.map(shapeOf)).toEqual(older.map(shapeOf));
    }
  });

  test('sealing what an older version left open goes on after it was cut off', async () => {
    const dump = await fixture(2);
    await restoreDatabase('cut-off', dump);
    const add = vi.spyOn(IDBObjectStore.prototype, 'clear').mockImplementation(() => {
      throw new DOMException('gone', 'UnknownError');
    });
    // Runs are sealed, decisions are not: the tab dies between the two.
    await expect(openJournal({ name: 'cut-off', unlock })).rejects.toMatchObject({
      code: 'journal-unavailable',
    });
    add.mockRestore();
    const [first, second] = await Promise.all([
      openJournal({ name: 'cut-off', unlock }),
      openJournal({ name: 'cut-off', unlock }),
    ]);
    expect(await first.decisions()).toEqual([sampleDecision(1, 0, {})]);
    expect((await second.episode(sampleId(1, 'run'))).events).toEqual(events);
    first.close();
    second.close();
  });
});

describe('upgrading', () => {
  test('runs the missing steps only, and keeps what is there', async () => {
    await restoreDatabase('grown', await fixture(1));
    const [first, second, third] = migrationSteps.map((step) => vi.fn(step));
    const steps = [first!, second!, third!, nextStep];
    const database = await openDatabase({ name: 'grown', onLost: vi.fn(), steps });
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledOnce();
    expect([...database.objectStoreNames]).toContain('later');
    expect(await database.count('events')).toBe(events.length);
    database.close();
  });

  test('a tab that does not give way blocks it: refused with a reason, and nobody is blocked by the refused one', async () => {
    const holder = await openDB('held', 1);
    const opening = openDatabase({ name: 'held', onLost: vi.fn(), steps: [...migrationSteps, nextStep] });
    const fault = await opening.catch((error: unknown) => error as Fault);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code: 'journal-unavailable', details: { found: 1, supported: 4 } });
    holder.close();
    const third = await openDB('held', 5);
    third.close();
  });

  test('with onBlocked it waits until that tab closes', async () => {
    const holder = await openDB('waited', 1, {
      upgrade: (database) => migrationSteps[0]?.(database as unknown as Parameters<MigrationStep>[0]),
    });
    const onBlocked = vi.fn(() => holder.close());
    const steps = [...migrationSteps, nextStep];
    const database = await openDatabase({ name: 'waited', onBlocked, onLost: vi.fn(), steps });
    expect(onBlocked).toHaveBeenCalledOnce();
    expect(database.version).toBe(4);
    database.close();
  });
});
