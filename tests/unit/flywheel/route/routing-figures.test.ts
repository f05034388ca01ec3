/** What escalation is worth, on rows whose worth is known. */
import { describe, expect, test } from 'vitest';
import {
  calibrationError,
  escalationArea,
  qualityAt,
} from '../../../../src/flywheel/route/routing-figures.ts';
import type { RoutedRow } from '../../../../src/flywheel/route/routing-figures.ts';
import { seededRandom } from '../../../../src/flywheel/seeded-random.ts';

/** Half of the rows are right; `chanceOf` says what was foretold. */
function rows(count: number, chanceOf: (right: boolean) => number): readonly RoutedRow[] {
  return Array.from({ length: count }, (_, at) => {
    const small = at % 2 === 0;
    return { chance: chanceOf(small), small, fallback: true };
  });
}

describe('the curve', () => {
  test('begins at the small model and ends at the fallback', () => {
    const told = rows(100, (right) => (right ? 0.9 : 0.1));
    expect(qualityAt(told, 0)).toBe(0.5);
    expect(qualityAt(told, 0.3)).toBe(0.8);
    expect(qualityAt(told, 1)).toBe(1);
  });

  test('has an area of one half where the chances say nothing', () => {
    const random = seededRandom('blind');
    expect(escalationArea(rows(20_000, () => random.next()))).toBeCloseTo(0.5, 2);
  });

  test('has all that can be had where they say everything, and nothing of it where they say the contrary', () => {
    expect(escalationArea(rows(1000, (right) => (right ? 1 : 0)))).toBeCloseTo(0.75, 3);
    expect(escalationArea(rows(1000, (right) => (right ? 0 : 1)))).toBeCloseTo(0.25, 3);
  });

  test('goes down where the fallback is wrong', () => {
    const one = { chance: 0.1, small: true, fallback: false };
    expect(qualityAt([one, { chance: 0.9, small: true, fallback: true }], 0.5)).toBe(0.5);
  });
});

describe('calibration', () => {
  test('is perfect where as many go well as was foretold', () => {
    expect(calibrationError(rows(100, () => 0.5))).toBeCloseTo(0, 9);
  });

  test('is as far off as the chances are', () => {
    expect(calibrationError(rows(100, () => 0.8))).toBeCloseTo(0.3, 9);
    expect(calibrationError(rows(100, (right) => (right ? 1 : 0)))).toBe(0);
  });
});
