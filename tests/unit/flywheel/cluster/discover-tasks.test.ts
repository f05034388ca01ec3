/** Tasks out of vectors whose groups are known, and what must hold for any vectors. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustedRandIndex } from '../../../../src/flywheel/cluster/agreement.ts';
import { countsToTry } from '../../../../src/flywheel/cluster/choose-count.ts';
import { discoverTasks } from '../../../../src/flywheel/cluster/discover-tasks.ts';
import { mapItems } from '../../../../src/flywheel/cluster/map-items.ts';
import { nameClusters } from '../../../../src/flywheel/cluster/name-clusters.ts';
import { findNeighbours } from '../../../../src/flywheel/cluster/nearest-neighbours.ts';
import { reduceVectors } from '../../../../src/flywheel/cluster/reduce-vectors.ts';
import { meanSilhouette, silhouettes } from '../../../../src/flywheel/cluster/silhouette.ts';
import { sphericalKMeans } from '../../../../src/flywheel/cluster/spherical-k-means.ts';
import { assignToCluster } from '../../../../src/flywheel/cluster/task-clusters.ts';
import {
  addRow,
  dotProduct,
  makeVectors,
  pickRows,
  rowOf,
  unitRows,
} from '../../../../src/flywheel/cluster/vectors.ts';
import type { Vectors } from '../../../../src/flywheel/cluster/vectors.ts';
import { seededRandom } from '../../../../src/flywheel/seeded-random.ts';

const dimensions = 12;

/** `each` rows around each of `k` random directions, `noise` away from them. */
function makeGroups({ k, each, noise, seed }: { k: number; each: number; noise: number; seed: string }): {
  readonly vectors: Vectors;
  readonly labels: readonly number[];
} {
  const { next } = seededRandom(seed);
  const centres = Array.from({ length: k }, () => Array.from({ length: dimensions }, () => next() - 0.5));
  const labels = Array.from({ length: k * each }, (_, at) => at % k);
  const vectors = makeVectors(labels.length, dimensions);
  for (const [row, label] of labels.entries()) {
    rowOf(vectors, row).set((centres[label] ?? []).map((value) => value + noise * (next() - 0.5)));
  }
  return { vectors: unitRows(vectors), labels };
}

const clear = makeGroups({ k: 6, each: 30, noise: 0.3, seed: 'clear' });
const texts = clear.labels.map(
  (label, at) => `please w${'abcdef'[label] ?? ''} thing ${at % 2 === 0 ? 'now' : 'later'}`,
);

function stop(): never {
  throw new Error('stopped');
}

