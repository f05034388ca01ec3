/** What an evaluated row may be bound to, beside what a run is. */
import { describe, expect, test } from 'vitest';
import { evaluateToolCallRow } from '../../../src/app/evaluate.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import { readGbnf } from '../../../src/engine/transformers/read-gbnf.ts';
import { Recogniser } from '../../../src/engine/transformers/recogniser.ts';
import { parseToolCallRow } from '../../../src/flywheel/tool-call-row.ts';
import type { ToolCallRow } from '../../../src/flywheel/tool-call-row.ts';
import { call, model } from '../agent/agent-fixtures.ts';

function row(expected: readonly string[]): ToolCallRow {
  const parameters = { type: 'object', properties: { who: { type: 'string' } }, required: ['who'] };
  const parsed = parseToolCallRow(
    JSON.stringify({
      id: 'r',
      messages: [{ role: 'user', content: 'Find Zoe and Ada, and call them' }],
      tools: ['find', 'ring'].map((name) => ({
        type: 'function',
        function: { name, description: `To ${name} a person.`, parameters },
      })),
      expected: expected.map((name) => ({ name, arguments: { who: 'Zoe' } })),
    }),
    1,
  );
  if (parsed.type !== 'read') throw new Error(parsed.reason);
  return parsed.row;
}

/** What an evaluation lets the model write, as a test of texts, with the names it offers. */
async function asked(
  options: Pick<Parameters<typeof evaluateToolCallRow>[0], 'row' | 'mostCalls' | 'toolGiven'>,
) {
  const engine = new ScriptedEngine({ steps: [{ reply: call('find', { who: 'Zoe' }) }], loaded: true });
  await evaluateToolCallRow({ ...options, engine, model });
  const [request] = engine.requests;
  const recogniser = new Recogniser(readGbnf(request?.constraint?.gbnf ?? ''));
  return {
    offered: request?.tools?.map(({ name }) => name),
    allows: (text: string): boolean => {
      const end = recogniser.advance(recogniser.start, new TextEncoder().encode(text));
      return end !== undefined && recogniser.isComplete(end);
    },
  };
}

const find = call('find', { who: 'Zoe' });
const ring = call('ring', { who: 'Zoe' });
const question = '{"ask":"Whom?"}';

describe('a row that is evaluated', () => {
  test('is asked as a run would ask: of every tool, as often as its request has parts, or back', async () => {
    const { offered, allows } = await asked({ row: row(['find']) });
    expect(offered).toEqual(['find', 'ring']);
    expect([find, ring, `${find}\n${ring}`, question].map(allows)).toEqual([true, true, true, true]);
  });

  test('may be bound to a number of calls', async () => {
    const { allows } = await asked({ row: row(['find']), mostCalls: 1 });
    expect([find, `${find}\n${ring}`, question].map(allows)).toEqual([true, false, true]);
  });

  test('may name its tool, so that the arguments are all there is to decide', async () => {
    const { offered, allows } = await asked({ row: row(['find']), toolGiven: true });
    expect(offered).toEqual(['find']);
    expect([find, ring, question, '{"answer":"Found."}'].map(allows)).toEqual([true, false, false, false]);
  });

  test('that is for no tool has none to name', async () => {
    const { offered, allows } = await asked({ row: row([]), toolGiven: true });
    expect(offered).toEqual(['find', 'ring']);
    expect(allows(question)).toBe(true);
  });

  test('has no last word where it has to call', async () => {
    const engine = new ScriptedEngine({
      steps: Array.from({ length: 4 }, () => ({ reply: '{"name":"find","arguments":{"who":"Zo' })),
      loaded: true,
    });
    const { output } = await evaluateToolCallRow({ row: row(['find']), engine, model, toolGiven: true });
    expect(output).toBeUndefined();
    expect(engine.requests.every(({ constraint }) => !(constraint?.gbnf ?? '').includes('ask'))).toBe(true);
  });
});
