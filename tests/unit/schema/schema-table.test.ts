/** The table of keywords in the documentation is the table of the code. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { keywordTable } from '../../../src/decode/schema-keywords.ts';

test('docs/schemas.md has the rows of the code, in their order', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../../docs/schemas.md'), 'utf8');
  const rows = Array.from(
    page.matchAll(/^\| `([^`]+)` *\| (\w+) *\| (.*?) *\|$/gm),
    ([, keyword, kind, note]) => [keyword, kind, note],
  );
  expect(rows).toEqual(keywordTable.map((row) => [row.keyword, row.class, row.note ?? '']));
});

test('no keyword stands in it twice', () => {
  const names = keywordTable.map(({ keyword }) => keyword);
  expect(new Set(names).size).toBe(names.length);
});
