/** Rows of the clustering evaluation: what is a row, and what a user is told of what is none. */
import { describe, expect, test } from 'vitest';
import { RowError, readLabelledTexts } from '../../../bench/cluster/evaluate-clusters.ts';

function read(text: string): unknown {
  return readLabelledTexts([{ number: 12, text }]);
}

describe('rows', () => {
  test('a label is a text or a number; other fields are not read', () => {
    expect(read('{"text":"dim lights","label":"iot","domain":7}')).toEqual([
      { text: 'dim lights', label: 'iot' },
    ]);
    expect(read('{"text":"dim lights","label":3}')).toEqual([{ text: 'dim lights', label: '3' }]);
  });

  test.for([
    '{',
    '[]',
    '"text"',
    '{"label":"a"}',
    '{"text":" ","label":"a"}',
    '{"text":"a"}',
    '{"text":"a","label":null}',
  ])('%s is refused with its line', (text) => {
    expect(() => read(text)).toThrow(RowError);
    expect(() => read(text)).toThrow(/^Line 12 /);
  });
});
