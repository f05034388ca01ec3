/** Calls that are begun while the model still writes: what is begun, what is not, and what becomes of it. */
import { describe, expect, test } from 'vitest';
import { runTask } from '../../../src/agent/run.ts';
import type { RunTaskOptions } from '../../../src/agent/run.ts';
import type { Engine } from '../../../src/bridge/engine.ts';
import { RecoveringEngine } from '../../../src/bridge/recovering-engine.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import type { TaskEvent } from '../../../src/protocol/task-event.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import type { Tool } from '../../../src/tools/tool.ts';
import { mortalEngine } from '../bridge/mortal-engine.ts';
import { makeLoad } from '../../fixtures/make-load.ts';
import { addTool, call, memoryTool, model, ofType, outcomeOf } from './agent-fixtures.ts';

/** What happened, in order. */
type Diary = string[];

async function tick(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A tool that reads, and notes when it begins and what its signal does. `run` is what it does meanwhile. */
function lookTool(
  diary: Diary,
  run: (page: number, signal: AbortSignal) => unknown = (page) => ({ page }),
): Tool {
  return defineTool({
    name: 'look',
    description: 'Looks at a page.',
    permission: 'read',
    inputSchema: {
      type: 'object',
      properties: { page: { type: 'integer', maximum: 9 } },
      required: ['page'],
    },
    execute: (input, { signal }) => {
      const page = Number(input['page']);
      diary.push(`look ${String(page)}`);
      signal.addEventListener('abort', () => diary.push(`stopped ${String(page)}`));
      return run(page, signal);
    },
  });
}

/** Hangs until it is told to stop. */
function hangs(_page: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve());
  });
}

const look = (page: number): string => call('look', { page });

/** Says these pieces, with time between them; then goes on as a script. */
function slowEngine(
  diary: Diary,
  pieces: readonly (string | Fault)[],
  later: readonly string[] = [],
): Engine {
  const script = new ScriptedEngine({ steps: later.map((reply) => ({ reply })), loaded: true });
  const first = new ScriptedEngine({
    steps: [{ reply: pieces.filter((piece) => typeof piece === 'string').join('') }],
    loaded: true,
  });
  let asked = 0;
  return {
    async generate(request, options) {
      asked += 1;
      if (asked > 1) return await script.generate(request, options);
      const result = await first.generate(request);
      for (const piece of pieces) {
        await tick();
        options?.signal?.throwIfAborted();
        if (piece instanceof Fault) throw piece;
        options?.onEvent?.({ type: 'text-generated', text: piece });
      }
      await tick();
      options?.signal?.throwIfAborted();
      diary.push('written');
      return result;
    },
  };
}

async function collect(
  engine: Engine,
  tools: readonly Tool[],
  options: Partial<RunTaskOptions> & { readonly goal?: string } = {},
): Promise<readonly TaskEvent[]> {
  const { goal = 'Look at some pages', ...rest } = options;
  const events: TaskEvent[] = [];
  for await (const event of runTask(goal, { engine, model, tools, ...rest })) events.push(event);
  return events;
}

/** What a step says and does, without what frames it. */
function story(events: readonly TaskEvent[]): readonly string[] {
  return events
    .map(({ type }) => type)
    .filter((type) => /^(?:step-finished|call-|approval-|tool-)/.test(type));
}

