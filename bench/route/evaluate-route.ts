/**
 * The routing evaluation as `npm run eval -- route` has it: rows that a small model answered, a chance of success for each
 * by what other rows taught, and what escalating by it is worth against an oracle. Knows figures; runs no model.
 */
import type { DecisionFacts } from '../../src/protocol/decision-facts.ts';
import { fitRouter, judgeBy } from '../../src/flywheel/route/router-fit.ts';
import { leastExamples } from '../../src/flywheel/route/router-limits.ts';
import { calibrationError, escalationArea, qualityAt } from '../../src/flywheel/route/routing-figures.ts';
import type { RoutedRow } from '../../src/flywheel/route/routing-figures.ts';
import { seededRandom } from '../../src/flywheel/seeded-random.ts';

export interface AnsweredRow {
  readonly facts: DecisionFacts;
  readonly exact: boolean;
}

export interface EvaluateRouteOptions {
  /** Rows that the chances are learned from. */
  readonly fit: readonly AnsweredRow[];
  /** Other rows, that are judged. */
  readonly rows: readonly AnsweredRow[];
  readonly print: (line: string) => void;
}

/** Too few rows to learn from. */
export class FewRows extends Error {}

/** What a request to the small model costs, where one to the fallback costs 1. */
const smallCost = 1 / 20;
const watched = 0.3;

export function evaluateRoute({ fit: known, rows, print }: EvaluateRouteOptions) {
  const learned = fitRouter(known.map(({ facts, exact }) => ({ facts, success: exact })));
  if (learned === undefined)
    throw new FewRows(
      `${known.length} rows are too few to learn from: it takes ${leastExamples.all}, and ${leastExamples.ofEach} right and wrong ones.`,
    );
  for (const [at, name] of learned.features.entries())
    print(`  ${(learned.fit.weights[at] ?? 0).toFixed(2)}  ${name}`);
  const routed = rows.map(({ facts, exact }): RoutedRow => ({
    chance: judgeBy(learned, facts)?.chance ?? 0.5,
    small: exact,
    fallback: true,
  }));
  const auc = escalationArea(routed);
  return {
    n: rows.length,
    fitted_on: known.length,
    fallback: 'oracle',
    small_only: rounded(qualityAt(routed, 0)),
    fallback_only: rounded(qualityAt(routed, 1)),
    at_30pct_escalation: rounded(qualityAt(routed, watched)),
    auc: rounded(auc),
    auc_ci: areaInterval(routed).map(rounded),
    over_random: rounded(auc - 0.5),
    // An oracle that knew every mistake: the most that any order of these rows is worth.
    most_over_random: rounded(qualityAt(routed, 0) / 2),
    ece: rounded(calibrationError(routed)),
    ece_of_fit: rounded(learned.calibrationError),
    cost_ratio: rounded(smallCost + watched),
  };
}

/** The 95 % interval of the area over rows drawn again and again from these. */
function areaInterval(rows: readonly RoutedRow[]): readonly [number, number] {
  const random = seededRandom('routes');
  const areas = Array.from({ length: 500 }, () => escalationArea(rows.map(() => random.pick(rows))))
    .filter((area) => !Number.isNaN(area))
    .toSorted((one, other) => one - other);
  return [areas[Math.floor(areas.length * 0.025)] ?? NaN, areas[Math.ceil(areas.length * 0.975) - 1] ?? NaN];
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
