/** What a router learns, of what, and how a chance is explained. */
import { describe, expect, test } from 'vitest';
import { featureNames, featureSets } from '../../../../src/flywheel/route/decision-features.ts';
import { fitRouter, judgeBy } from '../../../../src/flywheel/route/router-fit.ts';
import { leastExamples } from '../../../../src/flywheel/route/router-limits.ts';
import { seededRandom } from '../../../../src/flywheel/seeded-random.ts';
import type { RouterExample } from '../../../../src/protocol/decision-facts.ts';

function examples(count: number, chanceOf: (doubt: number, same: number) => number): RouterExample[] {
  const random = seededRandom('router');
  return Array.from({ length: count }, () => {
    const doubt = random.next() * 3;
    const same = 1 + random.below(3);
    return {
      success: random.next() < chanceOf(doubt, same),
      facts: {
        certainty: { choices: 4, logprob: -doubt, least: -doubt / 2, leastAllowed: 0 },
        output: { type: 'calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] },
        attempts: 1,
        toolsOffered: 3,
        request: 'How warm is it in Oslo?',
        agreement: { asked: 3, same },
      },
    };
  });
}

describe('fitRouter', () => {
  test('learns what foretells success, and says how true its chances are', () => {
    const fit = fitRouter(examples(400, (doubt) => Math.exp(-doubt)));
    expect(fit?.n).toBe(400);
    expect(fit?.calibrationError).toBeLessThan(0.1);
    const [sure, unsure] = [0.05, 2.8].map((doubt) => {
      const [one] = examples(1, () => 1);
      if (fit === undefined || one === undefined) throw new Error('Nothing was learned.');
      const certainty = { choices: 4, logprob: -doubt, least: -doubt / 2, leastAllowed: 0 };
      return judgeBy(fit, { ...one.facts, certainty });
    });
    expect(sure?.chance).toBeGreaterThan(0.75);
    expect(unsure?.chance).toBeLessThan(0.25);
    expect(unsure?.effects[0]?.feature).toContain('log-probability');
    expect(unsure?.effects[0]?.effect).toBeLessThan(0);
  });

  test('uses agreement where that is what tells', () => {
    const fit = fitRouter(examples(300, (_, same) => (same === 3 ? 0.95 : 0.1)));
    const [one] = examples(1, () => 1);
    if (fit === undefined || one === undefined) throw new Error('Nothing was learned.');
    const chances = [1, 3].map(
      (same) => judgeBy(fit, { ...one.facts, agreement: { asked: 3, same } })?.chance,
    );
    expect(chances[1]).toBeGreaterThan((chances[0] ?? 1) + 0.4);
  });

  test('learns nothing from too few, or from one kind alone', () => {
    expect(fitRouter(examples(leastExamples.all - 1, () => 0.5))).toBeUndefined();
    expect(fitRouter(examples(200, () => 1))).toBeUndefined();
  });

  test('a fit with features of a later version judges nothing', () => {
    const fit = fitRouter(examples(100, () => 0.5));
    const [one] = examples(1, () => 1);
    if (fit === undefined || one === undefined) throw new Error('Nothing was learned.');
    expect(judgeBy({ ...fit, features: ['phase of the moon'] }, one.facts)).toBeUndefined();
  });

  test('every set holds known features', () => {
    for (const set of featureSets) expect(featureNames).toEqual(expect.arrayContaining([...set]));
  });
});
