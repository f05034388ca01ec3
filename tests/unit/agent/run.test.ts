import { describe, expect, test } from 'vitest';
import { runTask } from '../../../src/agent/run.ts';
import type { Engine } from '../../../src/bridge/engine.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { TaskEvent } from '../../../src/protocol/task-event.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { addTool, call, memoryTool, model, ofType, outcomeOf, runScript } from './agent-fixtures.ts';

describe('a run', () => {
  test('decides, calls, reports, and its events tell it in order', async () => {
    const { events, engine } = await runScript('What is 1 plus 2?', [
      {
        expect: ['add(a: number, b: number) - Adds two numbers.', 'What is 1 plus 2?'],
        reply: call('add', { a: 1, b: 2 }),
      },
      { expect: ['Result: {"sum":3}'], reply: '1 plus 2 is 3.' },
    ]);
    expect(events.map(({ type }) => type).filter((type) => type !== 'step-streamed')).toEqual([
      'run-started',
      'plan-made',
      'subtask-started',
      'step-started',
      'step-finished',
      'tool-called',
      'tool-returned',
      'step-started',
      'step-finished',
      'subtask-finished',
      'run-finished',
    ]);
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: '1 plus 2 is 3.' });
    expect(ofType(events, 'tool-returned')[0]?.outcome).toMatchObject({ type: 'ok', value: { sum: 3 } });
    const streamed = ofType(events, 'step-streamed')
      .map(({ text }) => text)
      .join('');
    expect(streamed).toBe(`${call('add', { a: 1, b: 2 })}1 plus 2 is 3.`);
    expect(engine.requests[0]?.constraint?.gbnf).toContain('add\\",\\"arguments');
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(ofType(events, 'run-finished')[0]?.totals).toMatchObject({ modelSteps: 2, toolCalls: 1 });
  });

  test('stands still at a call until the reader comes back: the call is on disk before the tool runs', async () => {
    const kept: string[] = [];
    const engine = new ScriptedEngine({ steps: [{ reply: call('remember', { text: 'x' }) }], loaded: true });
    const run = runTask('Keep x', {
      engine,
      model,
      tools: [memoryTool(kept)],
      approve: () => Promise.resolve(true),
    });
    for await (const event of run) {
      if (event.type !== 'tool-called') continue;
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(kept).toEqual([]);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(kept).toEqual([]);
  });

  test('a sentence with a wrong number is not reported: the result speaks for itself', async () => {
    const { events } = await runScript('What is 1 plus 2?', [
      { reply: call('add', { a: 1, b: 2 }) },
      { reply: '1 plus 2 is 4.' },
    ]);
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: '3' });
    expect(ofType(events, 'step-finished')[1]?.verdict).toMatchObject({ type: 'rejected' });
  });

  test('a refusal is a result of its own', async () => {
    const { events } = await runScript('Sing', [{ reply: '{"ask":"Which song?"}' }]);
    expect(outcomeOf(events)).toEqual({ type: 'refused', answer: 'Which song?' });
  });

  test('the model may answer without a tool', async () => {
    const { events } = await runScript('Hello', [{ reply: '{"answer":"Hello to you."}' }]);
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: 'Hello to you.' });
  });
});

describe('a plan', () => {
  test('independent parts run side by side, and each tells its own events', async () => {
    const { events } = await runScript('What is 1 plus 2 and what is 3 plus 4?', [
      { expect: ['Split the request'], reply: 'What is 1 plus 2\nwhat is 3 plus 4?' },
      {
        expect: ['user\nWhat is 1 plus 2<|im_end|>\n<|im_start|>assistant\n'],
        reply: call('add', { a: 1, b: 2 }),
        delayMs: 3,
      },
      { expect: ['user\nwhat is 3 plus 4?<|im_end|>'], reply: call('add', { a: 3, b: 4 }), delayMs: 3 },
      { expect: ['Result: {"sum":3}'], reply: '1 plus 2 is 3.' },
      { expect: ['Result: {"sum":7}'], reply: '3 plus 4 is 7.' },
    ]);
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: '1 plus 2 is 3.\n3 plus 4 is 7.' });
    const starts = events.flatMap((event, index) => (event.type === 'subtask-started' ? [index] : []));
    const firstEnd = events.findIndex((event) => event.type === 'subtask-finished');
    expect(starts.every((start) => start < firstEnd)).toBe(true);
  });

  test('a part that points back waits, and is told the result', async () => {
    const kept: string[] = [];
    const { events } = await runScript(
      'What is 1 plus 2? Remember it.',
      [
        { expect: ['Split the request'], reply: 'What is 1 plus 2?\nRemember it.' },
        { expect: ['user\nWhat is 1 plus 2?<'], reply: call('add', { a: 1, b: 2 }) },
        { expect: ['Result: {"sum":3}'], reply: '1 plus 2 is 3.' },
        {
          expect: ['user\nRemember it.\n1 plus 2 is 3.<'],
          reply: call('remember', { text: '1 plus 2 is 3' }),
        },
        { expect: ['Result: {"kept"'], reply: 'I kept 1 plus 2 is 3.' },
      ],
      { tools: [addTool, memoryTool(kept)], approve: () => Promise.resolve(true) },
    );
    expect(kept).toEqual(['1 plus 2 is 3']);
    expect(outcomeOf(events).type).toBe('answered');
  });

  test('a part whose forerunner failed is not begun; what was done is told', async () => {
    const { events } = await runScript('What is 1 plus 2? Sing that.', [
      { expect: ['Split the request'], reply: 'What is 1 plus 2?\nSing that.' },
      { expect: ['user\nWhat is 1 plus 2?<'], reply: 'gibberish' },
      { expect: ['user\nWhat is 1 plus 2?<'], reply: 'gibberish again' },
      { expect: ['user\nWhat is 1 plus 2?<'], reply: 'and again' },
    ]);
    const outcomes = ofType(events, 'subtask-finished').map(({ outcome }) => outcome);
    expect(outcomes).toMatchObject([{ type: 'failed' }, { type: 'failed', fault: { message: /not begun/ } }]);
    expect(outcomeOf(events).type).toBe('failed');
  });
});

