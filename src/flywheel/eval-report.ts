/**
 * Judged rows -> the report: figures with bootstrap intervals, which tool was called for which, what went wrong, and for
 * two sides the paired differences. Pure: the same rows give the same report, to the last digit.
 * Knows nothing of models, and nothing of how a report is written down (report-text).
 */
import { promptVersion } from '../decode/prompt.ts';
import type {
  EvalReport,
  EvalSide,
  EvalSubject,
  Figure,
  FigureDifference,
  FigureName,
  JudgedRow,
} from '../protocol/evaluation.ts';
import { bootstrapDefaults, bootstrapInterval } from './bootstrap.ts';
import { confusionOf } from './confusion.ts';

/** For each figure: whether a row went well, or undefined where the figure does not count it. */
const scores: Readonly<Record<FigureName, (row: JudgedRow) => boolean | undefined>> = {
  exact: ({ grade }) => grade.exact,
  valid: ({ grade }) => grade.valid,
  tool: ({ expected, grade }) => (expected.length > 0 ? grade.name : undefined),
  arguments: ({ expected, grade }) => (expected.length > 0 && grade.name ? grade.exact : undefined),
  several: ({ expected, grade }) => (expected.length > 1 ? grade.exact : undefined),
  refusal: ({ expected, grade }) => (expected.length === 0 ? grade.refused : undefined),
};

const figureNames = Object.keys(scores) as readonly FigureName[];

/** One side of a report: what was scored, and its judged rows. */
export interface SideRows {
  readonly subject: EvalSubject;
  readonly rows: readonly JudgedRow[];
}

/** The judged rows of one side, or of two to compare. */
export interface EvalReportOptions {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly source: string;
  /** Of two sides, the second is compared with the first. Rows are paired by their place: both hold the same ones. */
  readonly sides: readonly [SideRows] | readonly [SideRows, SideRows];
}

/** The report of one side, or of two over the same rows. Throws RangeError where the rows of two sides differ. */
export function evalReport({ at, source, sides }: EvalReportOptions): EvalReport {
  const [first, second] = sides;
  if (second !== undefined && !haveSameRows(first.rows, second.rows)) {
    throw new RangeError('Two sides are compared on the same rows, in the same order.');
  }
  return {
    version: 1,
    at,
    source,
    rows: first.rows.length,
    promptVersion,
    intervals: bootstrapDefaults,
    sides: sides.map(sideOf),
    ...(second === undefined
      ? {}
      : { differences: figureNames.map((name) => differenceOf(name, first.rows, second.rows)) }),
  };
}

function haveSameRows(one: readonly JudgedRow[], other: readonly JudgedRow[]): boolean {
  return one.length === other.length && one.every(({ id }, place) => id === other[place]?.id);
}

function sideOf({ subject, rows }: SideRows): EvalSide {
  return {
    subject,
    figures: figureNames.map((name) => figureOf(name, rows)),
    confusion: confusionOf(
      rows.map(({ expected, output }) => ({
        expected: expected.map(({ name }) => name),
        called: output?.type === 'calls' ? output.calls.map(({ name }) => name) : [],
      })),
    ),
    failures: rows.filter(({ grade }) => !grade.exact),
    seconds: rows.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000,
  };
}

function figureOf(name: FigureName, rows: readonly JudgedRow[]): Figure {
  const values = rows.flatMap((row) => scores[name](row) ?? []).map(Number);
  const count = values.filter((value) => value === 1).length;
  return {
    name,
    n: values.length,
    count,
    share: values.length === 0 ? 0 : count / values.length,
    interval: bootstrapInterval({ values }),
  };
}

function differenceOf(
  name: FigureName,
  one: readonly JudgedRow[],
  other: readonly JudgedRow[],
): FigureDifference {
  const values = one.flatMap((row, place) => {
    const partner = other[place];
    const [before, after] = [scores[name](row), partner === undefined ? undefined : scores[name](partner)];
    return before === undefined || after === undefined ? [] : [Number(after) - Number(before)];
  });
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    name,
    n: values.length,
    difference: values.length === 0 ? 0 : sum / values.length,
    interval: bootstrapInterval({ values }),
  };
}
