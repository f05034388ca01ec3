/**
 * The intervals hold what they promise on simulated data, and say nothing where there is nothing to say.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrapInterval } from '../../../src/flywheel/bootstrap.ts';
import { confusionOf } from '../../../src/flywheel/confusion.ts';
import { seededRandom } from '../../../src/flywheel/seeded-random.ts';
import { wilsonInterval } from '../../../src/flywheel/wilson.ts';

/** Tosses of a coin that falls on 1 with a chance of `share`. */
function tosses(count: number, share: number, seed: string): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => Number(random.next() < share));
}

function width(rows: number): number {
  const { low, high } = bootstrapInterval({ values: tosses(rows, 0.5, 'narrow') });
  return high - low;
}

describe('the bootstrap', () => {
  test.for([0.3, 0.7, 0.9])('covers a share of %f in about 95 of 100 samples', (share) => {
    const samples = 400;
    let covered = 0;
    for (let sample = 0; sample < samples; sample += 1) {
      const values = tosses(150, share, `coverage ${share} ${sample}`);
      const { low, high } = bootstrapInterval({ values, resamples: 400, seed: `${sample}` });
      if (low <= share && share <= high) covered += 1;
    }
    // Two standard errors of 400 samples are 2.2 points; the method itself falls a little short for such n.
    expect(covered / samples).toBeGreaterThan(0.9);
    expect(covered / samples).toBeLessThan(0.985);
  });

  test('holds the mean, stays within the values, and is the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (values) => {
          const { low, high } = bootstrapInterval({ values, resamples: 300 });
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          const slack = 1e-9;
          expect(low).toBeGreaterThanOrEqual(Math.min(...values) - slack);
          expect(high).toBeLessThanOrEqual(Math.max(...values) + slack);
          expect(low).toBeLessThanOrEqual(mean + 0.5);
          expect(low).toBeLessThanOrEqual(high);
          expect(bootstrapInterval({ values, resamples: 300 })).toEqual({ low, high });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('has no width for equal values, and is 0 to 0 for none', () => {
    expect(bootstrapInterval({ values: [1, 1, 1] })).toEqual({ low: 1, high: 1 });
    expect(bootstrapInterval({ values: [] })).toEqual({ low: 0, high: 0 });
  });

  test('narrows as the rows grow fourfold: by half, about', () => {
    expect(width(800) / width(200)).toBeGreaterThan(0.4);
    expect(width(800) / width(200)).toBeLessThan(0.6);
  });
});

describe("Wilson's interval", () => {
  test('is the one of the textbooks', () => {
    // 81 of 263: Wilson's 95 % interval as published, 0.2553 to 0.3662 (Newcombe 1998, table I, method 3).
    const { low, high } = wilsonInterval({ n: 263, successes: 81 });
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilsonInterval({ n: 20, successes: 0 }).low).toBeCloseTo(0, 10);
    expect(wilsonInterval({ n: 20, successes: 0 }).high).toBeCloseTo(0.1611, 4);
  });

  test('says nothing without tries, and always holds the share', () => {
    expect(wilsonInterval({ n: 0, successes: 0 })).toEqual({ low: 0, high: 1 });
    for (let n = 1; n <= 120; n += 1) {
      for (let successes = 0; successes <= n; successes += 1) {
        const { low, high } = wilsonInterval({ n, successes });
        const inside = 0 <= low && low <= successes / n && successes / n <= high && high <= 1;
        expect(inside, `${successes} of ${n}: ${low} to ${high}`).toBe(true);
      }
    }
  });
});

describe('the confusion view', () => {
  test('pairs equal names first, then what is left, then nothing', () => {
    const { tools, cells } = confusionOf([
      { expected: ['a', 'b'], called: ['b', 'c'] },
      { expected: ['a'], called: [] },
      { expected: [], called: ['c'] },
      { expected: [], called: [] },
    ]);
    expect(tools).toEqual(['a', 'b', 'c', '(none)']);
    expect(cells).toEqual([
      { expected: 'b', called: 'b', count: 1 },
      { expected: 'a', called: 'c', count: 1 },
      { expected: 'a', called: '(none)', count: 1 },
      { expected: '(none)', called: 'c', count: 1 },
      { expected: '(none)', called: '(none)', count: 1 },
    ]);
  });

  test("a tool's line adds up to how often it was expected", () => {
    const names = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.record({ expected: names, called: names }), { maxLength: 20 }), (rows) => {
        const { cells } = confusionOf(rows);
        for (const side of ['expected', 'called'] as const) {
          for (const tool of ['a', 'b', 'c']) {
            const total = rows.flatMap((row) => row[side]).filter((name) => name === tool).length;
            const counted = cells
              .filter((cell) => cell[side] === tool)
              .reduce((sum, { count }) => sum + count, 0);
            expect(counted).toBe(total);
          }
        }
      }),
    );
  });
});