describe('a call that only reads', () => {
  test('runs while the model writes the next one, and is told in its place', async () => {
    const diary: Diary = [];
    const events = await collect(
      slowEngine(diary, [look(1).slice(0, -1), '}', '\n{"name":"lo', look(2).slice(11)], ['Pages 1 and 2.']),
      [lookTool(diary)],
    );
    expect(diary).toEqual(['look 1', 'look 2', 'written']);
    expect(story(events)).toEqual([
      'call-begun',
      'call-begun',
      'step-finished',
      'tool-called',
      'tool-returned',
      'tool-called',
      'tool-returned',
      'step-finished',
    ]);
    const begun = ofType(events, 'call-begun');
    const called = ofType(events, 'tool-called');
    expect(called.map(({ callId }) => callId)).toEqual(begun.map(({ callId }) => callId));
    expect(called.map(({ call: made }) => made)).toEqual(begun.map(({ call: made }) => made));
    for (const [index, { begunAt, at }] of called.entries()) {
      expect(begunAt).toBeGreaterThanOrEqual(begun[index]?.at ?? Infinity);
      expect(begunAt).toBeLessThanOrEqual(at);
    }
    const returned = ofType(events, 'tool-returned');
    expect(returned.map(({ outcome }) => outcome)).toMatchObject([
      { type: 'ok', value: { page: 1 }, callId: begun[0]?.callId },
      { type: 'ok', value: { page: 2 }, callId: begun[1]?.callId },
    ]);
    expect(ofType(events, 'run-finished')[0]?.totals.toolCalls).toBe(2);
    const [first, ...rest] = ofType(events, 'step-streamed').map(({ writing }) => writing);
    expect(first).toEqual({ name: 'look', arguments: { page: 1 } });
    expect(rest.every((writing) => writing === undefined)).toBe(true);
  });

  test('is on disk before its tool runs, and does not run where the reader does not come back', async () => {
    const diary: Diary = [];
    const engine = slowEngine(diary, [look(1), '\n', look(2)]);
    for await (const event of runTask('Look', { engine, model, tools: [lookTool(diary)] })) {
      if (event.type !== 'call-begun') continue;
      await tick();
      expect(diary).toEqual([]);
      break;
    }
    await tick();
    expect(diary).not.toContain('look 1');
  });

  test('that is said twice runs once', async () => {
    const diary: Diary = [];
    const engine = slowEngine(diary, [look(1), '\n', look(1), '\n', look(2)], ['Pages 1 and 2.']);
    const events = await collect(engine, [lookTool(diary)]);
    expect(diary).toEqual(['look 1', 'look 2', 'written']);
    expect(ofType(events, 'tool-called')).toHaveLength(2);
  });

  test('that an earlier round made is not begun again', async () => {
    const diary: Diary = [];
    const engine = slowEngine(diary, [look(1), '\n'], [`${look(1)}\n`, 'Page 1.']);
    const events = await collect(engine, [lookTool(diary)], { budget: { rounds: 2 } });
    expect(diary).toEqual(['look 1', 'written']);
    expect(ofType(events, 'call-begun')).toHaveLength(1);
    expect(outcomeOf(events)).toEqual({ type: 'answered', answer: 'Page 1.' });
  });

  test('that throws early is told as one that throws late', async () => {
    const diary: Diary = [];
    const broken = lookTool(diary, () => {
      throw new Error('no such page');
    });
    const engine = slowEngine(diary, [look(1), '\n'], ['{"ask":"Which page?"}']);
    const events = await collect(engine, [broken]);
    expect(diary).toEqual(['look 1', 'written']);
    expect(ofType(events, 'tool-returned')[0]?.outcome).toMatchObject({
      type: 'error',
      fault: { code: 'tool-failed', message: 'look failed: no such page' },
    });
    expect(outcomeOf(events)).toEqual({ type: 'refused', answer: 'Which page?' });
  });
});

