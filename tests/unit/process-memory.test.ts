/** The slope that the memory tests judge by: a leak shows in it, and what stands out once does not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growthPerStep } from '../fixtures/process-memory.ts';

describe('growth per step', () => {
  test('is what is added each time, whatever the level', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 2, max: 20 }),
        (added, level, count) => {
          const values = Array.from({ length: count }, (_, index) => level + added * index);
          expect(growthPerStep(values)).toBe(added);
        },
      ),
    );
  });

  test('is not moved by a few levels that stand out', () => {
    expect(growthPerStep([480, 480, 620, 480, 480, 480, 480, 590, 480])).toBe(0);
    expect(Math.abs(growthPerStep([480, 487, 506, 477, 478, 483, 484, 483, 485]))).toBeLessThan(1);
  });

  test('sees a leak through the noise', () => {
    expect(growthPerStep([480, 489, 508, 481, 484, 491, 494, 495, 499])).toBeGreaterThan(1);
  });
});
