/** A run that was cut off goes on: wherever that was, it comes to the same, and nothing that was finished is done again. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runTask } from '../../../src/agent/run.ts';
import { runWorkflow } from '../../../src/agent/workflow/run-workflow.ts';
import { defineWorkflow } from '../../../src/agent/workflow/workflow.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import type { StoredEvent } from '../../../src/protocol/record.ts';
import { addTool, call, memoryTool, model, ofType, outcomeOf } from './agent-fixtures.ts';
import {
  everyKind,
  everyKindInput,
  everyKindResult,
  everyKindSteps,
  everyKindWrites,
  newWorld,
  openPage,
} from './workflow-fixtures.ts';
import type { Cut, Page, World } from './workflow-fixtures.ts';

const run = { workflow: everyKind, input: everyKindInput, steps: everyKindSteps };

async function undisturbed(): Promise<World> {
  const world = newWorld();
  await openPage(world, run);
  return world;
}

/** What of a run does not change from one to the next. */
function story(log: readonly StoredEvent[]): string[] {
  return log
    .flatMap((event) => {
      if (event.type === 'span-finished') return [`finished ${JSON.stringify(event.outcome)}`];
      if (event.type === 'tool-returned') return [`returned ${event.outcome.type}`];
      return [];
    })
    .toSorted();
}

const whole = await undisturbed();
const length = whole.log.length;

test('undisturbed, it takes every step once', () => {
  expect(outcomeOf(whole.log)).toMatchObject({ type: 'answered', value: everyKindResult });
  expect(whole.kept).toEqual(everyKindWrites);
  expect(whole.asked).toEqual(['first', 'first', 'first']);
});

describe('cut off at every event', () => {
  const cuts = Array.from({ length: length - 1 }, (_, index) => index + 1).flatMap((events): Cut[] => [
    { events, when: 'before' },
    { events, when: 'after' },
  ]);

  test.each(cuts)('after $events events, $when what the last one announced', async (cut) => {
    const world = newWorld();
    const before = await openPage(world, run, { cut });
    expect(world.log).toHaveLength(cut.events);
    const last = world.log.at(-1);
    const isWriteUnderWay = last?.type === 'tool-called' && last.call.name === 'remember';
    const wasDone = isWriteUnderWay && cut.when === 'after';
    const after = await openPage(world, run, { repeat: !wasDone });

    // A no to the question whether it is to be done again is a fault, which this workflow does not catch.
    expect(outcomeOf(world.log).type).toBe(wasDone ? 'failed' : 'answered');
    // Whatever happened, no write happened twice.
    expect(world.kept).toEqual(everyKindWrites.slice(0, world.kept.length));
    expect(world.asked.includes('again')).toBe(isWriteUnderWay);
    if (!wasDone) {
      expect(outcomeOf(world.log)).toMatchObject({ type: 'answered', value: everyKindResult });
      expect(world.kept).toEqual(everyKindWrites);
      expect(story(world.log)).toEqual(story(whole.log));
      // The step that was cut off is asked for again, and that of the other branch.
      const asked = before.requests.length + after.requests.length;
      expect(asked - everyKindSteps.length).toBeLessThanOrEqual(2);
    }
    expect(world.log.filter((event) => event.type === 'run-started')).toHaveLength(1);
  });
});

test('cut off again and again, nothing is done twice', async () => {
  const cut = fc.record({
    events: fc.integer({ min: 1, max: 12 }),
    when: fc.constantFrom<Cut['when']>('before', 'after'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 8 }), async (cuts) => {
      const world = newWorld();
      for (const { events, when } of cuts) {
        if (world.log.at(-1)?.type === 'run-finished') break;
        await openPage(world, run, { cut: { events: world.log.length + events, when }, repeat: false });
      }
      if (world.log.at(-1)?.type !== 'run-finished') await openPage(world, run, { repeat: false });
      expect(new Set(world.kept).size).toBe(world.kept.length);
      expect(everyKindWrites.slice(0, world.kept.length)).toEqual(
        expect.arrayContaining(world.kept.slice(0, 1)),
      );
      if (!world.asked.includes('again')) {
        expect(outcomeOf(world.log)).toMatchObject({ value: everyKindResult });
        expect(world.kept).toEqual(everyKindWrites);
      }
    }),
    { numRuns: 60 },
  );
});

