/**
 * The helps of docs/test-time-help as `npm run eval -- help` has them: the same rows without any help and with each, paired
 * row by row. Knows figures; runs no model.
 */
import { bootstrapInterval } from '../../src/flywheel/bootstrap.ts';

/** What one way of asking came to for one row. */
export interface HelpTry {
  readonly exact: boolean;
  /** Tokens computed, as if no other way had been asked before: those read and not found in a cache, and those written. */
  readonly tokens: number;
  readonly milliseconds: number;
  /** How likely the model found its first try wrong, 0 to 1; absent: it was not asked. */
  readonly objection?: number;
}

export interface HelpedRow {
  readonly id: string;
  /** Without any help. */
  readonly plain: HelpTry;
  /** By the help's name. */
  readonly helped: Readonly<Record<string, HelpTry>>;
}

export interface HelpFigures {
  readonly help: string;
  /** Rows that were asked both ways. */
  readonly n: number;
  readonly plain: number;
  readonly exact: number;
  /** Share of the rows that are right with the help less that without, and its 95 % interval. */
  readonly gain: number;
  readonly gain_ci: readonly [number, number];
  /** Times as many as without. */
  readonly tokens: number;
  /** Times as long as without, in the same run. */
  readonly time: number;
  /**
   * The chance that the model doubts a wrong first try more than a right one: 0.5 is what guessing has. Absent: it was not asked,
   * or all it was asked about was right, or wrong.
   */
  readonly doubt_auc: number | undefined;
}

/** One line of the table for each help that a row has. */
export function evaluateHelp(rows: readonly HelpedRow[]): readonly HelpFigures[] {
  const names = [...new Set(rows.flatMap(({ helped }) => Object.keys(helped)))];
  return names.map((help) => {
    const pairs = rows.flatMap(({ plain, helped }) => {
      const tried = helped[help];
      return tried === undefined ? [] : [{ plain, tried }];
    });
    const values = pairs.map(({ plain, tried }) => Number(tried.exact) - Number(plain.exact));
    const { low, high } = bootstrapInterval({ values });
    const doubts = pairs.flatMap(({ plain, tried }) =>
      tried.objection === undefined ? [] : [{ objection: tried.objection, wrong: !plain.exact }],
    );
    const total = (read: (pair: (typeof pairs)[number]) => number): number =>
      pairs.reduce((sum, pair) => sum + read(pair), 0);
    return {
      help,
      n: pairs.length,
      plain: total(({ plain }) => Number(plain.exact)),
      exact: total(({ tried }) => Number(tried.exact)),
      gain: rounded(total(({ plain, tried }) => Number(tried.exact) - Number(plain.exact)) / pairs.length),
      gain_ci: [rounded(low), rounded(high)],
      tokens: rounded(total(({ tried }) => tried.tokens) / total(({ plain }) => plain.tokens)),
      time: rounded(total(({ tried }) => tried.milliseconds) / total(({ plain }) => plain.milliseconds)),
      doubt_auc: doubtArea(doubts),
    };
  });
}

/** The figures as lines for people, the names of the columns first. */
export function helpTable(figures: readonly HelpFigures[]): readonly string[] {
  const head = ['help', 'rows', 'without', 'with', 'gain (95 % interval)', 'tokens', 'time'];
  const lines = figures.map(({ help, n, plain, exact, gain, gain_ci: [low, high], tokens, time }) => [
    help,
    String(n),
    String(plain),
    String(exact),
    `${gain} (${low} to ${high})`,
    `x ${tokens}`,
    `x ${time}`,
  ]);
  const widths = head.map((name, at) => Math.max(name.length, ...lines.map((line) => line[at]?.length ?? 0)));
  return [head, ...lines].map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The area under the ROC curve, by counting pairs of one wrong and one right; equal doubts count half. */
function doubtArea(
  doubts: readonly { readonly objection: number; readonly wrong: boolean }[],
): number | undefined {
  const [wrong, right] = [true, false].map((is) =>
    doubts.filter((one) => one.wrong === is).map(({ objection }) => objection),
  );
  if (wrong === undefined || right === undefined || wrong.length === 0 || right.length === 0)
    return undefined;
  const wins = wrong.flatMap((one) =>
    right.map((other): number => (one === other ? 0.5 : Number(one > other))),
  );
  return rounded(wins.reduce((sum, win) => sum + win, 0) / wins.length);
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
