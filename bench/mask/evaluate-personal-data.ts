/**
 * Rows of texts with marked personal data -> precision, recall and F2 by kind. Knows rows and figures; nothing of command
 * lines. What counts as right: a finding that shares a character with a marked span of the same kind, or of a kind of the
 * same family (`families`).
 */
import type { PersonalDataType } from '../../src/protocol/personal-data.ts';
import { contextualTypes, mildTypes, personalDataTypes } from '../../src/protocol/personal-data.ts';
import { isObject, parseJson } from '../../src/protocol/json.ts';
import { RowError } from '../../src/flywheel/read-fields.ts';
import { wilsonInterval } from '../../src/flywheel/wilson.ts';

interface Span {
  readonly start: number;
  readonly end: number;
  readonly type: PersonalDataType;
}

export interface MarkedRow {
  readonly text: string;
  readonly spans: readonly Span[];
}

export type TypeChoice = 'structured' | 'all';

interface Figures {
  /** Marked spans. */
  readonly n: number;
  readonly precision: number;
  readonly recall: number;
  readonly f2: number;
}

export interface PersonalDataEvaluation extends Figures {
  readonly recall_ci: readonly [number, number];
  readonly precision_ci: readonly [number, number];
  /** The same where only the very kind counts. */
  readonly strict: Figures;
  readonly per_type: Readonly<Record<string, Figures>>;
  /** Kinds that say little about one person: not in the figures above. */
  readonly apart: Readonly<Record<string, Figures>>;
  readonly mb_per_s: number;
}

/** Data sets disagree on where an address ends and a place begins, and whose date a date is. */
const families: readonly ReadonlySet<PersonalDataType>[] = [
  new Set(['ADDRESS', 'LOCATION', 'ZIP_CODE']),
  new Set(['DATE', 'DATE_OF_BIRTH']),
];

function areAlike(one: PersonalDataType, other: PersonalDataType): boolean {
  return one === other || families.some((family) => family.has(one) && family.has(other));
}

const areSame = (one: PersonalDataType, other: PersonalDataType): boolean => one === other;

/** Reads rows; throws RowError with the line's number for one that is none. */
export function readMarkedRows(
  lines: readonly { readonly number: number; readonly text: string }[],
): readonly MarkedRow[] {
  return lines.map(({ number, text: line }) => {
    const row = parseJson(line);
    if (row === undefined) throw new RowError(`Line ${number} is no JSON.`);
    const text = isObject(row) ? row['text'] : undefined;
    const spans = isObject(row) ? row['spans'] : undefined;
    if (typeof text !== 'string' || !Array.isArray(spans))
      throw new RowError(`Line ${number} is no row: it needs a text and a list of spans.`);
    return {
      text,
      spans: spans.map((span, index) => readSpan(span, { number, index, length: text.length })),
    };
  });
}

function readSpan(
  span: unknown,
  { number, index, length }: { readonly number: number; readonly index: number; readonly length: number },
): Span {
  const where = `Line ${number}, span ${index + 1}`;
  if (typeof span !== 'object' || span === null) throw new RowError(`${where} is no object.`);
  const { start, end, type } = span as Record<string, unknown>;
  const isInside =
    Number.isInteger(start) &&
    Number.isInteger(end) &&
    Number(start) >= 0 &&
    Number(end) > Number(start) &&
    Number(end) <= length;
  if (!isInside) throw new RowError(`${where} does not lie in its text of ${length} characters.`);
  if (!personalDataTypes.includes(type as PersonalDataType))
    throw new RowError(`${where} has the unknown type ${JSON.stringify(type)}.`);
  return { start: Number(start), end: Number(end), type: type as PersonalDataType };
}

class Tally {
  marked = 0;
  reached = 0;
  found = 0;
  right = 0;

  figures(): Figures {
    const precision = this.found === 0 ? (this.marked === 0 ? 1 : 0) : this.right / this.found;
    const recall = this.marked === 0 ? 1 : this.reached / this.marked;
    const f2 = precision + recall === 0 ? 0 : (5 * precision * recall) / (4 * precision + recall);
    return { n: this.marked, precision: round(precision), recall: round(recall), f2: round(f2) };
  }
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

export interface ScoreOptions {
  readonly rows: readonly MarkedRow[];
  readonly find: (text: string) => readonly Span[];
  readonly types: TypeChoice;
  /** Told of each marked span that was missed and each finding that is wrong. */
  readonly onError?: (error: {
    readonly missed: boolean;
    readonly row: MarkedRow;
    readonly span: Span;
  }) => void;
}

/** Scores any finder, so that others are measured by the same rule. */
export function scorePersonalData({
  rows,
  find,
  types,
  onError,
}: ScoreOptions): Omit<PersonalDataEvaluation, 'mb_per_s'> {
  const byType = new Map<PersonalDataType, Tally>();
  const [all, strict] = [new Tally(), new Tally()];
  const tallyOf = (type: PersonalDataType): Tally => {
    const tally = byType.get(type) ?? new Tally();
    byType.set(type, tally);
    return tally;
  };
  const counts = (type: PersonalDataType): boolean => types === 'all' || !contextualTypes.has(type);
  for (const row of rows) {
    const found = find(row.text).filter(({ type }) => counts(type));
    const marked = row.spans.filter(({ type }) => counts(type));
    for (const span of marked) {
      const isReached = found.some((other) => overlaps(span, other) && areAlike(span.type, other.type));
      const isExact = found.some((other) => overlaps(span, other) && areSame(span.type, other.type));
      const isMain = !mildTypes.has(span.type);
      for (const tally of isMain ? [all, tallyOf(span.type)] : [tallyOf(span.type)]) {
        tally.marked += 1;
        if (isReached) tally.reached += 1;
      }
      if (isMain) strict.marked += 1;
      if (isMain && isExact) strict.reached += 1;
      if (!isReached) onError?.({ missed: true, row, span });
    }
    for (const span of found) {
      const isRight = row.spans.some((other) => overlaps(span, other) && areAlike(span.type, other.type));
      const isExact = row.spans.some((other) => overlaps(span, other) && areSame(span.type, other.type));
      const isMain = !mildTypes.has(span.type);
      for (const tally of isMain ? [all, tallyOf(span.type)] : [tallyOf(span.type)]) {
        tally.found += 1;
        if (isRight) tally.right += 1;
      }
      if (isMain) strict.found += 1;
      if (isMain && isExact) strict.right += 1;
      if (!isRight) onError?.({ missed: false, row, span });
    }
  }
  const entries = [...byType].toSorted(([, one], [, other]) => other.marked - one.marked);
  const part = (isMild: boolean): Record<string, Figures> =>
    Object.fromEntries(
      entries
        .filter(([type]) => mildTypes.has(type) === isMild)
        .map(([type, tally]) => [type, tally.figures()]),
    );
  return {
    ...all.figures(),
    recall_ci: interval(all.reached, all.marked),
    precision_ci: interval(all.right, all.found),
    strict: strict.figures(),
    per_type: part(false),
    apart: part(true),
  };
}

function interval(successes: number, n: number): readonly [number, number] {
  const { low, high } = wilsonInterval({ n, successes });
  return [round(low), round(high)];
}

function overlaps(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}