describe('discovery', () => {
  test('clear groups are found, and so is their number', () => {
    for (const k of [6, 'auto'] as const) {
      const found = discoverTasks({ vectors: clear.vectors, texts, k });
      expect(found.tasks).toHaveLength(6);
      expect(adjustedRandIndex(clear.labels, found.nearest)).toBe(1);
      expect(found.quality.stability).toBeGreaterThan(0.99);
      expect(found.quality.coverage).toBeGreaterThan(0.9);
      expect(found.tasks.flatMap(({ words }) => words.slice(0, 1)).toSorted()).toEqual([
        'wa',
        'wb',
        'wc',
        'wd',
        'we',
        'wf',
      ]);
      expect(found.tasks.reduce((sum, { items }) => sum + items, 0)).toBe(180);
    }
  });

  test('the same seed gives the same tasks; so does a sample, and the others are put to it', () => {
    const options = { vectors: clear.vectors, texts, k: 'auto', seed: 'again' } as const;
    expect(discoverTasks(options)).toEqual(discoverTasks(options));
    const sampled = discoverTasks({ ...options, k: 6, sampleSize: 90 });
    expect(adjustedRandIndex(clear.labels, sampled.nearest)).toBeGreaterThan(0.95);
  });

  test('a later item is put to its task, or to none', () => {
    const { clusters, nearest } = discoverTasks({ vectors: clear.vectors, texts, k: 6 });
    expect(assignToCluster(rowOf(clear.vectors, 7), clusters)).toMatchObject({ nearest: nearest[7] });
    const opposite = rowOf(clear.vectors, 7).map((value) => -value);
    expect(assignToCluster(opposite, clusters).cluster).toBeUndefined();
    const own = rowOf(clusters.centres, 2);
    expect(assignToCluster(own, clusters)).toMatchObject({ nearest: 2, cluster: 2 });
  });

  test('an item that fits nowhere is told apart', () => {
    const vectors = makeVectors(clear.vectors.count + 1, dimensions);
    vectors.values.set(clear.vectors.values);
    const stranger = rowOf(vectors, clear.vectors.count);
    for (let row = 0; row < clear.vectors.count; row += 1) {
      stranger.set(stranger.map((value, at) => value - (rowOf(clear.vectors, row)[at] ?? 0)));
    }
    const { outliers, quality } = discoverTasks({ vectors, texts: [...texts, 'quite another'], k: 6 });
    expect(outliers[clear.vectors.count]).toBe(1);
    expect(quality.coverage).toBeLessThan(1);
  });

  test('few items, equal items, and what cannot be grouped', () => {
    const equal = {
      count: 12,
      dimensions: 2,
      values: Float32Array.from({ length: 24 }, (_, at) => (at % 2 === 0 ? 1 : 0)),
    };
    const same = Array.from({ length: 12 }, () => 'same');
    expect(discoverTasks({ vectors: equal, texts: same, k: 'auto' }).tasks).toHaveLength(1);
    expect(discoverTasks({ vectors: equal, texts: same, k: 3 }).tasks).toHaveLength(3);
    expect(() => discoverTasks({ vectors: equal, texts: ['one'], k: 2 })).toThrow(
      expect.objectContaining({ code: 'arguments-invalid' }),
    );
    expect(() => discoverTasks({ vectors: equal, texts: same, k: 13 })).toThrow(
      expect.objectContaining({ code: 'arguments-invalid' }),
    );
  });

  test('what onProgress throws ends it', () => {
    expect(() => discoverTasks({ vectors: clear.vectors, texts, k: 2, onProgress: stop })).toThrow('stopped');
  });
});

const anyVectors = fc
  .tuple(fc.integer({ min: 3, max: 40 }), fc.string())
  .map(([count, seed]) => makeGroups({ k: count, each: 1, noise: 0, seed }).vectors);

