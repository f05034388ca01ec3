/** A run of three steps: one request, and each step reads what its own calls before it brought and writes the next. */
import { callRows } from '../material.ts';
import type { ToolCallRow } from '../../src/index.ts';
import type { CallTold } from '../subjects/subject.ts';
import type { Case } from './case.ts';

/** A run of one request that asks for all that the rows ask for, before its first step. */
function beginning(rows: readonly ToolCallRow[]): ToolCallRow['turns'] {
  return [{ role: 'user', content: rows.map(({ turns }) => turns[0]?.content ?? '').join(' Then: ') }];
}

/**
 * The turns of the next step: as in a run, what the contender called itself stands before it with what that brought. Where it
 * called nothing that is on offer, the run would end; it goes on with the call that was right.
 */
function goneOn(
  turns: ToolCallRow['turns'],
  row: ToolCallRow,
  { calls: made }: CallTold,
): ToolCallRow['turns'] {
  const offered = new Set(row.tools.map(({ name }) => name));
  const right = row.expected.map(({ name, arguments: values }) => ({ name, arguments: values }));
  const calls = made.length > 0 && made.every(({ name }) => offered.has(name)) ? made : right;
  return [
    ...turns,
    { role: 'assistant', content: '', calls },
    ...calls.map(({ name }) => ({ role: 'tool' as const, content: '{"done":true}', name })),
  ];
}

function sum(told: readonly CallTold[], read: (one: CallTold) => number): number {
  return told.reduce((total, one) => total + read(one), 0);
}

export const agentSteps: Case = {
  name: 'agent-3',
  title: 'An agent run of 3 steps, 5 tools never seen',
  opens: { slots: 1, contextTokens: 4096 },
  round: async (subject, number) => {
    const rows = callRows({ seed: 300_000 + number, tools: 5, count: 3, share: 3 });
    const told: CallTold[] = [];
    let turns = beginning(rows);
    for (const row of rows) {
      const step = await subject.call({ ...row, turns });
      told.push(step);
      turns = goneOn(turns, row, step);
    }
    const [first, second] = told;
    return {
      ms: sum(told, ({ totalMs }) => totalMs),
      figures: {
        tokens: sum(told, ({ tokens }) => tokens),
        firstTokenMs: first?.firstTokenMs ?? NaN,
        // What it costs to go on, beside beginning.
        secondOfFirst: (second?.firstTokenMs ?? NaN) / (first?.firstTokenMs ?? NaN),
        right: sum(told, ({ right }) => (right ? 1 : 0)) / told.length,
      },
    };
  },
};