describe('what has to wait', () => {
  test('a call that writes is not begun, and no reading overtakes it', async () => {
    const diary: Diary = [];
    const kept: string[] = [];
    const engine = slowEngine(
      diary,
      [look(1), '\n', call('remember', { text: 'x' }), '\n', look(2)],
      ['Pages 1 and 2, and x.'],
    );
    const events = await collect(engine, [lookTool(diary), memoryTool(kept)], {
      approve: () => {
        diary.push('asked');
        return Promise.resolve(true);
      },
    });
    expect(diary).toEqual(['look 1', 'written', 'asked', 'look 2']);
    expect(kept).toEqual(['x']);
    expect(story(events)).toEqual([
      'call-begun',
      'step-finished',
      'tool-called',
      'tool-returned',
      'approval-requested',
      'approval-decided',
      'tool-called',
      'tool-returned',
      'tool-called',
      'tool-returned',
      'step-finished',
    ]);
    expect(ofType(events, 'tool-called').map(({ begunAt }) => begunAt !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('a call that repeats an example is not begun', async () => {
    const diary: Diary = [];
    const engine = slowEngine(
      diary,
      [call('add', { a: 40, b: 2 }), '\n'],
      [call('add', { a: 5, b: 6 }), '11.'],
    );
    const events = await collect(engine, [addTool], { goal: 'What is 5 plus 6?' });
    expect(ofType(events, 'call-begun')).toEqual([]);
    expect(ofType(events, 'tool-called')).toHaveLength(1);
  });

  test('a call over the budget is not begun, and fails as it did', async () => {
    const diary: Diary = [];
    const engine = slowEngine(diary, [look(1), '\n', look(2), '\n']);
    const events = await collect(engine, [lookTool(diary)], { budget: { toolCalls: 1 } });
    expect(diary).toEqual(['look 1', 'written']);
    expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: 'budget-exhausted' } });
    expect(ofType(events, 'run-finished')[0]?.totals.toolCalls).toBe(1);
  });
});

describe('a call whose step comes to nothing', () => {
  test('is stopped and told where the output is refused; it counts, and no event says it was made', async () => {
    const diary: Diary = [];
    const engine = slowEngine(diary, [look(1), '\n', look(99), '\n'], ['{"ask":"Which page?"}']);
    const events = await collect(engine, [lookTool(diary, hangs)]);
    expect(diary).toEqual(['look 1', 'written', 'stopped 1']);
    expect(story(events)).toEqual(['call-begun', 'step-finished', 'call-dropped', 'step-finished']);
    const [begun] = ofType(events, 'call-begun');
    expect(ofType(events, 'call-dropped')[0]).toMatchObject({
      callId: begun?.callId,
      stepId: begun?.stepId,
      reason: 'step-rejected',
    });
    expect(ofType(events, 'run-finished')[0]?.totals.toolCalls).toBe(1);
    expect(outcomeOf(events)).toEqual({ type: 'refused', answer: 'Which page?' });
  });

  test('is stopped where the text turns out to be none of the forms', async () => {
    const diary: Diary = [];
    const engine = slowEngine(diary, [look(1), ' and so on'], ['{"ask":"Which page?"}']);
    const events = await collect(engine, [lookTool(diary, hangs)]);
    expect(story(events)).toEqual(['call-begun', 'step-finished', 'call-dropped', 'step-finished']);
    expect(diary).toContain('stopped 1');
  });

  test('is stopped where the generation dies', async () => {
    const diary: Diary = [];
    const dead = new Fault({ code: 'engine-failed', message: 'The engine broke.' });
    const events = await collect(slowEngine(diary, [look(1), '\n', dead]), [lookTool(diary, hangs)]);
    expect(diary).toEqual(['look 1', 'stopped 1']);
    expect(story(events)).toEqual(['call-begun', 'call-dropped']);
    expect(ofType(events, 'call-dropped')[0]?.reason).toBe('step-failed');
    expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: 'engine-failed' } });
  });

  test('is stopped with the run', async () => {
    const diary: Diary = [];
    const controller = new AbortController();
    const engine = slowEngine(diary, [look(1), '\n{"name', '":"look"']);
    const events: TaskEvent[] = [];
    const run = runTask('Look', {
      engine,
      model,
      tools: [lookTool(diary, hangs)],
      signal: controller.signal,
    });
    for await (const event of run) {
      events.push(event);
      if (event.type === 'step-streamed' && event.text.startsWith('\n')) controller.abort();
    }
    expect(diary).toEqual(['look 1', 'stopped 1']);
    expect(story(events)).toEqual(['call-begun', 'call-dropped']);
    expect(ofType(events, 'call-dropped')[0]?.reason).toBe('run-stopped');
    expect(outcomeOf(events)).toEqual({ type: 'stopped' });
  });

  test('is stopped where the reader leaves', async () => {
    const diary: Diary = [];
    const engine = slowEngine(diary, [look(1), '\n', look(2)]);
    for await (const event of runTask('Look', { engine, model, tools: [lookTool(diary, hangs)] })) {
      if (event.type === 'step-streamed' && event.text === '\n') break;
    }
    expect(diary).toEqual(['look 1', 'stopped 1']);
  });
});

describe('an engine that dies under a step and comes back', () => {
  test('says the text again, and no call is begun twice', async () => {
    const diary: Diary = [];
    const reply = `${look(1)}\n${look(2)}`;
    const fault = { code: 'worker-died', message: 'Gone.' } as const;
    let spawned = 0;
    const engine = new RecoveringEngine({
      spawn: () => {
        spawned += 1;
        // The first call has 38 characters: five pieces of eight.
        return mortalEngine({
          reply,
          fate: spawned === 1 ? { type: 'dies', pieces: 6, fault } : { type: 'lives' },
        });
      },
    });
    await engine.load(makeLoad());
    const events = await collect(engine, [lookTool(diary)], { budget: { modelSteps: 2 } });
    expect(spawned).toBe(2);
    expect(diary).toEqual(['look 1', 'look 2']);
    expect(ofType(events, 'call-begun').map(({ call: begun }) => begun.arguments)).toContainEqual({
      page: 1,
    });
    expect(ofType(events, 'tool-called')).toHaveLength(2);
  });
});
