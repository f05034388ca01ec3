/**
 * Data sets -> what a trainer reads (`train.jsonl`, rows of prompt and completion, those with the same tools side by
 * side) and what it is judged by (`test/*.jsonl`, rows as they were, and as prompt and completion).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mostCalls } from '../../src/agent/call-limit.ts';
import { copySources } from '../../src/decode/copy-sources.ts';
import { toolGrammar } from '../../src/decode/tool-grammar.ts';
import { formatRow } from '../../src/flywheel/format-row.ts';
import type { Lesson } from '../../src/flywheel/format-row.ts';
import { rowTurns } from '../../src/flywheel/row-turns.ts';
import type { ToolCallRow } from '../../src/flywheel/tool-call-row.ts';
import { keepContexts, makeContexts, toolShelf } from './contexts.ts';
import type { Context } from './contexts.ts';
import { lessonOf } from './lesson.ts';
import { seededRandom } from '../../src/flywheel/seeded-random.ts';
import type { SeededRandom } from '../../src/flywheel/seeded-random.ts';
import { readSourceRows } from './source-row.ts';
import type { SourceRow } from './source-row.ts';
import { splitRows } from './split.ts';
import { swapValues } from './swap-values.ts';

export interface MixOptions {
  /** Paths of `.jsonl` or `.jsonl.gz` files of tool-call rows. */
  readonly files: readonly string[];
  /** A folder; made where it is not there. */
  readonly out: string;
  readonly seed: string;
  /** Names the drawing of the rows that are kept aside: training that goes on from an adapter needs the same. */
  readonly split: string;
  /** Rows that each set gives to the test. */
  readonly testRows: number;
  /** Rows that each set gives to the validation. */
  readonly validRows: number;
  readonly unseenServices: readonly string[];
  /** How often the rows of a set are shown, by its name; 1 where it is not named. */
  readonly times: ReadonlyMap<string, number>;
  /** Share of a set's rows that are shown with values of others (swap-values.ts), by its name; none where it is not named. */
  readonly swapped: ReadonlyMap<string, number>;
  readonly print: (line: string) => void;
}

export function mixSets({
  files,
  out,
  seed,
  split,
  testRows,
  validRows,
  unseenServices,
  times,
  swapped,
  print,
}: MixOptions): void {
  const random = seededRandom(seed);
  mkdirSync(join(out, 'test'), { recursive: true });
  const train: SourceRow[] = [];
  const validLines: string[] = [];
  for (const file of files) {
    const {
      train: rows,
      test,
      valid,
    } = splitRows({
      rows: readSourceRows(file),
      random: seededRandom(`${split} ${file.split('/').at(-1) ?? ''}`),
      count: testRows,
      validCount: validRows,
      unseenServices,
    });
    train.push(...rows);
    for (const [name, kept] of test) {
      writeFileSync(join(out, 'test', `${name}.jsonl`), kept.map(({ line }) => `${line}\n`).join(''));
      writeFileSync(join(out, 'test', `${name}.rendered.jsonl`), judgedLines(name, kept).join(''));
      print(`${name}: ${kept.length} rows kept aside`);
    }
    for (const [name, kept] of valid) validLines.push(...judgedLines(name, kept));
    print(`${file.split('/').at(-1) ?? ''}: ${rows.length} rows to learn from`);
  }
  const contexts: Context[] = [];
  const shelf = toolShelf(train);
  for (let turn = 0; ; turn += 1) {
    const drawn = rowsOfTurn(train, turn, times, random);
    if (drawn.length === 0) break;
    const shown = bySet(drawn).flatMap(([set, own]) =>
      swapValues(own, { share: swapped.get(set) ?? 0, random }),
    );
    const others = shown.filter(({ context }) => context === undefined);
    contexts.push(
      ...keepContexts({ rows: shown.filter(({ context }) => context !== undefined), shelf, random }),
      ...makeContexts({
        rows: others.filter(sharesTools),
        shelf,
        random,
        size: 12,
        restyled: 0.4,
        foreign: 0.7,
      }),
      ...makeContexts({
        rows: others.filter((row) => !sharesTools(row)),
        shelf,
        random,
        size: 1,
        restyled: 0.4,
        foreign: 0.15,
      }),
    );
  }
  const lines: string[] = [];
  let dropped = 0;
  for (const { rows } of random.shuffle(contexts)) {
    for (const row of rows) {
      const lesson = lessonOf(row);
      if (lesson === undefined) dropped += 1;
      else lines.push(lineOf(lesson));
    }
  }
  writeFileSync(join(out, 'train.jsonl'), lines.join(''));
  writeFileSync(join(out, 'valid.jsonl'), validLines.join(''));
  print(
    `${contexts.length} contexts, ${lines.length} rows, ${dropped} left out because their call breaks its schema`,
  );
}

/** The rows that are shown for the `turn`-th time, from 0: all of a set, a part of it, or none. */
function rowsOfTurn(
  rows: readonly SourceRow[],
  turn: number,
  times: ReadonlyMap<string, number>,
  random: SeededRandom,
): SourceRow[] {
  return bySet(rows).flatMap(([set, own]) => {
    const share = Math.min(1, Math.max(0, (times.get(set) ?? 1) - turn));
    return share === 1 ? own : random.shuffle(own).slice(0, Math.round(share * own.length));
  });
}

function bySet(rows: readonly SourceRow[]): (readonly [set: string, rows: readonly SourceRow[]])[] {
  const sets = new Map<string, SourceRow[]>();
  for (const row of rows) {
    const own = sets.get(row.set) ?? [];
    own.push(row);
    sets.set(row.set, own);
  }
  return [...sets];
}

/** Whether other rows call the same tools. */
function sharesTools({ family, row }: SourceRow): boolean {
  return family !== row.id;
}

/** Rows to judge by: with an id, the set whose figures they count for, and the grammar that the output is held to. */
function judgedLines(set: string, rows: readonly SourceRow[]): string[] {
  return rows.flatMap(({ row }) => {
    const lesson = lessonOf(row);
    return lesson === undefined ? [] : [lineOf(lesson, { id: row.id, set, grammar: grammarOf(row) })];
  });
}

/** A row of an export folder. */
function lineOf(
  lesson: Lesson,
  more: { readonly id?: string; readonly set?: string; readonly grammar?: string } = {},
): string {
  const line = formatRow({ row: lesson, format: 'rendered', index: 0, template: 'chatml' });
  return `${JSON.stringify({ ...(JSON.parse(line) as object), ...more })}\n`;
}

/** The constraint of a first try, as `agent/act` makes it. */
function grammarOf(row: ToolCallRow): string {
  const request = row.turns.findLast(({ role }) => role === 'user')?.content ?? '';
  const copyFrom = copySources(rowTurns(row));
  return toolGrammar({ tools: row.tools, maxCalls: mostCalls(request), copyFrom }).gbnf;
}
