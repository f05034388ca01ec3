/**
 * The list of a log as it is scrolled and filtered: only rows that are asked for are opened, filters find what they should
 * and nothing else, and a search that is overtaken ends.
 */
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogList } from '../../../src/app/log/log-list.ts';
import { judgeSummary, matchesEpisode, saysSomewhere, spanOf } from '../../../src/app/log/matches-filter.ts';
import { Promotion } from '../../../src/app/promotion.ts';
import { openJournal } from '../../../src/log/journal.ts';
import type { Journal } from '../../../src/log/journal.ts';
import type { JsonObject } from '../../../src/protocol/json.ts';
import { emptyLogFilter } from '../../../src/ui/log/log-view.ts';
import type { LogView } from '../../../src/ui/log/log-view.ts';
import { sampleId, sampleModel, sampleRun } from '../../fixtures/journal/sample-run.ts';
import { logWithRoles, newName, secretOf, writeRun } from '../../fixtures/vault/open-log.ts';

const idOf = (number: number): string => sampleId(number, 'run');

async function listOf(journal: Journal) {
  const shown: Partial<LogView>[] = [];
  let view: Partial<LogView> = {};
  const list = new LogList({
    journal: () => Promise.resolve(journal),
    onChange: (change) => {
      view = { ...view, ...change };
      shown.push(view);
    },
  });
  return { list, shown, view: () => view };
}

async function journalOf(count: number): Promise<Journal> {
  const journal = await openJournal({ name: newName() });
  for (let number = 1; number <= count; number += 1)
    await writeRun(journal, number, `errand ${String(number)}`);
  return journal;
}

test('all ids are there at once, and only the rows in view are opened', async () => {
  const { list, view } = await listOf(await journalOf(6));
  await list.refresh();
  expect(view().runIds).toEqual([6, 5, 4, 3, 2, 1].map(idOf));
  expect(view().rows?.size).toBe(0);
  await list.show([idOf(5), idOf(4)]);
  expect([...(view().rows?.values() ?? [])].map(({ goal }) => goal)).toEqual(['errand 5', 'errand 4']);
});

test('goals are shown as they were for the owner who asks, and masked else', async () => {
  const journal = await openJournal({ name: newName() });
  const [begin] = sampleRun({ number: 1, goal: 'call Marie', steps: [] });
  const whole = { ...begin, goal: 'call Anna' } as unknown as JsonObject;
  await journal.append(begin!, { originals: { quarantined: ['a test'], event: whole } });
  const { list, view } = await listOf(journal);
  const goalShown = async (showsOriginals: boolean): Promise<string | undefined> => {
    await list.refresh({ showsOriginals });
    await list.show([idOf(1)]);
    return view().rows?.get(idOf(1))?.goal;
  };
  expect(await goalShown(false)).toBe('call Marie');
  expect(await goalShown(true)).toBe('call Anna');
  await list.find({ ...emptyLogFilter, text: 'anna' });
  expect(view().runIds).toEqual([idOf(1)]);
  await list.refresh({ showsOriginals: false });
  expect(view().runIds).toEqual([]);
});

test('text is found in goals and in what was said; an outcome only where it was that', async () => {
  const journal = await journalOf(3);
  for (const event of sampleRun({ number: 9, goal: 'cut short', steps: [] })) await journal.append(event);
  const { list, view } = await listOf(journal);
  await list.find({ ...emptyLogFilter, text: 'ERRAND 2' });
  expect(view()).toMatchObject({ runIds: [idOf(2)], search: undefined });
  await list.find({ ...emptyLogFilter, text: 'oslo' });
  expect(view().runIds).toEqual([3, 2, 1].map(idOf));
  await list.find({ ...emptyLogFilter, outcome: 'cut-off' });
  expect(view().runIds).toEqual([idOf(9)]);
  await list.find({ ...emptyLogFilter, tool: 'weather' });
  expect(view().runIds).toEqual([]);
  // The runs of these tests hold no call that was made; this one does.
  await journal.append({
    id: sampleId(2, 'event', 90),
    runId: idOf(2),
    at: 1_735_689_602_900,
    type: 'tool-called',
    callId: sampleId(2, 'event', 91),
    stepId: sampleId(2, 'step'),
    subtaskId: sampleId(2, 'subtask'),
    call: { name: 'weather', arguments: {} },
  });
  for (const text of ['', 'oslo']) {
    await list.find({ ...emptyLogFilter, tool: 'weather', text });
    expect(view().runIds).toEqual([idOf(2)]);
  }
  await list.find({ ...emptyLogFilter, tool: 'weather', text: 'errand 1' });
  expect(view().runIds).toEqual([]);
});

