/**
 * A model that is asked whether its own call does what was asked: what it costs, what comes of its word, and that a call it
 * finds wrong is neither made nor learned from.
 */
import { describe, expect, test } from 'vitest';
import { objectionOf } from '../../../src/agent/help/objection.ts';
import type { RunTaskOptions } from '../../../src/agent/run.ts';
import { runTask } from '../../../src/agent/run.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import { trainingRows } from '../../../src/flywheel/training-row.ts';
import { routerExamples } from '../../../src/flywheel/route/router-examples.ts';
import type { DecisionFacts } from '../../../src/protocol/decision-facts.ts';
import type { StoredEvent } from '../../../src/protocol/record.ts';
import type { TaskEvent } from '../../../src/protocol/task-event.ts';
import { addTool, call, model, ofType, outcomeOf, runScript } from './agent-fixtures.ts';

const goal = 'What is 1 plus 2?';
const right = call('add', { a: 1, b: 2 });
const wrong = call('add', { a: 1, b: 1 });
const question = 'Say yes or no.';
const told: ScriptedStep = { expect: ['Result'], reply: '1 plus 2 is 3.' };
const help = { judge: true };

function says(word: string): ScriptedStep {
  return { expect: [question], reply: word };
}

function stored(events: readonly TaskEvent[]): StoredEvent[] {
  return events.filter((event): event is StoredEvent => event.type !== 'step-streamed');
}

async function goesOn(
  log: readonly TaskEvent[],
  steps: readonly ScriptedStep[],
  given: Partial<RunTaskOptions> = { help },
) {
  const engine = new ScriptedEngine({ steps, loaded: true });
  const events: TaskEvent[] = [];
  const options = { engine, model, tools: [addTool], ...given, resume: stored(log) };
  for await (const event of runTask(goal, options)) events.push(event);
  engine.assertDone();
  return events;
}

function routed(steps: readonly ScriptedStep[], facts: DecisionFacts[]) {
  const large = new ScriptedEngine({ steps, loaded: true });
  const router: RunTaskOptions['router'] = {
    judge: (known) => {
      facts.push(known);
      return undefined;
    },
    policy: { leastChance: 0.5, leastAgreement: 0, to: ['larger'] },
    models: [{ place: 'larger', engine: large, model: { ...model, modelId: 'large-model' } }],
  };
  return { router, large };
}

function sure(logprob: number) {
  return { choices: 2, logprob, least: logprob, leastAllowed: 0 };
}

function made(events: readonly TaskEvent[]) {
  return ofType(events, 'tool-called').map(({ call: { arguments: values } }) => values);
}

test('is not asked unless that is switched on', async () => {
  const { engine } = await runScript(goal, [{ reply: right }, told]);
  expect(engine.requests).toHaveLength(2);
});

describe('asked about its call', () => {
  test('a yes lets it through, told as a step and counted', async () => {
    const { events, engine } = await runScript(goal, [says('yes'), { reply: right }, told], { help });
    const [, judge] = ofType(events, 'step-finished');
    expect(judge).toMatchObject({ purpose: 'judge', text: 'yes', verdict: { type: 'accepted' } });
    expect(ofType(events, 'step-judged')).toEqual([]);
    expect(made(events)).toEqual([{ a: 1, b: 2 }]);
    const last = events.at(-1);
    expect(last?.type === 'run-finished' && last.totals.modelSteps).toBe(3);
    expect(engine.requests[1]?.constraint?.gbnf).toBe('root ::= "yes" | "no"');
  });

  test('its prompt goes on where the call ended, with the adapter that wrote it', async () => {
    const { engine } = await runScript(goal, [says('yes'), { reply: right }, told], { help, adapter: 'own' });
    const [act, judge] = engine.requests;
    expect(judge?.messages.slice(0, act?.messages.length)).toEqual(act?.messages);
    expect(judge?.messages.slice(act?.messages.length)).toEqual([
      { role: 'assistant', content: right },
      { role: 'user', content: expect.stringContaining(question) },
    ]);
    expect(judge?.adapter).toBe('own');
  });

  test('a no sends it back once, and the next call is made unasked', async () => {
    const { events, engine } = await runScript(
      goal,
      [says('no'), { expect: ['Try again'], reply: right }, { reply: wrong }, told],
      { help },
    );
    expect(made(events)).toEqual([{ a: 1, b: 2 }]);
    expect(ofType(events, 'step-judged')).toMatchObject([
      { objection: 1, ruling: { type: 'returned', reason: expect.stringContaining('said no') } },
    ]);
    // The beginning is the same, so that it is in the cache.
    const [act, , again] = engine.requests;
    expect(again?.messages.slice(0, act?.messages.length)).toEqual(act?.messages);
  });

  test('a call that was begun is dropped by a no', async () => {
    const twice = `${wrong}\n${wrong.replace('1}', '5}')}`;
    const { events } = await runScript(
      goal,
      [says('no'), { expect: ['Try again'], reply: right }, { reply: twice, delayMs: 3 }, told],
      { help },
    );
    expect(ofType(events, 'call-begun').length).toBeGreaterThan(0);
    expect(ofType(events, 'call-dropped')).toMatchObject(
      ofType(events, 'call-begun').map(({ callId }) => ({ callId, reason: 'step-rejected' })),
    );
    expect(made(events)).toEqual([{ a: 1, b: 2 }]);
  });

  test('the first call stands where nothing usable follows', async () => {
    const { events } = await runScript(
      goal,
      [says('no'), { expect: ['Try again'], reply: call('add', { a: 'one' }) }, { reply: right }, told],
      { help },
    );
    expect(made(events)).toEqual([{ a: 1, b: 2 }]);
    expect(outcomeOf(events)).toMatchObject({ type: 'answered' });
  });

  test('what is neither word counts for nothing', async () => {
    const { events } = await runScript(goal, [says('perhaps'), { reply: right }, told], { help });
    expect(ofType(events, 'step-finished')[1]).toMatchObject({ verdict: { type: 'rejected' } });
    expect(made(events)).toEqual([{ a: 1, b: 2 }]);
  });

  test('it is not asked about a refusal, where its word could change nothing, or where no step is left', async () => {
    await runScript(goal, [{ reply: '{"ask":"Which numbers?"}' }], { help });
    await runScript(goal, [{ reply: right }, told], { help, budget: { attempts: 1 } });
    const { events } = await runScript(goal, [{ reply: right }], { help, budget: { modelSteps: 1 } });
    expect(made(events)).toEqual([{ a: 1, b: 2 }]);
  });
});