describe('bad calls', () => {
  test('a call against the schema is tried again with its error', async () => {
    const kept: string[] = [];
    const { events, engine } = await runScript(
      'Keep hello',
      [
        { reply: call('remember', { text: 'hello!' }) },
        { expect: ['The arguments of remember are not valid.'], reply: call('remember', { text: 'hello' }) },
        { reply: 'I kept hello.' },
      ],
      { tools: [memoryTool(kept)], approve: () => Promise.resolve(true) },
    );
    expect(kept).toEqual(['hello']);
    expect(ofType(events, 'step-finished').map(({ verdict }) => verdict.type)).toEqual([
      'rejected',
      'accepted',
      'accepted',
    ]);
    expect(engine.requests.map(({ sampling }) => sampling.temperature)).toEqual([0, 0.4, 0]);
  });

  test('a call that stays bad is reported, not made', async () => {
    const kept: string[] = [];
    const { events } = await runScript(
      'Keep hello',
      [{ reply: call('remember', { text: '!' }) }, { reply: call('remember', { text: '!!' }) }],
      { tools: [memoryTool(kept)], approve: () => Promise.resolve(true) },
    );
    expect(kept).toEqual([]);
    expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: 'arguments-invalid' } });
  });

  test('an example that is only repeated is not taken for a decision', async () => {
    const { events } = await runScript('What is 5 plus 6?', [
      { expect: ['"a":40'], reply: call('add', { a: 40, b: 2 }) },
      { reply: call('add', { a: 5, b: 6 }) },
      { reply: '5 plus 6 is 11.' },
    ]);
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: '5 plus 6 is 11.' });
  });

  test('a tool that throws is told to the model once more, then reported', async () => {
    const broken = defineTool({
      name: 'broken',
      description: 'Always fails.',
      permission: 'read',
      inputSchema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
      execute: () => {
        throw new Error('out of paper');
      },
    });
    const { events } = await runScript(
      'Print page 1',
      [
        { reply: call('broken', { n: 1 }) },
        {
          expect: ['Result of broken: {"error":"broken failed: out of paper"}'],
          reply: call('broken', { n: 2 }),
        },
      ],
      { tools: [broken] },
    );
    expect(outcomeOf(events)).toMatchObject({
      type: 'failed',
      fault: { code: 'tool-failed', message: /out of paper/ },
    });
  });

  test('a tool that never returns is left at its time-out', async () => {
    const stuck = defineTool({
      name: 'stuck',
      description: 'Never ends.',
      permission: 'read',
      inputSchema: { type: 'object', properties: {} },
      timeoutMs: 20,
      execute: () => new Promise(() => undefined),
    });
    const { events } = await runScript('Wait', [{ reply: call('stuck', {}) }, { reply: call('stuck', {}) }], {
      tools: [stuck],
    });
    expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: 'tool-timeout' } });
  });
});

describe('leave', () => {
  test.each([
    ['declined', () => Promise.resolve(false)],
    ['without anyone to ask', undefined],
  ])('a writing tool does not run when %s', async (_, approve) => {
    const kept: string[] = [];
    const { events } = await runScript('Keep x', [{ reply: call('remember', { text: 'x' }) }], {
      tools: [memoryTool(kept)],
      ...(approve === undefined ? {} : { approve }),
    });
    expect(kept).toEqual([]);
    expect(ofType(events, 'tool-called')).toEqual([]);
    expect(outcomeOf(events)).toEqual({ type: 'refused', answer: 'You declined remember.' });
  });

  test('the time waited for a person is not counted', async () => {
    const kept: string[] = [];
    const { events } = await runScript(
      'Keep x',
      [{ reply: call('remember', { text: 'x' }) }, { reply: 'I kept x.' }],
      {
        tools: [memoryTool(kept)],
        budget: { durationMs: 400 },
        approve: () => new Promise((resolve) => setTimeout(() => resolve(true), 600)),
      },
    );
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: 'I kept x.' });
  });
});

