/** Numbers as people read them. */
import { expect, test } from 'vitest';
import {
  formatDuration,
  formatJson,
  formatMegabytes,
  formatPlural,
  shorten,
  usageFacts,
} from '../../../src/ui/format.ts';

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [1000, '1.0 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 0 s'],
  [125_000, '2 min 5 s'],
])('%d ms reads %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test('bytes, counts and cut texts', () => {
  expect(formatMegabytes(98_362_432)).toBe('98.4 MB');
  expect(formatMegabytes(540_000_000)).toBe('540 MB');
  expect(formatPlural(1, 'call|calls')).toBe('1 call');
  expect(formatPlural(1200, 'call|calls')).toBe('1,200 calls');
  expect(shorten('abcdef', 6)).toBe('abcdef');
  expect(shorten('x'.repeat(2006), 6)).toBe('xxxxxx… (2,000 more characters)');
});

test('short JSON stays on a line, long JSON is indented, both say the same', () => {
  expect(formatJson({ a: 1 })).toBe('{"a":1}');
  const long = { text: 'y'.repeat(80), n: [1, 2] };
  expect(formatJson(long)).toContain('\n  "n"');
  expect(JSON.parse(formatJson(long))).toEqual(long);
});

test('usage names the cache only where it helped, and no rate without a time', () => {
  const usage = {
    promptTokens: 300,
    cachedTokens: 0,
    decodeTokens: 20,
    timeToFirstTokenMs: 1,
    prefillMs: 1,
    decodeMs: 0,
    totalMs: 1500,
  };
  expect(usageFacts(usage)).toEqual(['1.5 s', '300 tokens read', '20 written']);
  expect(usageFacts({ ...usage, cachedTokens: 250, decodeMs: 1000 })).toEqual([
    '1.5 s',
    '300 tokens read, 250 from cache',
    '20 written at 20/s',
  ]);
});
