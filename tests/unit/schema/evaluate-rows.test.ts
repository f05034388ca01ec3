/** Rows of the whole vocabulary through the evaluation that `npm run eval -- schema` runs. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluateRow } from '../../../bench/schema/evaluate-row.ts';
import type { SchemaRow } from '../../../bench/schema/evaluate-row.ts';
import { evaluateSchemas } from '../../../bench/schema/evaluate-schemas.ts';

const rows = readFileSync(resolve(import.meta.dirname, '../../fixtures/schema/rows.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as SchemaRow);

/** Rows that have to be refused, and the keyword that is named. */
const refused: Readonly<Record<string, string>> = {
  endless: '$ref',
  elsewhere: '$ref',
  dynamic: '$dynamicRef',
  'foreign dialect': '$schema',
  nothing: 'false',
  contradiction: 'minimum',
  'contradicting values': 'enum',
  'contradicting types': 'type',
  never: 'not',
  'too long': 'minLength',
};
/** Rows of which a keyword is checked after. */
const checked: Readonly<Record<string, readonly string[]>> = {
  'format regex': ['format at the top'],
  'unique numbers': ['uniqueItems at the top'],
  'many free properties': ['minProperties at the top'],
};

describe('outputs of a schema', () => {
  test.each(rows.map((row) => [row.id, row] as const))('%s', (id, row) => {
    const result = evaluateRow(row, 1);
    if (result.type === 'refused') {
      expect(result.keyword).toBe(refused[id]);
      return;
    }
    expect(refused[id]).toBeUndefined();
    expect(result.problems).toEqual([]);
    expect(result.checked).toEqual(checked[id] ?? []);
  });
});

test('the figures count what was compiled, valid and refused', async () => {
  const lines = rows.slice(0, 60).map((row, index) => ({ number: index + 1, text: JSON.stringify(row) }));
  const seen: string[] = [];
  const figures = await evaluateSchemas({ lines, model: 'none.gguf', print: (line) => seen.push(line) });
  expect(figures).toMatchObject({ n: 60, overhead_us_per_token: null });
  expect(figures.compiled + figures.refused).toBe(60);
  expect(figures.valid).toBe(figures.compiled);
  expect(seen.some((line) => line.includes('is not measured'))).toBe(true);
});

test('a line that is no row is named', async () => {
  const lines = [{ number: 7, text: '{"tests":[]}' }];
  await expect(evaluateSchemas({ lines, model: 'none.gguf', print: () => undefined })).rejects.toThrow(
    /Line 7/,
  );
});

test('an invalid value that grammar and check let through is a problem', () => {
  const row = { id: 'x', schema: { type: 'integer' }, tests: [{ data: 3, valid: false }] };
  expect(evaluateRow(row, 1)).toMatchObject({ problems: ['accepts the invalid 3'] });
});
