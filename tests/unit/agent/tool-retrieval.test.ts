/** With a hundred tools the right one is still among the few that a prompt shows. */
import { describe, expect, test } from 'vitest';
import { rankTools } from '../../../src/agent/rank-tools.ts';
import { shortlist } from '../../../src/agent/shortlist.ts';
import type { ToolSpec } from '../../../src/protocol/tool.ts';
import { generatedRows, hundredTools, ownRows } from '../../fixtures/hundred-tools.ts';
import type { RetrievalRow } from '../../fixtures/hundred-tools.ts';

/** As many as a prompt shows. */
const shown = 4;

function isFound({ request, tool }: RetrievalRow, tools: readonly ToolSpec[]): boolean {
  return shortlist({ request, tools, maxTools: shown, maxExamples: 0 }).tools.some(
    ({ name }) => name === tool,
  );
}

/** The right tool and four others, which are different from row to row. */
function fiveTools(row: RetrievalRow, place: number): readonly ToolSpec[] {
  const others = hundredTools.filter(({ name }) => name !== row.tool);
  return [
    ...hundredTools.filter(({ name }) => name === row.tool),
    ...[7, 31, 53, 83].flatMap((step) => others[(place * 13 + step) % others.length] ?? []),
  ];
}

function recall(
  rows: readonly RetrievalRow[],
  toolsOf: (row: RetrievalRow, place: number) => readonly ToolSpec[],
): number {
  return rows.filter((row, place) => isFound(row, toolsOf(row, place))).length / rows.length;
}

test('there are a hundred tools, and every row is for one of them', () => {
  const names = new Set(hundredTools.map(({ name }) => name));
  expect(names.size).toBe(100);
  expect([...generatedRows, ...ownRows].filter(({ tool }) => !names.has(tool))).toEqual([]);
});

describe.each([
  ['generated', generatedRows],
  ['own', ownRows],
])('%s rows', (_name, rows) => {
  test('find their tool among a hundred nearly as often as among five', () => {
    const few = recall(rows, fiveTools);
    const many = recall(rows, () => hundredTools);
    expect(few).toBeGreaterThan(0.9);
    expect(many).toBeGreaterThanOrEqual(0.95 * few);
  });
});

test('a request that shares no word with any tool ranks none, and still gets a list', () => {
  expect(rankTools('Xyzzy plugh', hundredTools)).toEqual([]);
  const list = shortlist({ request: 'Xyzzy plugh', tools: hundredTools, maxTools: shown, maxExamples: 0 });
  expect(list.tools).toHaveLength(shown);
});

test('what parameters and their values say counts', () => {
  const [first, ...rest] = hundredTools;
  if (first === undefined) throw new Error('There are no tools.');
  const odd: ToolSpec = {
    ...first,
    name: 'x.run',
    description: 'Runs.',
    parameters: { type: 'object', properties: { gemstone: { enum: ['ruby', 'opal'] } } },
  };
  const tools = [odd, ...rest];
  expect(rankTools('An opal, please', tools)[0]).toBe(odd);
  expect(rankTools('Which gemstones are there?', tools)[0]).toBe(odd);
});

test('the tools are those of the request, not of the one before', () => {
  const half = hundredTools.slice(0, 50);
  expect(rankTools('Look up the vaccination', hundredTools)[0]?.name).toBe('pets.find_vaccination');
  expect(rankTools('Look up the vaccination', half).every((tool) => half.includes(tool))).toBe(true);
});