describe('any vectors', () => {
  test('no group is empty, and no row is nearer to another centre than to its own by much', () => {
    fc.assert(
      fc.property(anyVectors, fc.integer({ min: 1, max: 8 }), (vectors, wanted) => {
        const k = Math.min(wanted, vectors.count);
        const { groups, closeness } = sphericalKMeans({ vectors, k, random: seededRandom('s'), restarts: 2 });
        expect(new Set(groups).size).toBe(k);
        expect(closeness).toBeLessThanOrEqual(vectors.count + 1e-6);
      }),
      { numRuns: 40 },
    );
  });

  test('neighbours are the nearest there are', () => {
    fc.assert(
      fc.property(anyVectors, fc.integer({ min: 1, max: 6 }), (vectors, each) => {
        const found = findNeighbours(vectors, each);
        for (let row = 0; row < vectors.count; row += 1) {
          const others = Array.from({ length: vectors.count }, (_, place) => place)
            .filter((place) => place !== row)
            .map((place) => Math.fround(dotProduct(rowOf(vectors, row), rowOf(vectors, place))))
            .toSorted((one, other) => other - one);
          const cosines = found.cosines.subarray(row * found.each, (row + 1) * found.each);
          expect([...cosines]).toEqual(others.slice(0, found.each));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('silhouettes are those of the definition', () => {
    fc.assert(
      fc.property(
        anyVectors,
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 40, maxLength: 40 }),
        (vectors, drawn) => {
          const groups = Int32Array.from({ length: vectors.count }, (_, row) => drawn[row] ?? 0);
          const rows = [...groups.keys()];
          const distance = (one: number, other: number): number =>
            1 - dotProduct(rowOf(vectors, one), rowOf(vectors, other));
          const mean = (one: number, others: readonly number[]): number =>
            others.reduce((sum, other) => sum + distance(one, other), 0) / others.length;
          for (const [row, value] of silhouettes(vectors, groups).entries()) {
            const own = rows.filter((other) => other !== row && groups[other] === groups[row]);
            const means = [...new Set(groups)]
              .filter((group) => group !== groups[row])
              .map((group) =>
                mean(
                  row,
                  rows.filter((other) => groups[other] === group),
                ),
              );
            const [inside, outside] = [mean(row, own), Math.min(...means)];
            const expected =
              own.length === 0 || means.length === 0 ? 0 : (outside - inside) / Math.max(inside, outside);
            expect(value).toBeCloseTo(expected, 4);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('parts', () => {
  test('numbers that are tried grow, and leave groups of ten', () => {
    expect(countsToTry(15)).toEqual([]);
    expect(countsToTry(60)).toEqual([2, 3, 4, 5, 6]);
    expect(countsToTry(1_000_000).at(-1)).toBeLessThanOrEqual(400);
  });

  test('a reduction keeps the cosines of rows that lie in so few directions', () => {
    const { next } = seededRandom('basis');
    const wide = makeVectors(50, 30);
    const basis = Array.from({ length: 4 }, () => Float32Array.from({ length: 30 }, () => next() - 0.5));
    for (let row = 0; row < 50; row += 1) {
      for (const direction of basis) addRow(rowOf(wide, row), direction, next() - 0.5);
    }
    const unit = unitRows(wide);
    const reduced = reduceVectors({ vectors: unit, dimensions: 4, random: seededRandom('r') });
    expect(reduced).toMatchObject({ count: 50, dimensions: 4 });
    for (let row = 1; row < 50; row += 1) {
      const [before, after] = [unit, reduced].map((rows) => dotProduct(rowOf(rows, 0), rowOf(rows, row)));
      expect(after).toBeCloseTo(before ?? 0, 4);
    }
    expect(reduceVectors({ vectors: unit, dimensions: 30, random: seededRandom('r') })).toBe(unit);
  });

  test('one group has no silhouette', () => {
    expect(meanSilhouette(clear.vectors, new Int32Array(clear.vectors.count))).toBe(0);
  });

  test('names leave out what every cluster says', () => {
    const names = nameClusters({
      texts: ['set the alarm', 'wake me, set the alarm', 'play the song', 'play the loud song', 'the'],
      groups: [0, 0, 1, 1, -1],
      k: 3,
      words: 2,
    });
    expect(names[0]).toContain('alarm');
    expect(names[1]?.toSorted()).toEqual(['play', 'song']);
    expect(names[2]).toEqual([]);
  });

  test('a map keeps groups together, within its square, the same each time', () => {
    const vectors = pickRows(
      clear.vectors,
      Array.from({ length: 60 }, (_, row) => row),
    );
    const labels = clear.labels.slice(0, 60);
    const places = mapItems({ vectors });
    expect(places).toEqual(mapItems({ vectors }));
    expect(Math.max(...places)).toBeLessThanOrEqual(1);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(-1);
    const near = labels.filter((label, row) => {
      const distance = (other: number): number =>
        Math.hypot(
          (places[2 * row] ?? 0) - (places[2 * other] ?? 0),
          (places[2 * row + 1] ?? 0) - (places[2 * other + 1] ?? 0),
        );
      const [nearest = 0] = labels
        .map((_, other) => other)
        .filter((other) => other !== row)
        .toSorted((one, other) => distance(one) - distance(other));
      return labels[nearest] === label;
    });
    expect(near.length / labels.length).toBeGreaterThan(0.95);
    expect(mapItems({ vectors: { count: 2, dimensions: 1, values: Float32Array.of(1, 1) } })).toHaveLength(4);
  });
});
