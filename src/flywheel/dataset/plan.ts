/**
 * A surveyed log -> which of its records are in the data set and on which side each stands, with what a person is shown of
 * it: funnel, tasks, overlap, advice. And the second walk, which hands the records out. Knows places and keys; nothing of files.
 */
import { datasetSplits } from '../../protocol/dataset.ts';
import type {
  DatasetSplit,
  RecordClass,
  FunnelStep,
  Quarantined,
  TaskCount,
  OverlapKind,
  OverlapReport,
} from '../../protocol/dataset.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { DatasetRecord, ImportItem } from './record.ts';
import { keepUnderCap } from './split/cap.ts';
import { guidanceFor } from './split/guidance.ts';
import { overlapReport } from './split/overlap.ts';
import { splitFamilies, splitShares } from './split/split-families.ts';
import type { SplitShares } from './split/split-families.ts';
import { funnelNames } from './survey.ts';
import type { Survey } from './survey.ts';

/** The survey, the seed, and what is asked of the sides and tasks. */
export interface PlanOptions {
  readonly survey: Survey;
  readonly seed: string;
  /** Rows of one task at most. */
  readonly cap?: number;
  readonly shares?: SplitShares;
  readonly overlapLimits?: Partial<Readonly<Record<OverlapKind, number>>>;
  /** The task of a row where it is another than the survey's. */
  readonly nameTask?: (row: { readonly id: string; readonly task: string }) => string;
  /** Unit vectors of records, where there are some: the overlap is then told by meaning too. */
  readonly vectorOf?: (id: string) => Float32Array | undefined;
}

interface PlannedRow {
  readonly id: string;
  readonly task: string;
  readonly split: DatasetSplit;
}

/** Which records of a log are in the data set, and on which side each stands. */
export interface DatasetPlan {
  readonly seed: string;
  readonly shares: SplitShares;
  readonly cap?: number;
  /** By the place of an item in the log. */
  readonly rows: ReadonlyMap<number, PlannedRow>;
  /** The side that a key of a row stands on: exact, and by template. */
  readonly sideOfKey: ReadonlyMap<string, DatasetSplit>;
  readonly counts: Readonly<Record<DatasetSplit, number>>;
  readonly tasks: readonly TaskCount[];
  readonly families: { readonly count: number; readonly largest: number };
  readonly funnel: readonly FunnelStep[];
  readonly quarantined: readonly Quarantined[];
  readonly overlap: OverlapReport;
  readonly guidance: readonly string[];
}

/** The same survey and options give the same plan. Throws RangeError for shares that leave nothing to learn from. */
export function planDataset(options: PlanOptions): DatasetPlan {
  const { seed, cap, shares = splitShares, vectorOf, nameTask } = options;
  const survey = nameTask === undefined ? options.survey : renamed(options.survey, nameTask);
  const { rows } = survey;
  const kept = keepUnderCap(
    rows.map((row) => ({ task: row.task, class: row.class, key: seededKey(seed, row.exact) })),
    cap,
  );
  const { pass, drop } = countCap(survey, kept);
  const inside = [...rows.keys()].filter((row) => kept[row] === true);
  const families = inside.map((row) => survey.familyOf(row));
  const sideOfFamily = splitFamilies({
    rows: inside.map((row, index) => ({
      family: families[index] ?? row,
      stratum: `${rows[row]?.task ?? ''} ${rows[row]?.class ?? ''}`,
    })),
    shares,
    seed,
  });
  const sides = rows.map((_, row) =>
    kept[row] === true ? sideOfFamily.get(survey.familyOf(row)) : undefined,
  );
  const overlap = overlapReport({
    sides,
    keys: {
      episode: (row) => listOf(rows[row]?.episode),
      exact: (row) => listOf(rows[row]?.exact),
      template: (row) => rows[row]?.templates ?? [],
    },
    signatures: survey.signatures,
    ...(vectorOf === undefined ? {} : { vectorOf: (row: number) => vectorOf(rows[row]?.id ?? '') }),
    ...(options.overlapLimits === undefined ? {} : { limits: options.overlapLimits }),
  });
  const counts = { train: 0, validation: 0, test: 0 };
  for (const side of sides) if (side !== undefined) counts[side] += 1;
  const sizes = new Map<number, number>();
  for (const family of families) sizes.set(family, (sizes.get(family) ?? 0) + 1);
  const largest = [...sizes.values()].reduce((most, size) => Math.max(most, size), 0);
  const tasks = countTasks(survey, sides);
  return {
    seed,
    shares,
    ...(cap === undefined ? {} : { cap }),
    rows: new Map(
      rows.flatMap(({ place, id, task }, row) => {
        const split = sides[row];
        return split === undefined ? [] : [[place, { id, task, split }] as const];
      }),
    ),
    sideOfKey: new Map(
      rows.flatMap(({ exact, templates }, row) => {
        const side = sides[row];
        return side === undefined ? [] : [exact, ...templates].map((key) => [key, side] as const);
      }),
    ),
    counts,
    tasks,
    families: { count: sizes.size, largest },
    funnel: survey.funnel
      .steps()
      .map((step) => (step.filter === funnelNames.cap ? capStep(pass, drop) : step)),
    quarantined: survey.quarantined,
    overlap,
    guidance: guidanceFor({
      train: counts.train,
      test: counts.test,
      tasks: trainByTask(tasks),
      refusals: sides.filter((side, row) => side === 'train' && rows[row]?.class === 'refusal').length,
      largestFamily: largest,
    }),
  };
}

