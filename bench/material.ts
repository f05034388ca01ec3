/**
 * What is asked: prompts and tool lists that no round has seen before, so that a cache helps nobody unless the case
 * says so. The same seed gives the same material. Knows words and made tools; nothing of runtimes.
 */
import { parseToolCallRow } from '../src/flywheel/tool-call-row.ts';
import type { ToolCallRow } from '../src/index.ts';
import { lineOf } from '../training/rows/data-row.ts';
import type { DataRow, DataTool } from '../training/rows/data-row.ts';
import { Draw } from '../training/rows/draw.ts';
import { madeRows } from '../training/rows/made/made-rows.ts';

const places = [
  'harbour',
  'library',
  'market',
  'station',
  'garden',
  'workshop',
  'school',
  'theatre',
  'bridge',
];
const people = ['Ada', 'Boris', 'Chen', 'Dana', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kira'];
const deeds = [
  'painted the gate of',
  'met a friend near',
  'wrote a letter about',
  'walked slowly to',
  'sold bread at',
];
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Sentences of about nine words, one after the other. */
export function story(seed: number, sentences: number): string {
  const draw = new Draw({ seed, split: 'test' });
  return Array.from(
    { length: sentences },
    () => `On ${draw.pick(days)} ${draw.pick(people)} ${draw.pick(deeds)} the ${draw.pick(places)}.`,
  ).join(' ');
}

/**
 * Rows with exactly `tools` tools each; every `share` rows in turn have the same ones. Their requests are for one call.
 */
export function callRows(options: {
  readonly seed: number;
  readonly tools: number;
  readonly count: number;
  readonly share: number;
}): readonly ToolCallRow[] {
  const { seed, tools, count, share } = options;
  const source = madeRows({ seed, split: 'test', share, dropped: () => undefined });
  const rows: ToolCallRow[] = [];
  /** Tools of rows that were passed, to fill lists up. */
  let spare: readonly DataTool[] = [];
  while (rows.length < count) {
    const group = Array.from({ length: share }, () => source.next().value);
    const own = group[0]?.tools ?? [];
    const names = new Set(own.map(({ name }) => name));
    const more = spare.filter(({ name }) => !names.has(name)).slice(0, tools - own.length);
    spare = [...own, ...spare.filter(({ name }) => !names.has(name))].slice(0, 4 * tools);
    const fits = own.length + more.length === tools && group.every(isOneCall);
    if (fits) rows.push(...group.map((row) => readRow({ ...row, tools: mingle(own, more) })));
  }
  return rows.slice(0, count);
}

function isOneCall({ category }: DataRow): boolean {
  return category === 'made_single';
}

/** The row's own tools stand between the others. */
function mingle(own: readonly DataTool[], more: readonly DataTool[]): readonly DataTool[] {
  const middle = Math.floor(more.length / 2);
  return [...more.slice(0, middle), ...own, ...more.slice(middle)];
}

function readRow(row: DataRow): ToolCallRow {
  const parsed = parseToolCallRow(lineOf(row), 1);
  if (parsed.type === 'unreadable') throw new Error(parsed.reason);
  return parsed.row;
}
