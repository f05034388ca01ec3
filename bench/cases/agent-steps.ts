/** A run of three steps: one request, and each step reads what the calls before it brought and writes the next. */
import { callRows } from '../material.ts';
import type { ToolCall, ToolCallRow } from '../../src/index.ts';
import type { CallTold, Subject } from '../subjects/subject.ts';
import type { Case } from './case.ts';

type Turns = ToolCallRow['turns'];

/**
 * The rows as one run: a single request asks for all that they ask for, each step makes one call, and the next one reads it
 * with what it brought. A contender reads its own calls, as an agent does; where it made none, the right one stands there.
 */
async function run(subject: Subject, rows: readonly ToolCallRow[]): Promise<readonly CallTold[]> {
  const asked = rows.flatMap(({ turns }) => turns.map(({ content }) => content)).join(' Then: ');
  let turns: Turns = [{ role: 'user', content: asked }];
  const told: CallTold[] = [];
  for (const row of rows) {
    const step = await subject.call({ ...row, turns }, { mostCalls: 1 });
    told.push(step);
    turns = turns.concat(made(step.calls.length > 0 ? step.calls : row.expected));
  }
  return told;
}

function made(calls: readonly ToolCall[]): Turns {
  return [
    {
      role: 'assistant',
      content: '',
      calls: calls.map(({ name, arguments: values }) => ({ name, arguments: values })),
    },
    ...calls.map(({ name }) => ({ role: 'tool' as const, content: '{"done":true}', name })),
  ];
}

function sum(told: readonly CallTold[], read: (one: CallTold) => number): number {
  return told.reduce((total, one) => total + read(one), 0);
}

/** `seed` keeps the rows of one case apart from those of others. */
function agentRun({
  name,
  tools,
  seed,
}: {
  readonly name: string;
  readonly tools: number;
  readonly seed: number;
}): Case {
  return {
    name,
    title: `An agent run of 3 steps, ${String(tools)} tools never seen`,
    opens: { slots: 1, contextTokens: 4096 },
    round: async (subject, number) => {
      const rows = callRows({ seed: seed + number, tools, count: 3, share: 3 });
      const told = await run(subject, rows);
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
}

export const agentSteps: readonly Case[] = [
  agentRun({ name: 'agent-3', tools: 5, seed: 300_000 }),
  agentRun({ name: 'agent-3-of-20', tools: 20, seed: 400_000 }),
];
