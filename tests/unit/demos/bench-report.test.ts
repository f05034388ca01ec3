/** The benchmark's result in a link: what goes in comes out, and nothing else does. */
import { expect, test } from 'vitest';
import { fromFragment, median, toFragment } from '../../../demos/bench/bench-report.ts';
import type { BenchReport } from '../../../demos/bench/bench-report.ts';

const report: BenchReport = {
  version: 1,
  at: 1_790_000_000_000,
  model: 'A model – ünïcode ✓',
  processors: 8,
  rounds: 3,
  sides: [{ name: 'ours', how: 'wasm', readPerSecond: 92.5, writtenPerSecond: 25, firstTokenMs: 1200 }],
};

test('a link holds the whole result, in characters that links may have', () => {
  const fragment = toFragment(report);
  expect(fragment).toMatch(/^[\w-]+$/);
  expect(fromFragment(fragment)).toEqual(report);
});

test.each([
  ['a link that was cut', toFragment(report).slice(0, 40)],
  ['no link', 'x y z'],
  ['nothing', ''],
  ['another version', toFragment({ ...report, version: 2 as 1 })],
  ['a figure that is none', toFragment({ ...report, rounds: 'three' as unknown as number })],
  ['a side without a name', toFragment({ ...report, sides: [{ name: 1 } as unknown as never] })],
])('%s is no result', (_, fragment) => {
  expect(fromFragment(fragment)).toBeUndefined();
});

test('the median is the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});
