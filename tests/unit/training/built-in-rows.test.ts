import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInRows } from '../../../training/rows/built-in/built-in-rows.ts';
import { groups } from '../../../training/rows/built-in/requests.ts';
import { holds, openVerifier } from '../../../training/rows/built-in/verifier.ts';
import type { Verifier } from '../../../training/rows/built-in/verifier.ts';
import { lineOf, problemOf } from '../../../training/rows/data-row.ts';
import type { DataRow } from '../../../training/rows/data-row.ts';
import { Draw } from '../../../training/rows/draw.ts';
import type { Split } from '../../../training/rows/draw.ts';
import { writeRows } from '../../../training/rows/write-rows.ts';

let verifier: Verifier;

beforeAll(async () => {
  verifier = await openVerifier();
});
afterAll(() => verifier.close());

async function take(
  count: number,
  split: Split,
  { dropped = [], share = 1 }: { dropped?: string[]; share?: number } = {},
): Promise<DataRow[]> {
  const rows: DataRow[] = [];
  for await (const row of builtInRows({
    seed: 3,
    split,
    share,
    verifier,
    dropped: (reason) => dropped.push(reason),
  })) {
    rows.push(row);
    if (rows.length === count) break;
  }
  return rows;
}

function texts(rows: readonly DataRow[]): string[] {
  return rows.flatMap(({ expected }) =>
    expected.flatMap((call) => ['text', 'query', 'title', 'url'].flatMap((key) => call.arguments[key] ?? [])),
  ) as string[];
}

describe('groups', () => {
  test('every built-in tool is asked for', () => {
    expect(new Set(groups.map(({ tool }) => tool))).toEqual(new Set(verifier.specs.map(({ name }) => name)));
  });

  test.each(groups.map((group, index) => [`${index} ${group.tool}`, group] as const))(
    '%s: the tool answers what the maker knows',
    async (_, group) => {
      for (const split of ['train', 'test'] as const) {
        const draw = new Draw({ seed: 11, split });
        for (let number = 0; number < 4; number += 1) {
          const made = group.make(draw);
          const verdict = await verifier.run({ name: group.tool, arguments: made.arguments }, made);
          expect(verdict).toMatchObject({ type: 'right' });
          for (const phrasing of [...group.phrasings, ...(group.wider ?? [])])
            for (const [, key] of phrasing.matchAll(/\{(\w+)\}/g))
              expect(made.said).toHaveProperty(key ?? '');
        }
      }
    },
  );
});

describe('verifier', () => {
  test('a call with another value than the maker knows is wrong', async () => {
    const call = { name: 'calculator', arguments: { expression: '12 * 8' } };
    expect(await verifier.run(call, { answers: { result: 96 } })).toMatchObject({ type: 'right' });
    expect(await verifier.run(call, { answers: { result: 97 } })).toMatchObject({ type: 'wrong' });
  });

  test('a call that the tool refuses has failed', async () => {
    const call = { name: 'todo_done', arguments: { text: 'buy milk' } };
    const desk = { todos: ['call Ann'] };
    expect(await verifier.run(call, { answers: {}, desk })).toMatchObject({ type: 'failed' });
    expect(
      await verifier.run(call, { answers: { done: 'buy milk' }, desk: { todos: ['buy milk'] } }),
    ).toMatchObject({ type: 'right' });
  });

  test('what is wanted has to be there, at any depth', () => {
    expect(holds({ a: { b: 1 } }, { a: { b: 1, c: 2 } })).toBe(true);
    expect(holds({ a: { b: 1 } }, { a: {} })).toBe(false);
    expect(holds({ a: 'x' }, undefined)).toBe(false);
    expect(holds(1 / 3, 0.333333333333)).toBe(true);
    expect(holds(96, '96')).toBe(true);
  });
});

describe('rows', () => {
  test('hold, of every kind, with few drafts dropped', async () => {
    const dropped: string[] = [];
    const rows = await take(400, 'train', { dropped });
    expect(rows.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
    expect(new Set(rows.map(({ category }) => category)).size).toBe(7);
    expect(dropped.length).toBeLessThan(12);
    const refused = rows.filter(({ expected }) => expected.length === 0).length;
    expect(refused).toBeGreaterThan(30);
    expect(refused).toBeLessThan(130);
  });

  test('the splits share no request and no copied text', async () => {
    const [train, held] = [await take(500, 'train'), await take(200, 'test')];
    const asked = new Set(train.map(({ messages }) => JSON.stringify(messages).toLowerCase()));
    expect(held.filter(({ messages }) => asked.has(JSON.stringify(messages).toLowerCase()))).toEqual([]);
    const learned = new Set(texts(train));
    expect(texts(held).filter((text) => learned.has(text))).toEqual([]);
  });

  test('those of a context share their tools, and still hold', async () => {
    const rows = await take(240, 'train', { share: 6 });
    expect(rows.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
    const lists = new Map(rows.map(({ context, tools }) => [context, JSON.stringify(tools)]));
    for (const { context, tools } of rows) expect(JSON.stringify(tools)).toBe(lists.get(context));
    expect(rows.length / lists.size).toBeGreaterThan(4);
    // What is asked for and not offered is not offered to its neighbours either.
    expect(rows.some(({ category }) => category === 'built_in_not_offered')).toBe(true);
  });

  test('a call that failed is followed by what the tool said', async () => {
    const mended = (await take(400, 'train')).filter(({ category }) => category === 'built_in_mended');
    expect(mended.length).toBeGreaterThan(0);
    for (const { messages, expected } of mended) {
      const [asked, called, told] = messages;
      const failed = called?.tool_calls?.[0]?.function;
      expect([asked?.role, told?.role]).toEqual(['user', 'tool']);
      expect(failed?.name).toBe(expected[0]?.name);
      expect(failed?.arguments).not.toEqual(expected[0]?.arguments);
      expect(told?.content).toMatch(/^{"error":"/);
    }
  });

  test('the same seed gives the same lines, each once', async () => {
    const options = { kind: 'built-in', count: 40, seed: 8, split: 'train', share: 1 } as const;
    const [one, other] = [await writeRows(options), await writeRows(options)];
    expect(one.text === other.text).toBe(true);
    expect(one.text.split('\n')).toHaveLength(41);
    expect(one.statistics.rows).toBe(40);
    expect((await take(1, 'train')).map(lineOf)).toHaveLength(1);
  });
});
