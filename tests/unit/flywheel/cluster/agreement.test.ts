/** Agreement of partitions: against scikit-learn's values, and what must hold for any partition. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchedAccuracy } from '../../../../bench/cluster/matched-accuracy.ts';
import {
  adjustedRandIndex,
  normalisedMutualInformation,
} from '../../../../src/flywheel/cluster/agreement.ts';

const measures = { nmi: normalisedMutualInformation, ari: adjustedRandIndex, acc: matchedAccuracy };

/** From scikit-learn 1.x (`normalized_mutual_info_score`, `adjusted_rand_score`) and SciPy's `linear_sum_assignment`. */
const vectors = [
  { labels: [0, 0, 1, 1], clusters: [1, 1, 0, 0], nmi: 1.0, ari: 1.0, acc: 1.0 },
  { labels: [0, 0, 0, 0], clusters: [0, 1, 2, 3], nmi: 0.0, ari: 0.0, acc: 0.25 },
  { labels: [0, 0, 1, 1], clusters: [0, 0, 1, 2], nmi: 0.8, ari: 0.571428571429, acc: 0.75 },
  { labels: [0, 0, 1, 2], clusters: [0, 0, 1, 1], nmi: 0.8, ari: 0.571428571429, acc: 0.75 },
  { labels: [0, 0, 0, 0], clusters: [5, 5, 5, 5], nmi: 1.0, ari: 1.0, acc: 1.0 },
  { labels: [0, 1, 0, 1], clusters: [0, 0, 1, 1], nmi: 0.0, ari: -0.5, acc: 0.5 },
  {
    labels: [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3],
    clusters: [1, 2, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 1, 1, 3, 3, 3],
    nmi: 0.364561771857,
    ari: 0.242914979757,
    acc: 0.705882352941,
  },
  {
    labels: [2, 0, 1, 3, 0, 0, 0, 1, 1, 3, 2, 3, 1, 1, 2, 1, 3, 2, 0, 0, 0, 1, 3, 2],
    clusters: [0, 2, 1, 2, 2, 2, 4, 1, 3, 2, 5, 0, 1, 5, 2, 0, 3, 0, 3, 1, 3, 0, 5, 4],
    nmi: 0.281428127775,
    ari: 0.018677176148,
    acc: 0.375,
  },
] as const;

describe('known values', () => {
  test.for(vectors)('$labels and $clusters', ({ labels, clusters, nmi, ari, acc }) => {
    expect(normalisedMutualInformation(labels, clusters)).toBeCloseTo(nmi, 10);
    expect(adjustedRandIndex(labels, clusters)).toBeCloseTo(ari, 10);
    expect(matchedAccuracy(labels, clusters)).toBeCloseTo(acc, 10);
  });

  test('nothing at all', () => {
    expect(normalisedMutualInformation([], [])).toBe(1);
    expect(adjustedRandIndex([], [])).toBe(1);
    expect(matchedAccuracy([], [])).toBe(0);
  });

  test('partitions of different items are refused', () => {
    for (const measure of Object.values(measures)) expect(() => measure([0, 1], [0])).toThrow(RangeError);
  });
});

const pairs = fc
  .integer({ min: 1, max: 40 })
  .chain((n) =>
    fc.tuple(
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: n, maxLength: n }),
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: n, maxLength: n }),
    ),
  );

/** The best share over all matchings, tried one by one. */
function bestShare(one: readonly number[], other: readonly number[]): number {
  const count = (label: number, cluster: number): number =>
    one.filter((value, at) => value === label && other[at] === cluster).length;
  const search = (labels: readonly number[], free: readonly number[]): number => {
    const [label, ...rest] = labels;
    if (label === undefined) return 0;
    return Math.max(
      search(rest, free),
      ...free.map(
        (cluster) =>
          count(label, cluster) +
          search(
            rest,
            free.filter((value) => value !== cluster),
          ),
      ),
    );
  };
  return search([...new Set(one)], [...new Set(other)]) / one.length;
}

describe('any two partitions', () => {
  test.for(Object.entries(measures))(
    '%s: names of groups and order of items do not matter',
    ([, measure]) => {
      fc.assert(
        fc.property(pairs, fc.integer(), ([one, other], shift) => {
          const value = measure(one, other);
          const renamed = other.map((group) => `group ${String((group + Math.abs(shift % 6)) % 6)}`);
          expect(measure(one, renamed)).toBeCloseTo(value, 10);
          expect(measure(one.toReversed(), other.toReversed())).toBeCloseTo(value, 10);
          expect(measure(other, one)).toBeCloseTo(value, 10);
          expect(measure(one, one)).toBeCloseTo(1, 10);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }),
        { numRuns: 100 },
      );
    },
  );

  test('the matching is the best of all', () => {
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        const [few, fewOther] = [one.map((value) => value % 4), other.map((value) => value % 4)];
        expect(matchedAccuracy(few, fewOther)).toBeCloseTo(bestShare(few, fewOther), 10);
      }),
      { numRuns: 60 },
    );
  });
});
