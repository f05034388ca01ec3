/** Text and actions in one vector. */
import { describe, expect, test } from 'vitest';
import { actionShare, describeActions, joinFeatures } from '../../../../src/flywheel/cluster/features.ts';
import { dotProduct, rowOf, unitRows } from '../../../../src/flywheel/cluster/vectors.ts';

const texts = unitRows({ count: 4, dimensions: 2, values: Float32Array.of(1, 0, 1, 1, 1, 0, 0, 2) });
const play = { tool: 'play_music', arguments: { artist: 'Nina Simone' } };

describe('features', () => {
  test('the cosine is the weighted mean of the two', () => {
    const items = [[play], [play], [{ tool: 'get_weather', arguments: { city: 'Oslo' } }], []];
    const joined = joinFeatures(texts, items);
    const actions = describeActions(items);
    for (const [one, other] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const expected =
        (1 - actionShare) * dotProduct(rowOf(texts, one), rowOf(texts, other)) +
        actionShare * dotProduct(rowOf(actions, one), rowOf(actions, other));
      expect(dotProduct(rowOf(joined, one), rowOf(joined, other))).toBeCloseTo(expected, 5);
    }
    for (let row = 0; row < 4; row += 1) {
      expect(dotProduct(rowOf(joined, row), rowOf(joined, row))).toBeCloseTo(1, 5);
    }
  });

  test('values of arguments do not count, their names and kinds do', () => {
    const same = describeActions([
      [play],
      [{ ...play, arguments: { artist: 'Björk' } }],
      [{ ...play, arguments: { artist: 4 } }],
    ]);
    expect(rowOf(same, 0)).toEqual(rowOf(same, 1));
    expect(rowOf(same, 0)).not.toEqual(rowOf(same, 2));
  });

  test('arguments may be anything; lists must fit', () => {
    expect(() =>
      describeActions([[{ tool: '', arguments: null }], [{ tool: '__proto__', arguments: [1] }]]),
    ).not.toThrow();
    expect(() => joinFeatures(texts, [])).toThrow(RangeError);
  });
});
