/** The fit finds the law that made its examples, and stays sane where there is none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chanceOf, fitLogistic } from '../../../../src/flywheel/route/logistic-fit.ts';
import type { Example } from '../../../../src/flywheel/route/logistic-fit.ts';
import { seededRandom } from '../../../../src/flywheel/seeded-random.ts';

/** Successes by the law: twice the first feature, less the second. */
function lawful(count: number): readonly Example[] {
  const random = seededRandom('law');
  return Array.from({ length: count }, () => {
    const features = [random.next() * 4 - 2, random.next() * 4 - 2];
    const chance = 1 / (1 + Math.exp(-(2 * features[0]! - features[1]!)));
    return { features, success: random.next() < chance };
  });
}

describe('a law', () => {
  test('is found from its examples', () => {
    const fit = fitLogistic(lawful(4000));
    for (const [features, chance] of [
      [[0, 0], 0.5],
      [[1, 0], 0.88],
      [[0, 1], 0.27],
      [[-1, -1], 0.27],
    ] as const)
      expect(Math.abs(chanceOf(fit, features) - chance)).toBeLessThan(0.04);
  });

  test('is the same whatever the unit of a feature', () => {
    const examples = lawful(300);
    const other = examples.map(({ features, success }) => ({
      features: [features[0]! * 1000 + 7, features[1]!],
      success,
    }));
    expect(chanceOf(fitLogistic(other), [1007, 1])).toBeCloseTo(chanceOf(fitLogistic(examples), [1, 1]), 6);
  });
});

test('what is told apart without a mistake still has chances between 0 and 1', () => {
  const fit = fitLogistic([-2, -1, 1, 2].map((value) => ({ features: [value], success: value > 0 })));
  expect(chanceOf(fit, [-2])).toBeGreaterThan(0.001);
  expect(chanceOf(fit, [-2])).toBeLessThan(0.3);
  expect(chanceOf(fit, [2])).toBeGreaterThan(0.7);
});

test('a feature that never changes counts for nothing', () => {
  const fit = fitLogistic([1, 2, 3, 4].map((value) => ({ features: [value, 5], success: value > 2 })));
  expect(fit.weights[1]).toBeCloseTo(0, 9);
});

test('without examples, or with uneven ones, there is no fit', () => {
  expect(() => fitLogistic([])).toThrow(RangeError);
  expect(() =>
    fitLogistic([
      { features: [1], success: true },
      { features: [], success: true },
    ]),
  ).toThrow(RangeError);
});

test('chances are chances for any examples', () => {
  const example = fc.record({
    features: fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 3 }),
    success: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(example, { minLength: 1, maxLength: 20 }), (examples) => {
      const fit = fitLogistic(examples);
      for (const { features } of examples) {
        const chance = chanceOf(fit, features);
        expect(chance >= 0 && chance <= 1).toBe(true);
      }
    }),
  );
});
