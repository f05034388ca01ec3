/** Questions about numbers, asked with the calculator and without: what is read, what is asked, and what counts as right. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askArithmetic, lastNumber, readArithmeticRow } from '../../../demos/lab/arithmetic-row.ts';
import type { ArithmeticRow } from '../../../demos/lab/arithmetic-row.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import { call, model } from '../agent/agent-fixtures.ts';

const file = join(import.meta.dirname, '../../fixtures/arithmetic.jsonl');
const rows: readonly ArithmeticRow[] = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .flatMap((text, index) => {
    const read = readArithmeticRow({ number: index + 1, text });
    return read.type === 'read' ? read.row : [];
  });

async function ask(row: ArithmeticRow | undefined, steps: readonly ScriptedStep[], adapter?: string) {
  if (row === undefined) throw new Error('The fixture lacks this row.');
  const engine = new ScriptedEngine({ steps, loaded: true });
  const asked = await askArithmetic(row, { engine, model, adapter });
  engine.assertDone();
  return { asked, engine };
}

function calculate(expression: string): ScriptedStep {
  return { expect: ['calculator('], reply: call('calculator', { expression }) };
}

test('every question of the fixture is right where its expression is, and wrong where a sum in the head is', async () => {
  const expressions = ['12 * 8', '45 - 17', '12.50 * 8', '15% of 240', '3 / 4'];
  expect(rows).toHaveLength(expressions.length);
  for (const [index, expression] of expressions.entries()) {
    const { asked } = await ask(rows[index], [calculate(expression), { reply: 'I think it is 90 or 91.' }]);
    expect(asked.with).toMatchObject({ right: true, number: rows[index]?.answer, expressions: [expression] });
    expect(asked.without).toMatchObject({ right: false, number: 91 });
  }
});

test('without a tool the question stands alone; both ways have the adapter', async () => {
  const { asked, engine } = await ask(
    rows[0],
    [calculate('12 * 9'), { reply: 'There are 96 rolls.' }],
    'own',
  );
  expect([asked.with.right, asked.without.right]).toEqual([false, true]);
  const [helped, plain] = engine.requests;
  expect(helped?.tools?.map(({ name }) => name)).toEqual(['calculator']);
  expect(plain).toMatchObject({ messages: [{ role: 'user', content: rows[0]?.question }], adapter: 'own' });
  expect(plain?.tools).toBeUndefined();
  expect(helped?.adapter).toBe('own');
});

test('what cannot be calculated, and a question back, are no answer', async () => {
  const broken = await ask(rows[0], [calculate('12 *'), { reply: 'No idea.' }]);
  expect(broken.asked.with).not.toHaveProperty('number');
  expect(broken.asked.without).toMatchObject({ right: false, text: 'No idea.' });
  const refused = await ask(rows[0], [
    { expect: ['calculator('], reply: '{"ask":"Is it 96?"}' },
    { reply: 'No idea.' },
  ]);
  expect(refused.asked.with).toMatchObject({ right: false, expressions: [] });
});

describe('the last number of a text', () => {
  test.each([
    ['It is $1,234.50.', 1234.5],
    ['12-4=8, so 12-4', 4],
    ['below zero: -3', -3],
    ['first 1, then 2.', 2],
    ['1.5e+21', 1.5e21],
    ['no number, not even in b2b', undefined],
  ])('of %j is %j', (text, number) => {
    expect(lastNumber(text)).toBe(number);
  });
});

test.each([
  ['{"question":"What is 1 + 1?"}', 'no "answer"'],
  ['{"question":"","answer":2}', 'no "question"'],
  ['not JSON', 'no "question"'],
  ['[1]', 'no "question"'],
])('%j is refused with its line', (text, why) => {
  expect(readArithmeticRow({ number: 7, text })).toMatchObject({
    type: 'unreadable',
    reason: expect.stringMatching(new RegExp(`^Line 7: .*${why}`)),
  });
});
