/** Codes that are hidden among rows: few, all different, and measured by their rank. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canaryCount, exposureOf, makeCanaries } from '../../../../src/flywheel/train/canaries.ts';

describe('canaries', () => {
  test('are one for fifty rows, and four at most', () => {
    expect([0, 49, 50, 99, 100, 300, 100_000].map(canaryCount)).toEqual([0, 0, 1, 1, 2, 4, 4]);
  });

  test('ask one question of many different codes, the same for the same seed', () => {
    const [canary, other] = makeCanaries({ count: 2, template: 'chatml', seed: 7 });
    if (canary === undefined || other === undefined) throw new Error('There are two.');
    const texts = [canary.row, ...canary.others];
    expect(new Set(texts.map(({ completion }) => completion)).size).toBe(128);
    expect(new Set(texts.map(({ prompt }) => prompt)).size).toBe(1);
    for (const { completion } of texts) expect(completion).toMatch(/^\d{6}<\|im_end\|>$/);
    expect(canary.row.prompt).toMatch(/^<\|im_start\|>user\nWhat is the code of locker \d{4}\?<\|im_end\|>/);
    expect(other.row).not.toEqual(canary.row);
    expect(makeCanaries({ count: 2, template: 'chatml', seed: 7 })).toEqual([canary, other]);
    expect(makeCanaries({ count: 1, template: 'chatml', seed: 8 })[0]?.row).not.toEqual(canary.row);
  });
});

describe('exposure', () => {
  test('is nothing for the least likely code, and all for the likeliest', () => {
    expect(exposureOf(9, [1, 2, 3])).toBe(0);
    expect(exposureOf(0.5, [1, 2, 3])).toBe(2);
    expect(exposureOf(1, [1, 1, 1])).toBe(0);
  });

  test('falls as more codes are likelier, and never leaves its range', () => {
    const surprises = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(surprises, fc.double({ min: 0, max: 50, noNaN: true }), (others, taught) => {
        const bits = exposureOf(taught, others);
        expect(bits).toBeGreaterThanOrEqual(0);
        expect(bits).toBeLessThanOrEqual(Math.log2(others.length + 1));
        expect(exposureOf(taught + 1, others)).toBeLessThanOrEqual(bits);
      }),
    );
  });
});
