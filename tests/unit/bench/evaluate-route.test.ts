/** The routing evaluation on rows whose success follows from how sure the model was, and on rows where it does not. */
import { expect, test } from 'vitest';
import { evaluateRoute } from '../../../bench/route/evaluate-route.ts';
import type { AnsweredRow } from '../../../bench/route/evaluate-route.ts';
import { seededRandom } from '../../../src/flywheel/seeded-random.ts';

function answered(count: number, seed: string, follows: boolean): readonly AnsweredRow[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const doubt = random.next() * 3;
    return {
      exact: random.next() < (follows ? Math.exp(-doubt) : 0.5),
      facts: {
        certainty: { choices: 4, logprob: -doubt, least: -doubt / 2, leastAllowed: 0 },
        output: { type: 'calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] },
        attempts: 1,
        toolsOffered: 3,
        request: 'How warm is it in Oslo at noon tomorrow?',
      },
    };
  });
}

const print = (): void => undefined;

test('doubt that foretells mistakes is found, and its chances are true', () => {
  const figures = evaluateRoute({
    fit: answered(600, 'fit', true),
    rows: answered(600, 'test', true),
    print,
  });
  expect(figures.over_random).toBeGreaterThan(0.08);
  expect(figures.at_30pct_escalation).toBeGreaterThan(figures.small_only + 0.2);
  expect(figures.ece).toBeLessThan(0.08);
  expect(figures.auc_ci[0]).toBeLessThan(figures.auc);
});

test('doubt that foretells nothing is worth nothing', () => {
  const figures = evaluateRoute({
    fit: answered(600, 'fit', false),
    rows: answered(600, 'test', false),
    print,
  });
  expect(Math.abs(figures.over_random)).toBeLessThan(0.05);
});
