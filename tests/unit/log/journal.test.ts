import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { openDB } from 'idb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openJournal } from '../../../src/log/journal.ts';
import type { Journal } from '../../../src/log/journal.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import type { Episode, StoredEvent } from '../../../src/protocol/record.ts';
import {
  sampleDecision,
  sampleFeedback,
  sampleId,
  sampleRun,
  sampleTrial,
} from '../../fixtures/journal/sample-run.ts';
import { arbitraryEvent } from '../../fixtures/journal/arbitrary-event.ts';

let count = 0;
const opened: Journal[] = [];

async function open(name = `journal-${(count += 1)}`): Promise<Journal> {
  const journal = await openJournal({ name });
  opened.push(journal);
  return journal;
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
}

async function collect(episodes: AsyncIterable<Episode>): Promise<Episode[]> {
  const all: Episode[] = [];
  for await (const episode of episodes) all.push(episode);
  return all;
}

async function journalOfRuns(number: number): Promise<Journal> {
  const journal = await open();
  for (let run = 0; run < number; run += 1) {
    for (const event of sampleRun({ number: run, steps: [] })) await journal.append(event);
  }
  return journal;
}

const oneCall = {
  output: { type: 'calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] },
} as const;

/** The real methods, by name, for a test to put something before them. */
const storeMethods: Pick<IDBObjectStore, 'add' | 'put' | 'getAll'> = Object.create(
  null,
  Object.getOwnPropertyDescriptors(IDBObjectStore.prototype),
) as IDBObjectStore;

const databaseMethods: Pick<IDBDatabase, 'transaction'> = Object.create(
  null,
  Object.getOwnPropertyDescriptors(IDBDatabase.prototype),
) as IDBDatabase;

const answered = { type: 'answered', answer: 'Rain.' } as const;

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const journal of opened.splice(0)) journal.close();
});

describe('what is written', () => {
  test('comes back in order, with its line in the list', async () => {
    const journal = await open();
    const events = sampleRun({ number: 1, goal: 'Rain in Oslo?', steps: [oneCall], outcome: answered });
    for (const event of events) await journal.append(event);
    const feedback = sampleFeedback(1, 0, { verdict: 'bad', comment: 'no' });
    await journal.addFeedback(feedback);

    const runId = sampleId(1, 'run');
    expect(await journal.episode(runId)).toEqual({ runId, events, feedback: [feedback] });
    expect(await journal.runs()).toEqual([
      {
        runId,
        startedAt: events[0]?.at,
        goal: 'Rain in Oslo?',
        modelId: 'sample-model',
        outcome: 'answered',
      },
    ]);
    expect(await journal.countEvents()).toBe(events.length);
  });

  test('streamed text is passed over', async () => {
    const journal = await open();
    await journal.append({ id: 'e', runId: 'r', at: 1, type: 'step-streamed', stepId: 's', text: 'Hel' });
    expect(await journal.countEvents()).toBe(0);
    expect(await journal.runs()).toEqual([]);
  });

  test('a run that was cut off has no outcome', async () => {
    const journal = await open();
    for (const event of sampleRun({ number: 1, steps: [oneCall] })) await journal.append(event);
    const [run] = await journal.runs();
    expect(run).toBeDefined();
    expect(run).not.toHaveProperty('outcome');
  });

  test('each write asks for strict durability and settles after its transaction is complete', async () => {
    const journal = await open();
    const completed: string[] = [];
    const asked: unknown[] = [];
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...given) {
      const made = databaseMethods.transaction.apply(this, given);
      if (given[1] === 'readwrite') {
        asked.push(given[2]);
        made.addEventListener('complete', () => completed.push('complete'));
      }
      return made;
    });
    const [event] = sampleRun({ number: 1, steps: [] });
    await journal.append(event!).then(() => completed.push('acknowledged'));
    expect(asked).toEqual([{ durability: 'strict' }]);
    expect(completed).toEqual(['complete', 'acknowledged']);
  });

  test('any sequence of events round-trips', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryEvent, { maxLength: 12 }), async (events) => {
        const journal = await open();
        await Promise.all(events.map((event) => journal.append(event)));
        const stored = events.filter((event): event is StoredEvent => event.type !== 'step-streamed');
        for (const runId of new Set(events.map((event) => event.runId))) {
          const expected = stored.filter((event) => event.runId === runId);
          expect((await journal.episode(runId)).events).toEqual(expected);
        }
        expect(await journal.countEvents()).toBe(stored.length);
        journal.close();
      }),
      { numRuns: 40 },
    );
  });

  test('two connections that write the same run at once lose nothing', async () => {
    const [first, second] = [await open('shared'), await open('shared')];
    const events = sampleRun({ number: 1, steps: Array.from({ length: 20 }, () => oneCall) });
    await Promise.all(events.map((event, index) => (index % 2 === 0 ? first : second).append(event)));
    const { events: stored } = await first.episode(sampleId(1, 'run'));
    expect(stored.map((event) => event.id).toSorted()).toEqual(events.map((event) => event.id).toSorted());
  });
});