describe('beside a router', () => {
  test('its word is a fact, and a no is asked of somebody else', async () => {
    const facts: DecisionFacts[] = [];
    const { router, large } = routed([{ reply: right }], facts);
    const { events } = await runScript(goal, [says('no'), { reply: wrong }, told], { help, router });
    large.assertDone();
    expect(facts).toMatchObject([{ objection: 1, attempts: 1 }]);
    expect(ofType(events, 'step-judged')).toMatchObject([
      {
        objection: 1,
        ruling: { type: 'escalated', to: 'larger', reason: expect.stringContaining('said no') },
      },
    ]);
    expect(made(events)).toEqual([{ a: 1, b: 2 }]);
  });

  test('a yes is trusted, and the log teaches it', async () => {
    const { router } = routed([], []);
    const { events } = await runScript(goal, [says('yes'), { reply: right }, told], { help, router });
    expect(ofType(events, 'step-judged')).toMatchObject([{ objection: 0, ruling: { type: 'trusted' } }]);
    const runId = events[0]?.runId ?? '';
    const examples = routerExamples({ runId, events: stored(events), feedback: [] });
    expect(examples).toMatchObject([{ success: true, facts: { objection: 0 } }]);
  });
});

test('nothing is learned from a call that the model took back', async () => {
  const { events } = await runScript(
    goal,
    [says('no'), { expect: ['Try again'], reply: right }, { reply: wrong }, told],
    { help },
  );
  const episode = { runId: events[0]?.runId ?? '', events: stored(events), feedback: [] };
  expect(trainingRows(episode).map(({ output }) => output)).toMatchObject([
    { calls: [{ arguments: { a: 1, b: 2 } }] },
  ]);
  expect(routerExamples(episode)).toHaveLength(1);
});

describe('a run that was cut off', () => {
  test('goes on by the word in its log', async () => {
    const first = await runScript(
      goal,
      [says('no'), { expect: ['Try again'], reply: right }, { reply: wrong }, told],
      { help },
    );
    const cut = first.events.findIndex(({ type }) => type === 'step-judged') + 1;
    const events = await goesOn(first.events.slice(0, cut), [{ expect: ['Try again'], reply: right }, told]);
    expect(made(events)).toEqual([{ a: 1, b: 2 }]);
    expect(ofType(events, 'step-judged')).toEqual([]);
  });

  test('goes on by that word also where nobody would be asked any more', async () => {
    const first = await runScript(goal, [says('yes'), { reply: right }, told], { help });
    const cut = first.events.findIndex(({ type }) => type === 'tool-called');
    const events = await goesOn(first.events.slice(0, cut), [told], {});
    expect(made(events)).toEqual([{ a: 1, b: 2 }]);
    expect(outcomeOf(events)).toMatchObject({ type: 'answered' });
  });

  test('makes the call of its log where that holds no word about it', async () => {
    const first = await runScript(goal, [{ reply: right }, told]);
    const cut = first.events.findIndex(({ type }) => type === 'tool-called');
    const events = await goesOn(first.events.slice(0, cut), [told]);
    expect(made(events)).toEqual([{ a: 1, b: 2 }]);
  });
});

test('how sure the engine was of its word is how strong the objection is', () => {
  expect(objectionOf({ text: 'no', certainty: sure(Math.log(0.8)) })).toBeCloseTo(0.8, 10);
  expect(objectionOf({ text: 'yes', certainty: sure(Math.log(0.8)) })).toBeCloseTo(0.2, 10);
  expect([
    objectionOf({ text: '"No"' }),
    objectionOf({ text: 'yes' }),
    objectionOf({ text: 'nothing' }),
  ]).toEqual([1, 0, undefined]);
});
