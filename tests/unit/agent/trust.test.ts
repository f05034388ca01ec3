/**
 * Small first, and up from there only where a decision is not to be trusted: who is asked, in which order, what is told of
 * it, and that nothing is done on the word of a decision that was handed on.
 */
import { describe, expect, test } from 'vitest';
import { runTask } from '../../../src/agent/run.ts';
import type { RunTaskOptions } from '../../../src/agent/run.ts';
import type { LargerModel, Router } from '../../../src/agent/trust/router.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import { faultCodes } from '../../../src/protocol/fault.ts';
import type { DecisionFacts } from '../../../src/protocol/decision-facts.ts';
import type { EscalationPolicy } from '../../../src/protocol/routing.ts';
import type { StoredEvent } from '../../../src/protocol/record.ts';
import { addTool, call, memoryTool, model, ofType, outcomeOf, runScript } from './agent-fixtures.ts';

const goal = 'What is 1 plus 2?';
const right = call('add', { a: 1, b: 2 });
const wrong = call('add', { a: 1, b: 1 });
const told: ScriptedStep = { expect: ['Result'], reply: '1 plus 2 is 3.' };

function larger(place: LargerModel['place'], steps: readonly ScriptedStep[]) {
  const engine = new ScriptedEngine({ steps, loaded: true });
  return { engine, entry: { place, engine, model: { ...model, modelId: `${place}-model` } } };
}

/** Trusts what adds different numbers. */
function router(policy: Partial<EscalationPolicy>, models: readonly LargerModel[] = []): Router {
  return {
    judge: ({ output }: DecisionFacts) => {
      const [made] = output?.type === 'calls' ? output.calls : [];
      const same = made?.arguments['a'] === made?.arguments['b'];
      return { chance: same ? 0.2 : 0.9, effects: [{ feature: 'numbers differ', value: 1, effect: 2 }] };
    },
    policy: { leastChance: 0.5, leastAgreement: 0, to: [], ...policy },
    models,
  };
}

