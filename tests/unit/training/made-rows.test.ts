import { describe, expect, test } from 'vitest';
import type { DataRow } from '../../../training/rows/data-row.ts';
import { lineOf, problemOf } from '../../../training/rows/data-row.ts';
import type { Split } from '../../../training/rows/draw.ts';
import { families } from '../../../training/rows/made/families.ts';
import type { Family } from '../../../training/rows/made/family.ts';
import { madeRows } from '../../../training/rows/made/made-rows.ts';
import { slotNames } from '../../../training/rows/template.ts';

function take(options: {
  count: number;
  seed: number;
  split: Split;
  share?: number;
  dropped?: string[];
}): DataRow[] {
  const { count, seed, split, share = 1, dropped = [] } = options;
  const rows: DataRow[] = [];
  for (const row of madeRows({ seed, split, share, dropped: (reason) => dropped.push(reason) })) {
    rows.push(row);
    if (rows.length === count) break;
  }
  return rows;
}

function required({ parameters }: Family): string[] {
  return Object.entries(parameters).flatMap(([key, { isOptional, parts }]) => {
    if (isOptional) return [];
    return parts === undefined ? [key] : Object.keys(parts).map((part) => `${key}.${part}`);
  });
}

function known({ parameters }: Family): string[] {
  return Object.entries(parameters).flatMap(([key, { parts }]) =>
    parts === undefined ? [key] : Object.keys(parts).map((part) => `${key}.${part}`),
  );
}

describe('families', () => {
  test('there are many, and each has one id', () => {
    expect(families.length).toBeGreaterThanOrEqual(100);
    expect(new Set(families.map(({ id }) => id)).size).toBe(families.length);
  });

  test.each(families.map((family) => [family.id, family] as const))('%s is whole', (_, family) => {
    expect(family.names.split('|').length).toBeGreaterThanOrEqual(3);
    expect(family.descriptions.split('|').length).toBeGreaterThanOrEqual(3);
    expect(family.requests.length).toBeGreaterThanOrEqual(6);
    expect(new Set(family.requests).size).toBe(family.requests.length);
    for (const request of family.requests) {
      const { always, sometimes } = slotNames(request);
      // A call without a required value would be wrong, one with an unknown value cannot be made.
      expect(
        required(family).filter((key) => !always.includes(key)),
        request,
      ).toEqual([]);
      expect(
        [...always, ...sometimes].filter((key) => !known(family).includes(key)),
        request,
      ).toEqual([]);
    }
    for (const [request] of family.asks ?? []) {
      const { always } = slotNames(request);
      expect(
        required(family).filter((key) => !always.includes(key)),
        request,
      ).not.toEqual([]);
      expect(
        always.filter((key) => !known(family).includes(key)),
        request,
      ).toEqual([]);
    }
    const ids = new Set(families.map(({ id }) => id));
    expect((family.like ?? []).filter((id) => !ids.has(id))).toEqual([]);
  });
});

describe('rows', () => {
  const rows = take({ count: 1500, seed: 3, split: 'train' });

  test('hold, of every kind, and are named once', () => {
    expect(rows.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
    expect(new Set(rows.map(({ category }) => category)).size).toBe(8);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  test('the same seed gives the same rows', () => {
    expect(take({ count: 60, seed: 3, split: 'train' }).map(lineOf)).toEqual(rows.slice(0, 60).map(lineOf));
    expect(take({ count: 60, seed: 4, split: 'train' }).map(lineOf)).not.toEqual(
      rows.slice(0, 60).map(lineOf),
    );
  });

  test('those of a context share their tools, and still hold', () => {
    const shared = take({ count: 600, seed: 5, split: 'train', share: 6 });
    expect(shared.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
    const lists = new Map(shared.map(({ context, tools }) => [context, JSON.stringify(tools)]));
    for (const { context, tools } of shared) expect(JSON.stringify(tools)).toBe(lists.get(context));
    expect(shared.length / lists.size).toBeGreaterThan(5);
    expect(new Set(shared.map(({ category }) => category)).size).toBe(8);
  });

  test('few drafts are dropped', () => {
    const dropped: string[] = [];
    take({ count: 500, seed: 9, split: 'train', dropped });
    expect(dropped.length).toBeLessThan(25);
  });

  test('have every type of value, and one to eight tools', () => {
    const values = rows.flatMap(({ expected }) => expected.flatMap((call) => Object.values(call.arguments)));
    const types = new Set(values.map((value) => (Array.isArray(value) ? 'array' : typeof value)));
    expect([...types].toSorted()).toEqual(['array', 'boolean', 'number', 'object', 'string']);
    expect(values.filter((value) => value === false).length).toBeGreaterThan(20);
    expect(values.filter((value) => typeof value === 'number' && value % 1 !== 0).length).toBeGreaterThan(20);
    const sizes = rows.map(({ tools }) => tools.length);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([1, 8]);
  });

  test('arguments stand in the order of the schema', () => {
    for (const { expected, tools } of rows) {
      for (const call of expected) {
        const schema = tools.find(({ name }) => name === call.name)?.parameters;
        const order = Object.keys((schema?.['properties'] ?? {}) as object);
        const given = Object.keys(call.arguments);
        expect(given).toEqual(order.filter((key) => given.includes(key)));
      }
    }
  });

  test('no request of the test split is in the other', () => {
    const learned = new Set(rows.map(({ messages }) => JSON.stringify(messages)));
    const held = take({ count: 400, seed: 3, split: 'test' });
    // A tool without parameters is asked for in the same few ways: its wordings are parted as well.
    expect(held.filter(({ messages }) => learned.has(JSON.stringify(messages)))).toEqual([]);
  });
});

describe('what a row has to be', () => {
  const row: DataRow = {
    id: 'r',
    category: 'made_single',
    messages: [{ role: 'user', content: 'Set a timer for 5 minutes' }],
    tools: [
      {
        name: 'timer',
        description: 'Starts a timer.',
        parameters: { type: 'object', properties: { minutes: { type: 'integer' } }, required: ['minutes'] },
      },
    ],
    expected: [{ name: 'timer', arguments: { minutes: 5 } }],
  };

  test('a right one has no problem', () => {
    expect(problemOf(row)).toBeUndefined();
  });

  test.each<[string, Partial<DataRow>, RegExp]>([
    ['a wrong type', { expected: [{ name: 'timer', arguments: { minutes: '5' } }] }, /do not fit/],
    ['a tool that is not offered', { expected: [{ name: 'clock', arguments: {} }] }, /do not fit/],
    ['a missing value', { expected: [{ name: 'timer', arguments: {} }] }, /do not fit/],
    ['no call and no reply', { expected: [] }, /A reply/],
    ['two tools of one name', { tools: [...row.tools, ...row.tools] }, /one name/],
    [
      'more calls than the runtime allows',
      {
        expected: [
          { name: 'timer', arguments: { minutes: 5 } },
          { name: 'timer', arguments: { minutes: 6 } },
        ],
      },
      /that many calls/,
    ],
    [
      'a conversation that ends with the assistant',
      { messages: [{ role: 'assistant', content: 'a' }] },
      /must end/,
    ],
  ])('%s is refused', (_, change, problem) => {
    expect(problemOf({ ...row, ...change })).toMatch(problem);
  });
});
