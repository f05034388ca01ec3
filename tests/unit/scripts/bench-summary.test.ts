import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benchChart } from '../../../scripts/bench-chart.mjs';
import { caseTable, quantile, summariseCase } from '../../../scripts/bench-summary.mjs';

const sample = (
  ms: number,
  figures: Record<string, number> = {},
): { ms: number; figures: typeof figures } => ({
  ms,
  figures,
});

describe('a quantile', () => {
  test('lies between neighbours in proportion', () => {
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([
      1, 1.75, 2.5, 3.25, 4,
    ]);
  });

  test('has as many values below as it says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const found = quantile(values, share);
          const below = values.filter((value) => value < found).length;
          expect(below).toBeLessThanOrEqual(Math.ceil((values.length - 1) * share) + 1e-9);
          expect(found).toBeGreaterThanOrEqual(Math.min(...values));
          expect(found).toBeLessThanOrEqual(Math.max(...values));
        },
      ),
    );
  });
});

describe('a case', () => {
  const summary = summariseCase({
    name: 'free-text',
    measured: [
      {
        name: 'ours',
        samples: [sample(10, { right: 1 }), sample(20, { right: 0 }), sample(90, { right: 1 })],
      },
      {
        name: 'theirs',
        samples: [sample(20, { right: 0 }), sample(80, { right: 0 }), sample(90, { right: 1 })],
      },
    ],
  });

  test('is compared round by round, not median by median', () => {
    expect(summary).toMatchObject({
      case: 'free-text',
      n: 3,
      ours_ms: 20,
      peers: { theirs: 80 },
      ratio: { theirs: 0.5 },
      spread: { ours: [15, 55], theirs: [50, 85], 'ratio to theirs': [0.375, 0.75] },
    });
  });

  test('says the share of right answers as a mean', () => {
    expect(summary.figures).toEqual({ ours: { right: 0.6667 }, theirs: { right: 0.3333 } });
  });

  test('becomes a row of the table for each subject', () => {
    const lines = caseTable([{ title: 'Free text', summary }]).split('\n');
    expect(lines[2]).toBe('| Free text | ours | 20 (15 to 55) |  | right 0.6667 |');
    expect(lines[3]).toBe('|  | theirs | 80 (50 to 85) | 0.5 times | right 0.3333 |');
    expect(lines).toHaveLength(4);
  });

  test('needs at least one round', () => {
    expect(() => summariseCase({ name: 'x', measured: [] })).toThrow(/Nothing was measured of x/);
    expect(() => summariseCase({ name: 'x', measured: [{ name: 'ours', samples: [] }] })).toThrow(RangeError);
  });
});

function summaryOf(name: string, ours: number, theirs: number) {
  return summariseCase({
    name,
    measured: [
      { name: 'ours', samples: [sample(ours)] },
      { name: 'a < b', samples: [sample(theirs)] },
    ],
  });
}

test('a chart draws each case by itself, ours first, and says in words what it shows', () => {
  const chart = benchChart(
    [
      { title: 'Read & write', summary: summaryOf('one', 100, 400) },
      { title: 'Start', summary: summaryOf('two', 9000, 3000) },
    ],
    'Times',
  );
  const widths = [...chart.matchAll(/<rect class="(ours|peer)"[^>]* width="(\d+)"/g)].map(
    ([, side, width]) => [side, Number(width)] as const,
  );
  const longest = Math.max(...widths.map(([, width]) => width));
  expect(widths).toEqual([
    ['ours', longest / 4],
    ['peer', longest],
    ['ours', longest],
    ['peer', longest / 3],
  ]);
  expect(chart).toContain('Read &amp; write, a &lt; b: 400 ms. Start, ours: 9.00 s.');
  expect(chart).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
});
