/** Tools choose their adapter where no person did. */
import { expect, test } from 'vitest';
import { defaultAdapter } from '../../../src/app/default-adapter.ts';
import type { AdapterEntry } from '../../../src/protocol/model.ts';

function entry(id: string, rest: Partial<AdapterEntry>): AdapterEntry {
  return {
    id,
    title: id,
    licence: 'CC0-1.0',
    baseId: 'base',
    baseSha256: 'ab'.repeat(32),
    file: { name: `${id}.gguf`, bytes: 1, sha256: 'cd'.repeat(32), sources: [] },
    ...rest,
  };
}

const desk = entry('desk', { byDefault: true, tools: ['note_add', 'note_list', 'weekday'] });
const any = entry('any', { byDefault: true });
const other = entry('other', { tools: ['book_table'] });

test('tools that one was made for get it, also with a few others among them', () => {
  expect(defaultAdapter([any, desk], ['note_add', 'weekday'])?.id).toBe('desk');
  expect(defaultAdapter([desk, any], ['note_add', 'book_table'])?.id).toBe('desk');
});

test('other tools get the one that was made for no tools in particular', () => {
  expect(defaultAdapter([desk, any], ['book_table', 'find_bus', 'note_add'])?.id).toBe('any');
  expect(defaultAdapter([desk, any], [])?.id).toBe('any');
});

test('one that the catalogue does not want used is not', () => {
  expect(defaultAdapter([desk, other], ['book_table'])).toBeUndefined();
});
