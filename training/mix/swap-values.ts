/**
 * Rows with other values: the artist of one request stands in another that names an artist too. A model that meets many
 * values in many sentences learns where a value begins and ends, not the values. Knows rows of one turn; nothing of lists of tools.
 */
import type { ToolCallRow } from '../../src/flywheel/tool-call-row.ts';
import type { SeededRandom } from '../../src/flywheel/seeded-random.ts';

export interface SwapOptions {
  /** Share of the rows that get other values; of such a row each value is changed with an even chance. */
  readonly share: number;
  readonly random: SeededRandom;
}

/** The rows, some with values of others. Only a text that stands once in the request, as whole words, is changed. */
export function swapValues<Row extends { readonly row: ToolCallRow }>(
  rows: readonly Row[],
  { share, random }: SwapOptions,
): Row[] {
  const known = new Map<string, string[]>();
  for (const { row } of rows) {
    for (const { key, value } of changeable(row)) known.set(key, [...(known.get(key) ?? []), value]);
  }
  return rows.map((source) =>
    random.next() < share ? { ...source, row: otherValues(source.row, known, random) } : source,
  );
}

interface Place {
  /** Tool and parameter: values of the same may stand for each other. */
  readonly key: string;
  readonly parameter: string;
  readonly value: string;
}

function changeable({ turns, expected }: ToolCallRow): Place[] {
  const [turn] = turns;
  const [call] = expected;
  if (turn === undefined || call === undefined || turns.length > 1 || expected.length > 1) return [];
  return Object.entries(call.arguments).flatMap(([parameter, value]) =>
    typeof value === 'string' &&
    !Object.hasOwn(call.acceptable, parameter) &&
    placesOf(value, turn.content) === 1
      ? [{ key: `${call.name} ${parameter}`, parameter, value }]
      : [],
  );
}

function otherValues(
  row: ToolCallRow,
  known: ReadonlyMap<string, readonly string[]>,
  random: SeededRandom,
): ToolCallRow {
  let changed = row;
  for (const { key, parameter, value } of changeable(row)) {
    if (random.next() < 0.5) continue;
    changed = withValue(changed, parameter, value, random.pick(known.get(key) ?? [value]));
  }
  return changed;
}

/** The row with one value for another; as it is where the request could be read in two ways afterwards. */
function withValue(row: ToolCallRow, parameter: string, before: string, after: string): ToolCallRow {
  const [turn] = row.turns;
  const [call] = row.expected;
  if (turn === undefined || call === undefined || placesOf(before, turn.content) !== 1) return row;
  const content = turn.content.replace(wholeWords(before), () => after);
  const values = { ...call.arguments, [parameter]: after };
  const isClear = Object.values(values).every(
    (value) => typeof value !== 'string' || placesOf(value, content) === 1,
  );
  return isClear
    ? { ...row, turns: [{ ...turn, content }], expected: [{ ...call, arguments: values }] }
    : row;
}

/** How often a text stands in another as whole words. */
function placesOf(text: string, within: string): number {
  return text === '' ? 0 : [...within.matchAll(wholeWords(text))].length;
}

function wholeWords(text: string): RegExp {
  const literal = text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`, 'gu');
}