function renamed(survey: Survey, nameTask: NonNullable<PlanOptions['nameTask']>): Survey {
  return { ...survey, rows: survey.rows.map((row) => ({ ...row, task: nameTask(row) })) };
}

function countCap(
  { rows }: Survey,
  kept: readonly boolean[],
): { readonly pass: number; readonly drop: number } {
  const pass = kept.filter(Boolean).length;
  return { pass, drop: rows.length - pass };
}

function capStep(pass: number, drop: number): FunnelStep {
  const reasons: FunnelStep['reasons'] = drop === 0 ? {} : { 'Its task has enough rows.': drop };
  return { filter: funnelNames.cap, in: pass + drop, out: pass, reasons };
}

function listOf(key: string | undefined): readonly string[] {
  return key === undefined ? [] : [key];
}

/** An order of rows that the seed decides, the same wherever a row stands: FNV-1a over seed and key. */
function seededKey(seed: string, key: string): string {
  let hash = 0x811c9dc5;
  for (const character of `${seed} ${key}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return `${(hash >>> 0).toString(16).padStart(8, '0')}${key}`;
}

function countTasks({ rows }: Survey, sides: readonly (DatasetSplit | undefined)[]): TaskCount[] {
  const counts = new Map<string, { task: string; class: RecordClass } & Record<DatasetSplit, number>>();
  for (const [row, { task, class: kind }] of rows.entries()) {
    const side = sides[row];
    if (side === undefined) continue;
    const key = JSON.stringify([task, kind]);
    const own = counts.get(key) ?? { task, class: kind, train: 0, validation: 0, test: 0 };
    own[side] += 1;
    counts.set(key, own);
  }
  return [...counts.values()].toSorted(
    (one, other) =>
      totalOf(other) - totalOf(one) || (`${one.task} ${one.class}` < `${other.task} ${other.class}` ? -1 : 1),
  );
}

function totalOf(count: TaskCount): number {
  return datasetSplits.reduce((sum, side) => sum + count[side], 0);
}

function trainByTask(tasks: readonly TaskCount[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { task, train } of tasks) sums.set(task, (sums.get(task) ?? 0) + train);
  return sums;
}

export interface PlannedRecordsOptions {
  /** The same items that were surveyed, in the same order. */
  readonly items: AsyncIterable<ImportItem>;
  readonly plan: DatasetPlan;
  readonly signal?: AbortSignal;
}

/** The records of the plan in the log's order, each with its task and its side. Throws `dataset-invalid` where the log is another. */
export async function* plannedRecords(options: PlannedRecordsOptions): AsyncGenerator<DatasetRecord, void> {
  const { items, plan, signal } = options;
  let place = 0;
  let given = 0;
  for await (const item of items) {
    signal?.throwIfAborted();
    const planned = plan.rows.get(place);
    place += 1;
    if (planned === undefined) continue;
    if (item.type !== 'record' || item.record.id !== planned.id) throw changed(planned.id);
    given += 1;
    yield { ...item.record, task: planned.task, split: planned.split };
  }
  if (given < plan.rows.size) throw changed(`${plan.rows.size - given} records`);
}

function changed(what: string): Fault {
  return new Fault({
    code: faultCodes.datasetInvalid,
    message: 'The log is not the one that was looked through before.',
    reason: `${what} no longer stands where it stood.`,
    remedy: 'Look it through again.',
    details: { path: what },
  });
}
