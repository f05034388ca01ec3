import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { openDB } from 'idb';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/protocol/json.ts';
import { builtinTools } from '../../../src/tools/builtin/index.ts';
import { addDocument } from '../../../src/tools/builtin/search-documents.ts';
import { invokeTool } from '../../../src/tools/invoke-tool.ts';
import { createRegistry } from '../../../src/tools/registry.ts';

let count = 0;
const now = (): Date => new Date(2026, 2, 4, 10, 0);

function desk(databaseName = `desk-${(count += 1)}`) {
  const tools = createRegistry(builtinTools({ databaseName, now, baseUrl: 'http://localhost/' }));
  return {
    databaseName,
    tools,
    call: async (name: string, input: JsonObject = {}) => {
      const outcome = await invokeTool({ tools, call: { name, arguments: input }, callId: 'c' });
      return outcome.type === 'ok' ? outcome.value : outcome.fault;
    },
  };
}

describe('the set', () => {
  test('every tool has a short description and an example, and only those that change something write', () => {
    const specs = desk().tools.specs();
    expect(specs.map(({ name, permission }) => `${name} ${permission}`)).toEqual([
      'calculator read',
      'convert_unit read',
      'date_add read',
      'date_difference read',
      'weekday read',
      'note_add write',
      'note_list read',
      'todo_add write',
      'todo_list read',
      'todo_done write',
      'calendar_add write',
      'calendar_list read',
      'search_documents read',
      'fetch_page read',
    ]);
    for (const spec of specs) {
      expect(spec.description.split(' ').length).toBeLessThanOrEqual(12);
      expect(spec.examples?.length).toBeGreaterThanOrEqual(2);
    }
  });
});

describe('notes', () => {
  test('are kept, newest first, and found again by another page', async () => {
    const first = desk();
    expect(await first.call('note_add', { text: ' The key is under the mat ' })).toEqual({
      saved: 'The key is under the mat',
    });
    await first.call('note_add', { text: 'Wifi: blue-7' });
    expect(await desk(first.databaseName).call('note_list')).toEqual({
      count: 2,
      notes: ['Wifi: blue-7', 'The key is under the mat'],
    });
  });

  test('blank text is refused', async () => {
    expect(await desk().call('note_add', { text: '   ' })).toMatchObject({ code: 'tool-failed' });
    expect(await desk().call('note_add', { text: '' })).toMatchObject({ code: 'arguments-invalid' });
  });

  test('whatever the text, it comes back as it was', async () => {
    const { call } = desk();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), async (text) => {
        fc.pre(text.trim() !== '');
        await call('note_add', { text });
        const { notes } = (await call('note_list')) as { readonly notes: readonly string[] };
        expect(notes[0]).toBe(text.trim());
      }),
      { numRuns: 50 },
    );
  });
});

describe('to-dos', () => {
  test('are ticked off by their words', async () => {
    const { call } = desk();
    await call('todo_add', { text: 'Buy milk' });
    await call('todo_add', { text: 'Buy bread' });
    await call('todo_add', { text: 'Call Ada' });
    expect(await call('todo_done', { text: 'ada' })).toEqual({ done: 'Call Ada' });
    expect(await call('todo_done', { text: 'buy' })).toMatchObject({
      code: 'tool-failed',
      message: '"buy" could be any of 2 to-dos.',
      remedy: 'Use the exact words of one: "Buy milk", "Buy bread".',
    });
    expect(await call('todo_done', { text: 'BUY MILK' })).toEqual({ done: 'Buy milk' });
    expect(await call('todo_done', { text: 'Buy milk' })).toMatchObject({
      message: 'There is no open to-do "Buy milk".',
    });
    expect(await call('todo_list')).toEqual({ count: 1, todos: ['Buy bread'] });
  });
});

describe('calendar', () => {
  test('entries come back by day, in order of time', async () => {
    const { call } = desk();
    await call('calendar_add', { title: 'Dentist', date: 'tomorrow 3pm' });
    expect(await call('calendar_add', { title: 'Birthday', date: 'tomorrow' })).toEqual({
      added: { title: 'Birthday', date: '2026-03-05', weekday: 'Thursday' },
    });
    await call('calendar_add', { title: 'Past', date: 'yesterday' });
    await call('calendar_add', { title: 'Review', date: 'in 3 weeks' });
    expect(await call('calendar_list', { date: 'tomorrow' })).toEqual({
      count: 2,
      entries: [
        { title: 'Birthday', date: '2026-03-05', weekday: 'Thursday' },
        { title: 'Dentist', date: '2026-03-05T15:00', weekday: 'Thursday' },
      ],
    });
    expect(await call('calendar_list')).toMatchObject({ count: 3 });
    expect(await call('calendar_list', { date: 'today' })).toEqual({ count: 0, entries: [] });
    expect(await call('calendar_add', { title: 'X', date: 'soonish' })).toMatchObject({
      code: 'tool-failed',
    });
  });
});

describe('documents', () => {
  test('are found by their words, with a snippet around the hit; a new one is found at once', async () => {
    const { call, databaseName } = desk();
    expect(await call('search_documents', { query: 'pets' })).toEqual({ count: 0, documents: [] });
    const filler = 'The tenant keeps the stairs clean. '.repeat(30);
    await addDocument({
      databaseName,
      title: 'Lease',
      text: `${filler}Pets need the written consent of the landlord. ${filler}`,
    });
    await addDocument({ databaseName, title: 'Recipe', text: 'Flour, milk and eggs make a pancake.' });
    const found = (await call('search_documents', { query: 'pet rules' })) as {
      readonly documents: readonly {
        readonly title: string;
        readonly snippet: string;
        readonly score: number;
      }[];
    };
    expect(found.documents[0]?.title).toBe('Lease');
    expect(found.documents[0]?.snippet).toMatch(/^….*Pets need the written consent.*…$/);
    expect(await call('search_documents', { query: 'pancakes' })).toMatchObject({
      count: 1,
      documents: [{ title: 'Recipe' }],
    });
    expect(await call('search_documents', { query: 'submarine' })).toEqual({ count: 0, documents: [] });
  });
});

test('a database of a newer version is refused by name, and left as it is', async () => {
  const { call, databaseName } = desk();
  const newer = await openDB(databaseName, 9);
  newer.close();
  expect(await call('note_add', { text: 'x' })).toMatchObject({
    code: 'unsupported',
    message: 'Your notes were written by a newer version of this page.',
  });
});