describe('a router', () => {
  test('lets a trusted decision through and tells its chance', async () => {
    const big = larger('remote', []);
    const { events } = await runScript(goal, [{ reply: right }, told], {
      router: router({ to: ['remote'] }, [big.entry]),
    });
    const [judged] = ofType(events, 'step-judged');
    expect(judged).toMatchObject({ judgement: { chance: 0.9 }, ruling: { type: 'trusted' } });
    expect(big.engine.requests).toEqual([]);
    expect(outcomeOf(events)).toMatchObject({ type: 'answered' });
    // Told before the tool runs.
    const types = events.map(({ type }) => type);
    expect(types.indexOf('step-judged')).toBeLessThan(types.indexOf('tool-called'));
  });

  test('asks the larger model instead of making a call that is not trusted', async () => {
    const big = larger('remote', [{ reply: right }]);
    const { events } = await runScript(goal, [{ reply: wrong }, told], {
      router: router({ to: ['remote', 'user'] }, [big.entry]),
    });
    big.engine.assertDone();
    expect(ofType(events, 'step-judged').map(({ ruling }) => ruling)).toEqual([
      {
        type: 'escalated',
        to: 'remote',
        modelId: 'remote-model',
        reason: 'Decisions like this one are right in 20 % of cases, and at least 50 % were asked for.',
      },
    ]);
    expect(ofType(events, 'tool-called').map(({ call: made }) => made.arguments)).toEqual([{ a: 1, b: 2 }]);
    const routes = ofType(events, 'step-started').map(({ route }) => [route.modelId, route.remote]);
    expect(routes.slice(0, 2)).toEqual([
      ['scripted-model', undefined],
      ['remote-model', true],
    ]);
  });

  test('climbs in the order of the policy, past who cannot be reached', async () => {
    const lame = larger('larger', [{ reply: { code: faultCodes.deviceLost, message: 'The GPU is gone.' } }]);
    const big = larger('remote', [{ reply: right }]);
    const { events } = await runScript(goal, [{ reply: wrong }, told], {
      router: router({ to: ['larger', 'remote'] }, [big.entry, lame.entry]),
    });
    const rulings = ofType(events, 'step-judged').map(({ ruling }) => ruling);
    expect(rulings.map((ruling) => ruling.type === 'escalated' && ruling.to)).toEqual(['larger', 'remote']);
    expect(rulings[1]).toMatchObject({
      reason: expect.stringContaining('could not be asked: The GPU is gone.'),
    });
    expect(outcomeOf(events)).toMatchObject({ type: 'answered' });
  });

  test('asks the user before a call that reads, and heeds a no', async () => {
    const asked: (string | undefined)[] = [];
    const { events } = await runScript(goal, [{ reply: wrong }], {
      router: router({ to: ['user'] }),
      approve: ({ reason }) => {
        asked.push(reason);
        return Promise.resolve(false);
      },
    });
    expect(asked).toEqual([expect.stringContaining('20 %')]);
    expect(ofType(events, 'tool-called')).toEqual([]);
    expect(outcomeOf(events)).toMatchObject({ type: 'refused' });
  });

  test('makes the call as the user changed it', async () => {
    const { events } = await runScript(goal, [{ reply: wrong }, told], {
      router: router({ to: ['user'] }),
      approve: () => Promise.resolve({ arguments: { a: 1, b: 2 } }),
    });
    expect(ofType(events, 'tool-called').map(({ call: made }) => made.arguments)).toEqual([{ a: 1, b: 2 }]);
  });

  test('hands on what could not be used', async () => {
    const big = larger('larger', [{ reply: right }]);
    const broken = call('add', { a: 'one' });
    const { events } = await runScript(goal, [{ reply: broken }, { reply: broken }, told], {
      router: router({ to: ['user', 'larger'] }, [big.entry]),
    });
    big.engine.assertDone();
    const [judged] = ofType(events, 'step-judged');
    expect(judged?.judgement).toBeUndefined();
    expect(judged?.ruling).toMatchObject({ type: 'escalated', to: 'larger' });
    expect(outcomeOf(events)).toMatchObject({ type: 'answered' });
  });

  test('says so where nobody is left, and lets the decision stand', async () => {
    const { events } = await runScript('What is 1 plus 1?', [{ reply: wrong }, { reply: '1 plus 1 is 2.' }], {
      router: router({ to: ['remote'] }),
    });
    expect(ofType(events, 'step-judged')[0]?.ruling).toMatchObject({ type: 'unanswered' });
    expect(outcomeOf(events)).toMatchObject({ type: 'answered' });
  });

  test('does not ask what is written for leave twice', async () => {
    const kept: string[] = [];
    let asked = 0;
    const never: Router = {
      judge: () => ({ chance: 0.1, effects: [] }),
      policy: { leastChance: 0.5, leastAgreement: 0, to: ['user'] },
      models: [],
    };
    await runScript('Remember tea', [{ reply: call('remember', { text: 'tea' }) }, { reply: 'Kept tea.' }], {
      tools: [memoryTool(kept)],
      router: never,
      approve: () => {
        asked += 1;
        return Promise.resolve(true);
      },
    });
    expect([asked, kept]).toEqual([1, ['tea']]);
  });
});

describe('samples', () => {
  const help = { samples: 3 };

  test('what most say is made, and the step tells how many agreed', async () => {
    const { events, engine } = await runScript(
      goal,
      [{ reply: wrong }, { reply: right }, { reply: right }, told],
      {
        help,
      },
    );
    expect(ofType(events, 'tool-called').map(({ call: made }) => made.arguments)).toEqual([{ a: 1, b: 2 }]);
    const [judged] = ofType(events, 'step-judged');
    expect(judged).toMatchObject({
      agreement: { asked: 3, same: 2 },
      output: { type: 'calls', calls: [{ name: 'add', arguments: { a: 1, b: 2 } }] },
    });
    expect(judged?.usage?.decodeTokens).toBeGreaterThan(0);
    expect(engine.requests[1]?.sampling.temperature).toBeGreaterThan(0);
    expect(engine.requests.slice(0, 3).map(({ sampling }) => sampling.seed)).toEqual([undefined, 1, 2]);
  });

  test('count with the run', async () => {
    const { events } = await runScript(goal, [{ reply: right }, { reply: right }, { reply: right }, told], {
      help,
    });
    const last = events.at(-1);
    expect(last?.type === 'run-finished' && last.totals.modelSteps).toBe(4);
  });

  test('too little agreement is a reason to ask somebody else', async () => {
    const other = call('add', { a: 2, b: 2 });
    const big = larger('larger', [{ reply: right }]);
    const { events } = await runScript(
      goal,
      [{ reply: call('add', { a: 2, b: 1 }) }, { reply: other }, { reply: right }, told],
      {
        help,
        router: router({ leastAgreement: 0.6, to: ['larger'] }, [big.entry]),
      },
    );
    expect(ofType(events, 'step-judged')[0]?.ruling).toMatchObject({
      type: 'escalated',
      reason: 'Asked 3 times, the small model said the same once.',
    });
    expect(ofType(events, 'tool-called').map(({ call: made }) => made.arguments)).toEqual([{ a: 1, b: 2 }]);
  });
});