describe('reading', () => {
  test('runs come newest first, page by page', async () => {
    const journal = await journalOfRuns(5);
    const first = await journal.runs({ limit: 2 });
    const second = await journal.runs({ limit: 2, before: first[1]! });
    const third = await journal.runs({ limit: 2, before: second[1]! });
    expect([first, second, third].map((page) => page.map((run) => run.goal))).toEqual([
      ['goal 4', 'goal 3'],
      ['goal 2', 'goal 1'],
      ['goal 0'],
    ]);
    expect(await journal.runs({ limit: 0 })).toEqual([]);
  });

  test('episodes come in either order, past the end of a page', async () => {
    const journal = await journalOfRuns(70);
    const ids = Array.from({ length: 70 }, (_, run) => sampleId(run, 'run'));
    expect((await collect(journal.episodes())).map((episode) => episode.runId)).toEqual(ids);
    expect((await collect(journal.episodes({ order: 'newest' }))).map((episode) => episode.runId)).toEqual(
      ids.toReversed(),
    );
  });

  test('a slow reader holds no transaction, and a run deleted meanwhile is passed over', async () => {
    const journal = await journalOfRuns(3);
    const seen: string[] = [];
    for await (const episode of journal.episodes()) {
      seen.push(episode.runId);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await journal.deleteRun(sampleId(1, 'run'));
    }
    expect(seen).toEqual([sampleId(0, 'run'), sampleId(2, 'run')]);
  });

  test('10,000 events are read one episode at a time', { timeout: 60_000 }, async () => {
    const journal = await open();
    const [runs, steps] = [200, 24];
    for (let number = 0; number < runs; number += 1) {
      const events = sampleRun({ number, steps: Array.from({ length: steps }, () => oneCall) });
      await Promise.all(events.map((event) => journal.append(event)));
    }
    expect(await journal.countEvents()).toBe(10_000);

    const largestAnswer = { records: 0 };
    let eventsRead = 0;
    const { getAll } = storeMethods;
    vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (
      this: IDBObjectStore,
      ...query
    ) {
      const request = getAll.apply(this, query) as IDBRequest<unknown[]>;
      request.addEventListener('success', () => {
        largestAnswer.records = Math.max(largestAnswer.records, request.result.length);
        eventsRead += request.result.length;
      });
      return request;
    });
    let consumed = 0;
    for await (const episode of journal.episodes()) {
      consumed += episode.events.length;
      // Nothing is read ahead of the consumer.
      expect(eventsRead).toBe(consumed);
    }
    expect(consumed).toBe(10_000);
    expect(largestAnswer.records).toBe(2 + 2 * steps);
  });

  test('a run that is not there has no events', async () => {
    const journal = await open();
    expect(await journal.episode('none')).toEqual({ runId: 'none', events: [], feedback: [] });
  });
});

describe('forgetting', () => {
  test('a deleted run takes its feedback along and leaves the others', async () => {
    const journal = await open();
    for (const number of [1, 2]) {
      for (const event of sampleRun({ number, steps: [oneCall] })) await journal.append(event);
      await journal.addFeedback(sampleFeedback(number, 0, {}));
    }
    await journal.deleteRun(sampleId(1, 'run'));
    expect(await journal.episode(sampleId(1, 'run'))).toMatchObject({ events: [], feedback: [] });
    expect((await journal.episode(sampleId(2, 'run'))).feedback).toHaveLength(1);
    expect(await journal.runs()).toHaveLength(1);
    await journal.clear();
    expect(await journal.runs()).toEqual([]);
    expect(await journal.countEvents()).toBe(0);
    expect(await journal.episode(sampleId(2, 'run'))).toMatchObject({ events: [], feedback: [] });
  });
});

