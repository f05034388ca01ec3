/**
 * What the log costs: sealed rows beside the same events as plain rows of `idb`, written and read, each in a database of
 * its own. Both strict (acknowledged is on disk) and relaxed (in the browser's hands).
 */
import { openDB } from 'idb';
import type { IDBPDatabase } from 'idb';
import { openJournal } from '../../src/log/journal.ts';
import type { Journal } from '../../src/log/journal.ts';
import type { StoredEvent } from '../../src/protocol/record.ts';
import { sampleRun } from '../../tests/fixtures/journal/sample-run.ts';
import { timed } from './contest.ts';
import type { Contest } from './contest.ts';

type Durability = 'strict' | 'relaxed';

/** Somewhere that events go to and come from. */
interface EventStore {
  readonly add: (event: StoredEvent) => Promise<unknown>;
  /** Stores many as fast as it can. */
  readonly fill: (events: readonly StoredEvent[]) => Promise<unknown>;
  /** Reads every event, a run at a time; returns how many there are. */
  readonly readAll: () => Promise<number>;
}

const eventsOfBurst = 500;
const eventsToRead = 10_000;
const stepsOfRun = 24;
/** Bytes of a text that stands in for a prompt of some 200 tokens. */
const promptLength = 800;

/** Events of whole runs; runs of different numbers share no id. */
function eventsOf(count: number, firstRun: number): readonly StoredEvent[] {
  const events: StoredEvent[] = [];
  for (let number = firstRun; events.length < count; number += 1) {
    const steps = Array.from({ length: stepsOfRun }, () => ({
      output: { type: 'answer', text: 'It rained. '.repeat(promptLength / 11) } as const,
    }));
    events.push(...sampleRun({ number, steps, outcome: { type: 'answered', answer: 'Rain.' } }));
  }
  return events.slice(0, count);
}

const journals = new Map<string, Promise<Journal>>();
function sealedLog(name: string, durability: Durability): EventStore {
  const open = (): Promise<Journal> => {
    const opened = journals.get(name) ?? openJournal({ name, durability });
    journals.set(name, opened);
    return opened;
  };
  return {
    add: async (event) => (await open()).append(event),
    fill: async (events) => {
      const journal = await open();
      await Promise.all(events.map((event) => journal.append(event)));
    },
    readAll: async () => {
      let count = 0;
      for await (const { events } of (await open()).episodes()) count += events.length;
      return count;
    },
  };
}

const databases = new Map<string, Promise<IDBPDatabase>>();
function plainRows(name: string, durability: Durability): EventStore {
  const open = (): Promise<IDBPDatabase> => {
    const opened =
      databases.get(name) ??
      openDB(name, 1, {
        upgrade: (database) => {
          database.createObjectStore('events', { keyPath: 'id' }).createIndex('run', 'runId');
        },
      });
    databases.set(name, opened);
    return opened;
  };
  return {
    add: async (event) => {
      const transaction = (await open()).transaction('events', 'readwrite', { durability });
      await Promise.all([transaction.store.add(event), transaction.done]);
    },
    fill: async (events) => {
      const transaction = (await open()).transaction('events', 'readwrite');
      await Promise.all([...events.map((event) => transaction.store.add(event)), transaction.done]);
    },
    readAll: async () => {
      const database = await open();
      const runs = new Set<IDBValidKey>();
      let cursor = await database.transaction('events').store.index('run').openKeyCursor(null, 'nextunique');
      for (; cursor !== null; cursor = await cursor.continue()) runs.add(cursor.key);
      let count = 0;
      for (const run of runs)
        count += (await database.getAllFromIndex('events', 'run', IDBKeyRange.only(run))).length;
      return count;
    },
  };
}

/** A database for each contender and purpose, new with each visit of the page. */
const visit = `bench-${String(Date.now())}`;
function contenders(
  purpose: string,
  round: (store: EventStore, number: number, place: number) => ReturnType<typeof timed>,
): Contest['contenders'] {
  const stores = new Map([
    ['sealed log', sealedLog(`${visit}-${purpose}-sealed`, 'strict')],
    ['idb', plainRows(`${visit}-${purpose}-plain`, 'strict')],
    ['sealed log, relaxed', sealedLog(`${visit}-${purpose}-sealed-relaxed`, 'relaxed')],
    ['idb, relaxed', plainRows(`${visit}-${purpose}-plain-relaxed`, 'relaxed')],
  ]);
  return new Map(
    Array.from(stores, ([name, store], place) => [
      name,
      async (number: number) => round(store, number, place),
    ]),
  );
}

const perSecond = (count: number) => (ms: number) => ({ eventsPerSecond: (count / ms) * 1000 });

/** Runs of one round do not meet those of another. */
const runsPerRound = 1000;

export const vaultContests: readonly Contest[] = [
  {
    name: 'vault-burst',
    title: `Log: ${String(eventsOfBurst)} events at once, until all are acknowledged`,
    contenders: contenders('burst', (store, number) => {
      const events = eventsOf(eventsOfBurst, number * runsPerRound);
      return timed(() => Promise.all(events.map((event) => store.add(event))), perSecond(events.length));
    }),
  },
  {
    name: 'vault-awaited',
    title: 'Log: 200 events, each acknowledged before the next',
    contenders: contenders('awaited', (store, number) => {
      const events = eventsOf(200, number * runsPerRound);
      return timed(async () => {
        for (const event of events) await store.add(event);
      }, perSecond(events.length));
    }),
  },
  {
    name: 'vault-read',
    title: `Log: ${eventsToRead.toLocaleString('en')} events read, a run at a time`,
    contenders: contenders('read', async (store, number) => {
      if (number === 0) await store.fill(eventsOf(eventsToRead, 1));
      let count = 0;
      const sample = await timed(async () => (count = await store.readAll()), perSecond(eventsToRead));
      if (count !== eventsToRead) throw new Error(`${String(count)} events were read.`);
      return sample;
    }),
  },
];
