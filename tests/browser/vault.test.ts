/**
 * The vault on the browser's own IndexedDB and WebCrypto: keys that lie in the database, tabs that write at once, and what
 * a copy of the database shows.
 */
import { openDB } from 'idb';
import { afterEach, describe, expect, test } from 'vitest';
import { openJournal } from '../../src/log/journal.ts';
import type { Journal, OpenJournalOptions } from '../../src/log/journal.ts';
import { sampleId, sampleRun } from '../fixtures/journal/sample-run.ts';

const opened: { journal: Journal; name: string }[] = [];

async function open(name: string, rest: Omit<OpenJournalOptions, 'name'> = {}): Promise<Journal> {
  const journal = await openJournal({ name, ...rest });
  opened.push({ journal, name });
  return journal;
}

afterEach(async () => {
  const names = new Set(opened.map(({ name }) => name));
  for (const { journal } of opened.splice(0)) journal.close();
  for (const name of names) {
    await new Promise((resolve) => {
      indexedDB.deleteDatabase(name).addEventListener('success', resolve);
    });
  }
});

const events = sampleRun({
  number: 1,
  goal: 'Rain in Oslo?',
  steps: [{ output: { type: 'calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] } }],
  outcome: { type: 'answered', answer: 'Rain.' },
});
const runId = sampleId(1, 'run');
const owner = { type: 'passphrase', passphrase: 'correct horse' } as const;

/** Every text and byte of the database, as latin text. */
async function everythingIn(name: string): Promise<string> {
  const database = await openDB(name);
  const parts: string[] = [];
  function take(value: unknown): void {
    if (value instanceof Uint8Array) parts.push(String.fromCharCode(...value));
    else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) take(inner);
    else parts.push(String(value));
  }
  for (const store of database.objectStoreNames) take(await database.getAll(store));
  database.close();
  return parts.join('\n');
}

describe('a new log', () => {
  test('opens by a key of this profile that cannot be exported, and again after a reload', async () => {
    const journal = await open('device');
    for (const event of events) await journal.append(event);
    const database = await openDB('device');
    const row = (await database.get('vault', 'device-key')) as { key: CryptoKey };
    database.close();
    expect(row.key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', row.key)).rejects.toThrow();
    journal.close();
    const again = await open('device');
    expect((await again.episode(runId)).events).toEqual(events);
    expect(await again.check()).toMatchObject({ audit: { type: 'whole' }, damage: [] });
  });

  test('shows nothing of what was written to who reads its database', async () => {
    const journal = await open('read');
    for (const event of events) await journal.append(event);
    const all = await everythingIn('read');
    expect(all).toContain(runId);
    for (const secret of ['Oslo', 'Rain', 'sample-model', 'weather', 'answered']) {
      expect(all).not.toContain(secret);
    }
  });

  test('is closed to the profile once its owner has a passphrase', async () => {
    const journal = await open('closed');
    for (const event of events) await journal.append(event);
    await journal.admin.setOwnerSecret({ owner: { type: 'device' }, secret: owner, instead: ['device'] });
    journal.close();
    const locked = await open('closed');
    await expect(locked.runs()).rejects.toMatchObject({ code: 'vault-locked' });
    const wrong = { type: 'passphrase', passphrase: 'wrong horse' } as const;
    await expect(locked.vault.unlock({ role: 'owner', secret: wrong })).rejects.toMatchObject({
      code: 'vault-locked',
    });
    await locked.vault.unlock({ role: 'owner', secret: owner });
    expect((await locked.episode(runId)).events).toEqual(events);
  });
});

test('two connections that write one run and begin many at once lose nothing, and the chain stays whole', async () => {
  const [first, second] = [await open('shared'), await open('shared')];
  const many = sampleRun({
    number: 1,
    steps: Array.from({ length: 10 }, () => ({ output: { type: 'answer', text: 'yes' } as const })),
  });
  const others = [2, 3, 4, 5, 6, 7].map((number) => sampleRun({ number, steps: [] }));
  await Promise.all([
    ...many.map((event, index) => (index % 2 === 0 ? first : second).append(event)),
    ...others.map((run, index) => (index % 2 === 0 ? first : second).append(run[0]!)),
  ]);
  const { events: stored } = await first.episode(runId);
  expect(stored.map(({ id }) => id).toSorted()).toEqual(many.map(({ id }) => id).toSorted());
  expect(await second.check()).toMatchObject({
    audit: { type: 'whole' },
    damage: [],
    missingRuns: [],
    unexpectedRuns: [],
  });
});
