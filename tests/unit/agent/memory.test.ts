/** Scratch memory: long results stand in prompts by name, notes are kept, and a run that goes on has what it had. */
import { describe, expect, test } from 'vitest';
import { passagesFor } from '../../../src/agent/memory/find-passages.ts';
import { ScratchMemory } from '../../../src/agent/memory/scratch-memory.ts';
import { runTask } from '../../../src/agent/run.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import type { StoredEvent } from '../../../src/protocol/record.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { addTool, call, model, ofType, outcomeOf, runScript } from './agent-fixtures.ts';

const filler = 'The sea is wide and the ships are many. '.repeat(80);
const page = `${filler}The museum opens at ten on Sundays. ${filler}`;

function manual(calls: string[] = []): ReturnType<typeof defineTool> {
  return defineTool({
    name: 'open_manual',
    description: 'Opens the manual of the museum.',
    permission: 'read',
    inputSchema: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
    execute: (input) => {
      calls.push(JSON.stringify(input['title']));
      return { text: page };
    },
  });
}

const reading: readonly ScriptedStep[] = [
  { expect: ['Open the manual'], reply: call('open_manual', { title: 'museum' }) },
  {
    // The name, the size and a beginning; and nothing but the memory may be called.
    expect: ['"kept_as":"r1"', '"start":', 'memory_read('],
    reply: call('memory_read', { name: 'r1', find: 'opens Sundays' }),
  },
  {
    expect: ['Result of memory_read', 'The museum opens at ten'],
    reply: JSON.stringify({ answer: 'At ten.' }),
  },
  { expect: ['Say the result', 'The museum opens at ten'], reply: 'It opens at ten on Sundays.' },
];

test('a long result stands in the prompt by its name, and is read from there', async () => {
  const { events, engine } = await runScript('Open the manual museum', reading, {
    tools: [addTool, manual()],
    memory: {},
  });
  expect(outcomeOf(events)).toMatchObject({ type: 'answered' });
  const second = ofType(events, 'step-started')[1];
  expect(second?.toolsOffered).toEqual(['memory_read']);
  // Whole in the log, and nowhere whole in a prompt.
  expect(ofType(events, 'tool-returned')[0]?.outcome).toMatchObject({ type: 'ok', value: { text: page } });
  for (const { messages } of engine.requests) {
    for (const { content } of messages) expect(content.length).toBeLessThan(2000);
  }
});

test('without it, a result stands there whole', async () => {
  const { events } = await runScript(
    'Open the manual museum',
    [
      { expect: ['Open the manual'], reply: call('open_manual', { title: 'museum' }) },
      { expect: [page.trim().slice(-200)], reply: JSON.stringify({ answer: 'It is open.' }) },
    ],
    { tools: [addTool, manual()], budget: { rounds: 2 } },
  );
  expect(outcomeOf(events)).toMatchObject({ type: 'answered', answer: 'It is open.' });
});

test('a note of one part is read in another', async () => {
  const { events } = await runScript(
    'Note that the code is 4711, then read it',
    [
      { expect: ['Note that the code'], reply: 'Note that the code is 4711\nread it' },
      {
        expect: ['memory_write('],
        reply: call('memory_write', { name: 'code', text: 'the code is 4711' }),
      },
      { expect: ['Result: {"noted":"code"}'], reply: 'Noted as code.' },
      {
        expect: ['Result of memory: [{"name":"code","characters":16,"from":"a note"}]', 'memory_read('],
        reply: call('memory_read', { name: 'code' }),
      },
      // What was read may serve a call, so the part decides once more.
      { expect: ['Result of memory_read', 'add('], reply: call('memory_read', { name: 'code' }) },
      { expect: ['Say the result', 'the code is 4711'], reply: 'The code is 4711.' },
    ],
    { memory: {} },
  );
  expect(outcomeOf(events)).toMatchObject({ type: 'answered', answer: 'Noted as code.\nThe code is 4711.' });
});

test('cut off after a result was kept, a run goes on with it, and the tool is not run again', async () => {
  const calls: string[] = [];
  const tools = [addTool, manual(calls)];
  const engine = new ScriptedEngine({ steps: reading, loaded: true });
  const log: StoredEvent[] = [];
  for await (const event of runTask('Open the manual museum', { engine, model, tools, memory: {} })) {
    if (event.type !== 'step-streamed') log.push(event);
    if (event.type === 'tool-returned') break;
  }
  const { events } = await runScript('Open the manual museum', reading.slice(1), {
    tools,
    memory: {},
    resume: log,
  });
  expect(outcomeOf(events)).toMatchObject({ type: 'answered' });
  expect(calls).toEqual(['"museum"']);
});

function keep(memory: ScratchMemory, name: string, value: string): void {
  memory.settle({
    callId: name,
    subtaskId: 'part',
    call: { name: 'open_manual', arguments: {} },
    outcome: { type: 'ok', callId: name, value, durationMs: 0 },
  });
}

function note(memory: ScratchMemory, name: string, text: string): void {
  memory.settle({
    callId: name,
    subtaskId: 'part',
    call: { name: 'memory_write', arguments: { name, text } },
    outcome: { type: 'ok', callId: name, value: null, durationMs: 0 },
  });
}

describe('bounds', () => {
  test('the oldest result is forgotten first, and notes stay', () => {
    const memory = new ScratchMemory({ entries: 3, promptCharacters: 10 });
    note(memory, 'code', '4711');
    for (const name of ['one', 'two', 'three']) keep(memory, name, `${name} ${'x'.repeat(20)}`);
    expect(memory.listFor('other').map(({ name }) => name)).toEqual(['code', 'r2', 'r3']);
    expect(memory.listFor('part')).toEqual([]);
    expect(() => memory.read({ name: 'r1' })).toThrow('Nothing is kept as "r1"');
    // What is no longer there is not named.
    expect(memory.shown('one', `one ${'x'.repeat(20)}`)).not.toHaveProperty('kept_as');
  });

  test('a note that does not fit is refused, and one under a result’s name too', () => {
    const memory = new ScratchMemory({ entries: 1, characters: 100, promptCharacters: 10 });
    expect(() => memory.checkNote('long', 'x'.repeat(101))).toThrow('full of notes');
    note(memory, 'code', '4711');
    expect(() => memory.checkNote('other', '1')).toThrow('full of notes');
    expect(() => memory.checkNote('code', '2')).not.toThrow();
    expect(() => memory.checkNote('r1', '2')).toThrow('name of a result');
  });

  test('pieces are bounded, and follow one another without a gap', () => {
    const memory = new ScratchMemory();
    keep(memory, 'one', page);
    const pieces: string[] = [];
    for (let from = 0; ;) {
      const { text, left } = memory.read({ name: 'r1', from }) as { text: string; left: number };
      expect(text.length).toBeLessThanOrEqual(600);
      pieces.push(text);
      from += text.length;
      if (left === 0) break;
    }
    expect(pieces.join('')).toBe(page);
  });

  test('passages are those with the words, at their places', () => {
    const [first, ...others] = passagesFor(page, 'museum Sundays', 600);
    expect(others).toEqual([]);
    expect(first?.text).toContain('opens at ten');
    expect(page.slice(first?.from).startsWith(first?.text ?? 'nothing')).toBe(true);
    expect(passagesFor(page, 'elephant', 600)).toEqual([]);
  });
});