describe('other helps', () => {
  test('notes are written first, held to their grammar, and the call goes on after them', async () => {
    const notes = '{"tool":"add","use":["1","2"]}';
    const { events, engine } = await runScript(goal, [{ reply: notes }, { reply: right }, told], {
      help: { scratchpad: true },
    });
    expect(engine.requests[0]?.constraint?.gbnf).toContain('use');
    expect(engine.requests[1]?.prefill).toBe(`${notes}\n`);
    expect(ofType(events, 'step-finished')[0]).toMatchObject({ notes, text: right });
  });

  test('the likeliest call is asked for, and only of calls, unless that is switched off', async () => {
    const on = await runScript(goal, [{ reply: right }, told]);
    expect(on.engine.requests[0]?.constraint?.searchAfter).toBe('{"name":');
    const off = await runScript(goal, [{ reply: right }, told], { help: { search: false } });
    expect(off.engine.requests[0]?.constraint?.gbnf).toBe(on.engine.requests[0]?.constraint?.gbnf);
    expect(off.engine.requests[0]?.constraint?.searchAfter).toBeUndefined();
  });

  test('without feedback the model has one try', async () => {
    const { events, engine } = await runScript(goal, [{ reply: call('add', { a: 'one' }) }], {
      help: { feedback: false },
    });
    expect(engine.requests).toHaveLength(1);
    expect(outcomeOf(events)).toMatchObject({ type: 'failed' });
  });

  test('examples that somebody finds are shown to an adapter too; a search that fails shows none', async () => {
    const found = {
      request: 'Add 5 and 6',
      output: { type: 'calls' as const, calls: [{ name: 'add', arguments: { a: 5, b: 6 } }] },
    };
    const options: Partial<RunTaskOptions> = {
      adapter: 'own',
      help: { findExamples: () => Promise.resolve([found]) },
    };
    const { engine } = await runScript(goal, [{ reply: right }, told], options);
    expect(engine.requests[0]?.messages.map(({ content }) => content)).toContain('Add 5 and 6');
    const failing = await runScript(goal, [{ reply: right }, told], {
      adapter: 'own',
      help: { findExamples: () => Promise.reject(new Error('no encoder')) },
    });
    expect(failing.engine.requests[0]?.messages).toHaveLength(2);
  });
});

test('a run that is cut off after it was judged goes on by the same judgement, and tells it once', async () => {
  const kept: string[] = [];
  const tools = [addTool, memoryTool(kept)];
  const big = larger('remote', [{ reply: right }]);
  const first = await runScript(goal, [{ reply: wrong }, told], {
    tools,
    router: router({ to: ['remote'] }, [big.entry]),
  });
  const upTo = first.events.findIndex(({ type }) => type === 'tool-called');
  const stored = first.events
    .slice(0, upTo)
    .filter((event): event is StoredEvent => event.type !== 'step-streamed');
  const engine = new ScriptedEngine({ steps: [told], loaded: true });
  const later = larger('remote', []);
  const events = [];
  for await (const event of runTask(goal, {
    engine,
    model,
    tools,
    router: router({ to: ['remote'] }, [later.entry]),
    resume: stored,
  }))
    events.push(event);
  engine.assertDone();
  expect(later.engine.requests).toEqual([]);
  expect(ofType(events, 'step-judged')).toEqual([]);
  expect(ofType(events, 'tool-called').map(({ call: made }) => made.arguments)).toEqual([{ a: 1, b: 2 }]);
});
