/**
 * Data sets -> what a trainer reads (`train.jsonl`, rows of prompt and completion, those with the same tools side by
 * side) and what it is judged by (`test/*.jsonl`, rows as they were).
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
import { keepContexts, makeContexts } from './contexts.ts';
import type { Context } from './contexts.ts';
import { lessonOf } from './lesson.ts';
import { seededRandom } from '../../src/flywheel/seeded-random.ts';
import { readSourceRows } from './source-row.ts';
import type { SourceRow } from './source-row.ts';
import { splitRows } from './split.ts';

export interface MixOptions {
  /** Paths of `.jsonl` or `.jsonl.gz` files of tool-call rows. */
  readonly files: readonly string[];
  /** A folder; made where it is not there. */
  readonly out: string;
  readonly seed: string;
  /** Rows that each set gives to the test. */
  readonly testRows: number;
  /** Rows that each set gives to the validation. */
  readonly validRows: number;
  readonly unseenServices: readonly string[];
  /** How often the rows of a small set are shown for once of a large one. */
  readonly repeats: number;
  readonly print: (line: string) => void;
}

/** A set of fewer rows than this is small. */
const largeSet = 2500;

export function mixSets({
  files,
  out,
  seed,
  testRows,
  validRows,
  unseenServices,
  repeats,
  print,
}: MixOptions): void {
  const random = seededRandom(seed);
  mkdirSync(join(out, 'test'), { recursive: true });
  const train: SourceRow[] = [];
  const small: SourceRow[] = [];
  const validLines: string[] = [];
  for (const file of files) {
    const {
      train: rows,
      test,
      valid,
    } = splitRows({
      rows: readSourceRows(file),
      random: seededRandom(`${seed} ${file.split('/').at(-1) ?? ''}`),
      count: testRows,
      validCount: validRows,
      unseenServices,
    });
    (rows.length < largeSet && !file.includes('nocall') ? small : train).push(...rows);
    for (const [name, kept] of test) {
      writeFileSync(join(out, 'test', `${name}.jsonl`), kept.map(({ line }) => `${line}\n`).join(''));
      print(`${name}: ${kept.length} rows kept aside`);
    }
    for (const [name, kept] of valid) {
      for (const { row } of kept) {
        const lesson = lessonOf(row);
        if (lesson !== undefined) validLines.push(lineOf(lesson, { set: name, grammar: grammarOf(row) }));
      }
    }
    print(`${file.split('/').at(-1) ?? ''}: ${rows.length} rows to learn from`);
  }
  const made = train.filter(({ context }) => context !== undefined);
  const others = train.filter(({ context }) => context === undefined);
  const sharing = others.filter(({ family, row }) => family !== row.id);
  const alone = [
    ...others.filter(({ family, row }) => family === row.id),
    ...Array.from({ length: repeats }, () => small).flat(),
  ];
  const contexts: Context[] = [
    ...keepContexts(made),
    ...makeContexts({ rows: sharing, random, size: 6, restyled: 0.4, foreign: 0.5 }),
    ...makeContexts({ rows: alone, random, size: 1, restyled: 0.4, foreign: 0.15 }),
  ];
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

/** A row of an export folder; `set` says which figures it counts for, `grammar` what its output is held to. */
function lineOf(lesson: Lesson, more: { readonly set?: string; readonly grammar?: string } = {}): string {
  const line = formatRow({ row: lesson, format: 'rendered', index: 0, template: 'chatml' });
  return `${JSON.stringify({ ...(JSON.parse(line) as object), ...more })}\n`;
}

/** The constraint of a first try, as `agent/act` makes it. */
function grammarOf(row: ToolCallRow): string {
  const request = row.turns.findLast(({ role }) => role === 'user')?.content ?? '';
  const copyFrom = copySources(rowTurns(row));
  return toolGrammar({ tools: row.tools, maxCalls: mostCalls(request), copyFrom }).gbnf;
}