test('a search that another one overtakes shows nothing any more', async () => {
  const { list, view } = await listOf(await journalOf(3));
  const first = list.find({ ...emptyLogFilter, text: 'errand' });
  const second = list.find({ ...emptyLogFilter, text: 'errand 3' });
  await Promise.all([first, second]);
  expect(view()).toMatchObject({ runIds: [idOf(3)], search: undefined });
});

test('a tool is found in the events of a run whose header names none, as older versions wrote it', () => {
  const run = { runId: idOf(1), startedAt: 0, goal: 'g', modelId: 'm' };
  const filter = { ...emptyLogFilter, tool: 'weather' };
  expect(judgeSummary(run, filter)).toBe('unknown');
  expect(judgeSummary({ ...run, tools: ['weather'] }, filter)).toBe('fits');
  expect(judgeSummary({ ...run, tools: ['todo_add'] }, filter)).toBe('differs');
  const event = {
    id: 'e',
    runId: run.runId,
    at: 0,
    type: 'tool-called',
    callId: 'c',
    stepId: 's',
    subtaskId: 't',
    call: { name: 'weather', arguments: {} },
  } as const;
  expect(matchesEpisode({ runId: run.runId, events: [event], feedback: [] }, run, filter)).toBe(true);
  expect(matchesEpisode({ runId: run.runId, events: [], feedback: [] }, run, filter)).toBe(false);
});

test('days are those of the clock on the wall, and what is no day bounds nothing', () => {
  const { from = 0, to = 0 } = spanOf({ ...emptyLogFilter, from: '2026-03-01', to: '2026-03-01' });
  expect(new Date(from).getHours()).toBe(0);
  expect(new Date(to).getDate()).toBe(1);
  expect(spanOf({ ...emptyLogFilter, from: 'soon' })).toEqual({});
});

test('a text is found in any value, however deep, and never in the name of a field', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ minLength: 1 }), (value, text) => {
      expect(saysSomewhere({ a: [value, { b: `x${text}y` }] }, text)).toBe(true);
    }),
  );
  expect(saysSomewhere({ goal: 'a', list: [{ goal: 1 }] }, 'goal')).toBe(false);
});

test('a contributor, who reads nothing, still gets a run its adapter', async () => {
  const journal = await logWithRoles(newName());
  await journal.vault.unlock({ role: 'contributor', secret: secretOf('contributor') });
  const errors: unknown[] = [];
  const promotion = new Promotion({
    log: { get: () => Promise.resolve(journal), addTrial: (trial) => journal.addTrial(trial) },
    shelf: () => ({ baseSha256: 'x', adapters: [{ id: 'mine', title: 'Mine' }], chosen: 'mine' }),
    adapters: { bring: () => Promise.resolve(), choose: () => Promise.resolve() },
    shadowTailMs: 0,
    onChange: () => undefined,
    onError: (error) => errors.push(error),
  });
  const engine = { generate: () => Promise.reject(new Error('It is not asked.')) };
  const model = { ...sampleModel, adapters: ['mine'] };
  expect(await promotion.forRun({ engine, model })).toEqual({ adapter: 'mine' });
  await promotion.review();
  expect(errors).toEqual([]);
  const { audit } = await (async () => {
    await journal.vault.unlock({ role: 'owner', secret: secretOf('owner') });
    return journal.check();
  })();
  const refusals = audit.type === 'whole' && audit.entries.some(({ action }) => action === 'call-refused');
  expect(refusals).toBe(false);
});
