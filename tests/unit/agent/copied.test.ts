/** In a run, copied values are held to what the user said and what tools returned; an evaluation may leave that out. */
import { describe, expect, test } from 'vitest';
import { evaluateToolCallRow } from '../../../src/app/evaluate.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import { readGbnf } from '../../../src/engine/transformers/read-gbnf.ts';
import { Recogniser } from '../../../src/engine/transformers/recogniser.ts';
import { parseToolCallRow } from '../../../src/flywheel/tool-call-row.ts';
import type { OutputConstraint } from '../../../src/protocol/engine.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { call, model, runScript } from './agent-fixtures.ts';

const findTool = defineTool({
  name: 'find',
  description: 'Finds a person.',
  permission: 'read',
  inputSchema: { type: 'object', properties: { who: { type: 'string' } }, required: ['who'] },
  execute: () => ({ name: 'Zoë Lindqvist' }),
});

function allows(constraint: OutputConstraint | undefined, text: string): boolean {
  const recogniser = new Recogniser(readGbnf(constraint?.gbnf ?? ''));
  const end = recogniser.advance(recogniser.start, new TextEncoder().encode(text));
  return end !== undefined && recogniser.isComplete(end);
}

const find = (who: string): string => call('find', { who });

describe('copied values', () => {
  test('are words of the request, and after a call of its result', async () => {
    const { engine } = await runScript(
      'Find Zoe by her name',
      [{ reply: find('Zoe') }, { reply: find('Lindqvist') }, { reply: 'Her name is Zoë Lindqvist.' }],
      { tools: [findTool], budget: { rounds: 2 } },
    );
    const [first, second] = engine.requests.map(({ constraint }) => constraint);
    expect(['Zoe', 'her name'].map((who) => allows(first, find(who)))).toEqual([true, true]);
    expect(['Zoey', 'Lindqvist', ''].map((who) => allows(first, find(who)))).toEqual([false, false, false]);
    expect(['Zoe', 'Lindqvist', 'Zoë Lindqvist'].every((who) => allows(second, find(who)))).toBe(true);
    expect(allows(second, find('Lindquist'))).toBe(false);
    expect(second?.wider).toBe(first?.wider);
  });

  test('are any text in an evaluation that asks for it', async () => {
    const { parameters, description } = findTool.spec;
    const line = JSON.stringify({
      id: 'r',
      messages: [{ role: 'user', content: 'Find Zoe' }],
      tools: [{ type: 'function', function: { name: 'find', description, parameters } }],
      expected: [{ name: 'find', arguments: { who: 'Zoe' } }],
    });
    const parsed = parseToolCallRow(line, 1);
    if (parsed.type !== 'read') throw new Error(parsed.reason);
    const engine = new ScriptedEngine({
      steps: [{ reply: find('Zoe') }, { reply: find('Zoey') }],
      loaded: true,
    });
    const held = await evaluateToolCallRow({ row: parsed.row, engine, model });
    const free = await evaluateToolCallRow({ row: parsed.row, engine, model, copy: 'off' });
    expect([held, free].map(({ grade }) => grade.exact)).toEqual([true, false]);
    expect(engine.requests.map(({ constraint }) => allows(constraint, find('Zoey')))).toEqual([false, true]);
  });
});