describe('what was used counts on', () => {
  test('model steps and calls of before the cut count against the budget', async () => {
    const world = newWorld();
    await openPage(world, run, { cut: { events: length - 4, when: 'before' } });
    const used = ofType(world.log, 'step-finished').length;
    await openPage(world, run, { options: { budget: { modelSteps: used } } });
    expect(outcomeOf(world.log)).toMatchObject({ type: 'failed', fault: { code: 'budget-exhausted' } });
  });

  test('the time that it worked counts on, and what a person took does not', async () => {
    const world = newWorld();
    await openPage(world, run, { cut: { events: length - 4, when: 'before' } });
    /** The log as if every event had come so many milliseconds after the one before it, where `slow` says so. */
    const spaced = (slow: (event: StoredEvent) => boolean): StoredEvent[] => {
      let at = 0;
      return world.log.map((event) => {
        at += slow(event) ? 200_000 : 1;
        return { ...event, at };
      });
    };
    const goOn = async (log: StoredEvent[]): Promise<World> => {
      const other = { ...newWorld(), kept: [...world.kept], log };
      await openPage(other, run, { repeat: true });
      return other;
    };

    const worked = await goOn(spaced(({ type }) => type === 'step-finished'));
    expect(outcomeOf(worked.log)).toMatchObject({
      type: 'failed',
      fault: { code: 'budget-exhausted', details: { bound: 'durationMs' } },
    });
    const waited = await goOn(spaced(({ type }) => type === 'approval-decided'));
    expect(outcomeOf(waited.log).type).toBe('answered');
    // The person's time is in the totals, where it was.
    const [ended] = ofType(waited.log, 'run-finished');
    expect(ended?.totals.durationMs).toBeGreaterThan(200_000);
  });

  test('the totals are those of the whole run', async () => {
    const world = newWorld();
    await openPage(world, run, { cut: { events: Math.floor(length / 2), when: 'before' } });
    await openPage(world, run);
    const [ended] = ofType(world.log, 'run-finished');
    const [expected] = ofType(whole.log, 'run-finished');
    expect(ended?.totals.toolCalls).toBe(expected?.totals.toolCalls);
    expect(ended?.totals.decodeTokens).toBe(expected?.totals.decodeTokens);
  });
});

describe('a run that cannot go on says so', () => {
  const halfway = { cut: { events: Math.floor(length / 2), when: 'before' } } as const;
  const other = defineWorkflow(
    {
      name: 'every_kind',
      title: 'Every kind of step',
      description: 'Takes each kind of step once.',
      inputSchema: everyKind.tool.spec.parameters,
    },
    ({ ask }) => ask({ prompt: 'Something else' }),
  );

  test('code that takes other steps ends the run, and nothing is asked or written', async () => {
    const world = newWorld();
    await openPage(world, run, halfway);
    const kept = [...world.kept];
    const engine = await openPage(world, { ...run, workflow: other });
    expect(outcomeOf(world.log)).toMatchObject({ type: 'failed', fault: { code: 'resume-refused' } });
    expect(engine.requests).toEqual([]);
    expect(world.kept).toEqual(kept);
  });

  interface Otherwise {
    readonly input?: typeof everyKindInput;
    readonly options?: Page['options'];
    readonly whole?: boolean;
  }

  test.each<[string, Otherwise]>([
    ['another input', { input: { mail: 'other' } }],
    ['other tools', { options: { tools: [addTool] } }],
    ['an end', { whole: true }],
  ])('%s', async (_name, { input = everyKindInput, options, whole: ended = false }) => {
    const world = newWorld();
    await openPage(world, run, ended ? {} : halfway);
    const events = [...world.log];
    await expect(
      openPage(world, { ...run, input }, options === undefined ? {} : { options }),
    ).rejects.toMatchObject({
      code: 'resume-refused',
    });
    expect(world.log).toEqual(events);
  });
});

describe('an agent that was cut off goes on', () => {
  const goal = 'What is 1 plus 2? Then remember the sum.';
  const steps = [
    { expect: ['Split'], reply: 'What is 1 plus 2?\nremember the sum.' },
    { expect: ['What is 1 plus 2?', 'add('], reply: call('add', { a: 1, b: 2 }) },
    { expect: ['Say the result', 'What is 1 plus 2?'], reply: 'It is 3.' },
    { expect: ['remember the sum.', 'remember('], reply: call('remember', { text: '3' }) },
    { expect: ['Say the result', 'remember the sum.'], reply: 'I kept 3.' },
  ];

  async function page(world: World, { events, when }: Cut): Promise<number> {
    const engine = new ScriptedEngine({ steps, loaded: true });
    const stream = runTask(goal, {
      engine,
      model,
      tools: [addTool, memoryTool(world.kept)],
      approve: ({ callId }) =>
        Promise.resolve(!world.log.some((event) => event.type === 'tool-called' && event.callId === callId)),
      ...(world.log.length === 0 ? {} : { resume: [...world.log] }),
    });
    for await (const event of stream) {
      if (event.type === 'step-streamed') continue;
      if (world.log.length === events) break;
      world.log.push(structuredClone(event));
      if (when === 'before' && world.log.length === events) break;
    }
    return engine.requests.length;
  }

  test('at every event, it comes to the same and writes once', async () => {
    const straight = newWorld();
    const asked = await page(straight, { events: Infinity, when: 'after' });
    expect(asked).toBe(steps.length);
    expect(straight.kept).toEqual(['3']);
    for (let events = 1; events < straight.log.length; events += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = newWorld();
        const first = await page(world, { events, when });
        const second = await page(world, { events: Infinity, when });
        const last = world.log[events - 1];
        const isLost = last?.type === 'tool-called' && last.call.name === 'remember';
        expect(world.kept, `cut ${when} ${String(events)}`).toEqual(isLost && when === 'before' ? [] : ['3']);
        expect(outcomeOf(world.log).type).toBe('answered');
        expect(first + second - asked).toBeLessThanOrEqual(1);
      }
    }
  });
});

test('a log without its beginning is refused before anything runs', async () => {
  const engine = new ScriptedEngine({ steps: [], loaded: true });
  const events = runWorkflow(everyKind, everyKindInput, {
    engine,
    model,
    tools: [],
    resume: whole.log.slice(1),
  });
  await expect(events.next()).rejects.toBeInstanceOf(Fault);
});