describe('bounds', () => {
  test.each([
    ['', 'The goal is empty.'],
    ['   \n ', 'The goal is empty.'],
    ['a '.repeat(50_000), 'The goal has 99,999 characters.'],
  ])('a goal that cannot be taken is refused before anything is begun', async (goal, message) => {
    const engine = new ScriptedEngine({ steps: [], loaded: true });
    const events: TaskEvent[] = [];
    const attempt = async (): Promise<void> => {
      for await (const event of runTask(goal, { engine, model, tools: [addTool] })) events.push(event);
    };
    await expect(attempt()).rejects.toMatchObject({ code: 'goal-invalid', message });
    expect(events).toEqual([]);
    expect(engine.requests).toEqual([]);
  });

  test.each([
    [{ modelSteps: 1 }, 'modelSteps'],
    [{ toolCalls: 0 }, 'toolCalls'],
    [{ decodeTokens: 1 }, 'decodeTokens'],
  ])('a run stays within %j', async (budget, bound) => {
    const { events } = await runScript('What is 1 plus 2?', [{ reply: call('add', { a: 1, b: 2 }) }], {
      budget,
    });
    expect(outcomeOf(events)).toMatchObject({
      type: 'failed',
      fault: { code: 'budget-exhausted', details: { bound } },
    });
  });

  test('time that is used up stops the model', async () => {
    const { events } = await runScript(
      'What is 1 plus 2?',
      [{ reply: call('add', { a: 1, b: 2 }), delayMs: 60_000 }],
      {
        budget: { durationMs: 30 },
      },
    );
    expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: 'budget-exhausted' } });
  });

  test('a subtask may decide again as often as rounds allow, and ends when it repeats itself', async () => {
    const { events } = await runScript(
      'What is 1 plus 2?',
      [
        { reply: call('add', { a: 1, b: 2 }) },
        { expect: ['Result of add: {"sum":3}'], reply: call('add', { a: 3, b: 3 }) },
        { expect: ['Result of add: {"sum":6}'], reply: call('add', { a: 3, b: 3 }) },
        { expect: ['Say the result'], reply: '1 plus 2 is 3.' },
      ],
      { budget: { rounds: 5 } },
    );
    expect(ofType(events, 'tool-called')).toHaveLength(2);
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: '1 plus 2 is 3.' });
  });
});

describe('stopping', () => {
  test('a stop in mid-generation ends the run as stopped', async () => {
    const controller = new AbortController();
    const engine = new ScriptedEngine({ steps: [{ reply: 'x'.repeat(400), delayMs: 5 }], loaded: true });
    const events: TaskEvent[] = [];
    for await (const event of runTask('Talk', {
      engine,
      model,
      tools: [addTool],
      signal: controller.signal,
    })) {
      events.push(event);
      if (event.type === 'step-streamed') controller.abort();
    }
    expect(outcomeOf(events)).toEqual({ type: 'stopped' });
  });

  test('a stop does not wait for an engine that is slow to heed it', async () => {
    const controller = new AbortController();
    const deaf: Engine = { generate: () => new Promise(() => undefined) };
    const events: TaskEvent[] = [];
    for await (const event of runTask('Talk', {
      engine: deaf,
      model,
      tools: [],
      signal: controller.signal,
    })) {
      events.push(event);
      if (event.type === 'step-started') setTimeout(() => controller.abort(), 5);
    }
    expect(outcomeOf(events)).toEqual({ type: 'stopped' });
  });

  test('a stop while a person is asked ends the run as stopped, and nothing is written', async () => {
    const controller = new AbortController();
    const kept: string[] = [];
    const { events } = await runScript('Keep x', [{ reply: call('remember', { text: 'x' }) }], {
      tools: [memoryTool(kept)],
      signal: controller.signal,
      approve: () => {
        setTimeout(() => controller.abort(), 5);
        return new Promise(() => undefined);
      },
    });
    expect(kept).toEqual([]);
    expect(outcomeOf(events)).toEqual({ type: 'stopped' });
  });

  test('a signal that has fired already stops the run before the model is asked', async () => {
    const { events, engine } = await runScript('Talk', [], { signal: AbortSignal.abort() }).catch(
      (error: unknown) => {
        throw error;
      },
    );
    expect(outcomeOf(events)).toEqual({ type: 'stopped' });
    expect(engine.requests).toEqual([]);
  });

  test('a dead engine is the outcome of the run, with its fault', async () => {
    const { events } = await runScript('Talk', [
      { reply: { code: 'worker-died', message: 'The worker is gone.' } },
    ]);
    expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: 'worker-died' } });
  });
});