describe('faults', () => {
  test.each(['sealedRecords', 'sealedRuns'])(
    'a full disk while writing to %s stores nothing of the event',
    async (fullStore) => {
      const journal = await open();
      const [first, second] = sampleRun({ number: 1, steps: [oneCall] });
      await journal.append(first!);
      for (const method of ['add', 'put'] as const) {
        vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
          this: IDBObjectStore,
          value,
          key,
        ) {
          if (this.name === fullStore) throw new DOMException('full', 'QuotaExceededError');
          return storeMethods[method].call(this, value, ...(key === undefined ? [] : [key]));
        });
      }
      const fault = await faultOf(journal.append(second!));
      expect(fault.code).toBe('storage-full');
      expect(fault.remedy).toMatch(/delete/i);
      vi.restoreAllMocks();
      expect((await journal.episode(sampleId(1, 'run'))).events).toEqual([first]);
      // The disk has room again: the same event goes through, and stands where it belongs.
      await journal.append(second!);
      expect((await journal.episode(sampleId(1, 'run'))).events).toEqual([first, second]);
    },
  );

  test('a value that cannot be stored leaves nothing half-written', async () => {
    const journal = await open();
    const broken = {
      ...sampleRun({ number: 1, steps: [] })[0]!,
      goal: (() => undefined) as unknown as string,
    };
    await expect(journal.append(broken as StoredEvent)).rejects.toThrow();
    expect(await journal.countEvents()).toBe(0);
    expect(await journal.runs()).toEqual([]);
  });

  test('a newer database is refused by its version, and left as it is', async () => {
    const newer = await openDB('newer', 9);
    newer.close();
    const fault = await faultOf(openJournal({ name: 'newer' }));
    expect(fault.code).toBe('journal-unavailable');
    expect(fault.details).toMatchObject({ what: 'database', found: 9, supported: 3 });
    expect(fault.reason).toContain('version 9');
  });

  test('a record of a newer version is refused by its version', async () => {
    const journal = await open('newer-record');
    const [event] = sampleRun({ number: 1, steps: [] });
    await journal.append(event!);
    const database = await openDB('newer-record');
    const row = { v: 7, runId: sampleId(1, 'run'), index: 0, later: 'unknown shape' };
    await database.put('sealedRecords', row);
    database.close();
    const fault = await faultOf(journal.episode(sampleId(1, 'run')));
    expect(fault.code).toBe('journal-unavailable');
    expect(fault.details).toMatchObject({ what: 'record', found: 7 });
  });

  test('without IndexedDB the reason is named', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const fault = await faultOf(openJournal());
    expect(fault.code).toBe('journal-unavailable');
    expect(fault.reason).toMatch(/private mode/);
  });

  test('a browser that refuses to open is quoted', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('not here', 'SecurityError');
    });
    const fault = await faultOf(openJournal());
    expect(fault.code).toBe('journal-unavailable');
    expect(fault.reason).toContain('SecurityError: not here');
  });

  test('a journal gives way to an upgrade by another tab, and says so', async () => {
    const journal = await open('upgraded');
    const [event] = sampleRun({ number: 1, steps: [] });
    await journal.append(event!);
    const newer = await openDB('upgraded', 4);
    const fault = await faultOf(journal.append(event!));
    expect(fault.code).toBe('journal-unavailable');
    expect(fault.reason).toMatch(/Another tab/);
    expect(await newer.count('sealedRecords')).toBe(1);
    newer.close();
  });

  test('after close every call says so', async () => {
    const journal = await open();
    journal.close();
    journal.close();
    for (const call of [journal.countEvents(), journal.runs(), journal.clear(), journal.episodes().next()]) {
      expect((await faultOf(call)).reason).toBe('It was closed.');
    }
  });
});

describe('adapters on their way into use', () => {
  test('decisions come back in their order, trials of one adapter newest first', async () => {
    const journal = await journalOfRuns(3);
    const decisions = [0, 1, 2].map((index) => sampleDecision(1, index, { adapter: `a${index % 2}` }));
    for (const decision of decisions) await journal.addDecision(decision);
    expect(await journal.decisions()).toEqual(decisions);
    const trials = [0, 1, 2].map((index) => sampleTrial(index, index, {}));
    for (const trial of [...trials, sampleTrial(1, 9, { adapter: 'other' })]) await journal.addTrial(trial);
    expect(await journal.trials({ adapter: 'caller', limit: 2 })).toEqual([trials[2], trials[1]]);
    await expect(journal.addDecision(decisions[0]!)).rejects.toThrow();
  });

  test('a run takes its trials with it, and a cleared log keeps decisions only', async () => {
    const journal = await journalOfRuns(2);
    await journal.addDecision(sampleDecision(1, 0, {}));
    for (const run of [0, 1]) await journal.addTrial(sampleTrial(run, 0, {}));
    await journal.deleteRun(sampleId(0, 'run'));
    // A trial that ends after its run was deleted.
    await journal.addTrial(sampleTrial(0, 1, {}));
    expect(await journal.trials({ adapter: 'caller', limit: 9 })).toEqual([sampleTrial(1, 0, {})]);
    await journal.clear();
    expect(await journal.trials({ adapter: 'caller', limit: 9 })).toEqual([]);
    expect(await journal.decisions()).toHaveLength(1);
  });
});
