/**
 * The built-in tools where they live: real IndexedDB, DOMParser and fetch, under a content security policy
 * that forbids code from strings, and nothing heavy on the main thread.
 */
import { deleteDB } from 'idb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/protocol/json.ts';
import { builtinTools } from '../../src/tools/builtin/index.ts';
import { addDocument } from '../../src/tools/builtin/search-documents.ts';
import { invokeTool } from '../../src/tools/invoke-tool.ts';
import { createRegistry } from '../../src/tools/registry.ts';

const databaseName = `desk-${crypto.randomUUID()}`;
const now = (): Date => new Date(2026, 2, 4, 10, 0);

function open() {
  const tools = createRegistry(builtinTools({ databaseName, now }));
  return async (name: string, input: JsonObject = {}) => {
    const outcome = await invokeTool({ tools, call: { name, arguments: input }, callId: 'c' });
    return outcome.type === 'ok' ? outcome.value : outcome.fault;
  };
}

/** What eval says; undefined where it is refused. */
function runText(): unknown {
  try {
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- proves that the policy is in force
    return new Function('return 1')();
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

beforeAll(() => {
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; object-src 'none'";
  document.head.append(policy);
});

afterAll(async () => {
  await deleteDB(databaseName, { blocked: () => undefined });
});

describe('under a policy without unsafe-eval', () => {
  test('the policy is in force', () => {
    expect(runText()).toBeUndefined();
  });

  test('libraries load and run', async () => {
    const call = open();
    expect(await call('calculator', { expression: '(12 + 3) * 8' })).toEqual({ result: 120 });
    expect(await call('convert_unit', { value: 5, from: 'miles', to: 'km' })).toEqual({
      result: 8.04672,
      unit: 'km',
    });
    expect(await call('weekday', { date: 'next Friday' })).toEqual({ weekday: 'Friday', date: '2026-03-13' });
    expect(await call('calculator', { expression: 7 })).toMatchObject({ code: 'arguments-invalid' });
  });
});

test('notes, to-dos, calendar and documents are on disk: another set of tools finds them', async () => {
  const call = open();
  await call('note_add', { text: 'The key is under the mat' });
  await call('todo_add', { text: 'Buy milk' });
  await call('calendar_add', { title: 'Dentist', date: 'tomorrow 3pm' });
  await addDocument({ databaseName, title: 'Lease', text: 'Pets need consent.' });

  const later = open();
  expect(await later('note_list')).toEqual({ count: 1, notes: ['The key is under the mat'] });
  expect(await later('todo_done', { text: 'milk' })).toEqual({ done: 'Buy milk' });
  expect(await later('todo_list')).toEqual({ count: 0, todos: [] });
  expect(await later('calendar_list', { date: 'tomorrow' })).toMatchObject({
    entries: [{ title: 'Dentist', date: '2026-03-05T15:00', weekday: 'Thursday' }],
  });
  expect(await later('search_documents', { query: 'pets' })).toMatchObject({
    documents: [{ title: 'Lease' }],
  });
});

describe('fetch_page', () => {
  test('reads a page of this site as text', async () => {
    const page = (await open()('fetch_page', { url: location.pathname })) as JsonObject;
    expect(page['url']).toBe(location.origin + location.pathname);
    expect(typeof page['text']).toBe('string');
    expect(page['text']).not.toMatch(/<script|import\(/);
  });

  test('reads HTML without running it', async () => {
    const url = '/tests/fixtures/help-page.html';
    expect(await open()('fetch_page', { url })).toEqual({
      url: location.origin + url,
      title: 'Help',
      text: 'How to\nFirst this.\nThen\nthat.',
    });
    expect(document.title).not.toBe('ran');
  });

  test('refuses another site', async () => {
    expect(await open()('fetch_page', { url: 'https://elsewhere.example/' })).toMatchObject({
      code: 'tool-failed',
      message: expect.stringContaining('is another site'),
    });
  });
});
