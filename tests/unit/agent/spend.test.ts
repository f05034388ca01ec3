/** What may be spent: looked at before each model call, counted over a cut, and asked about or refused. */
import { describe, expect, test } from 'vitest';
import { SpendDesk } from '../../../src/agent/spend/spend-desk.ts';
import type { SpendOptions } from '../../../src/agent/spend/spend-desk.ts';
import type { PriceList } from '../../../src/protocol/economics.ts';
import type { StoredEvent } from '../../../src/protocol/record.ts';
import { call, model, ofType, outcomeOf, runScript } from './agent-fixtures.ts';

const prices: PriceList = {
  currency: 'EUR',
  inputPerMillion: 1,
  cachedPerMillion: 0,
  outputPerMillion: 10,
  perKilowattHour: 0,
  watts: 0,
};
const remote = { ...model, backend: 'remote' } as const;
const goal = 'What is 1 plus 2?';
const steps = [
  { expect: [goal], reply: call('add', { a: 1, b: 2 }) },
  { expect: ['Say the result'], reply: 'The sum is 3.' },
];

function askingFor(spend: SpendOptions, answers: string[] = []) {
  const questions: string[] = [];
  const options = {
    spend,
    askHuman: ({ question }: { readonly question: string }) => {
      questions.push(question);
      return Promise.resolve(answers.shift() ?? 'Stop');
    },
  };
  return { questions, options };
}

describe('a call that might pass a bound', () => {
  test.each([
    ['tokens of a run', { runTokens: 10 }, model],
    ['tokens of a day', { dayTokens: 10 }, model],
    ['money of a run', { runMoney: 0.000_01 }, remote],
    ['money of a day', { dayMoney: 0.000_01 }, remote],
  ] as const)('is not made: %s', async (_what, limits, loaded) => {
    const { events, engine } = await runScript(goal, [], {
      model: loaded,
      spend: { limits: { ...limits, beyond: 'refuse' }, prices },
    });
    const [bound] = Object.keys(limits);
    expect(outcomeOf(events)).toMatchObject({
      type: 'failed',
      fault: { code: 'budget-exhausted', details: { bound } },
    });
    expect(engine.requests).toEqual([]);
  });

  test('money does not bound what runs on this device', async () => {
    const { events } = await runScript(goal, steps, {
      spend: { limits: { runMoney: 0, beyond: 'refuse' }, prices },
    });
    expect(outcomeOf(events).type).toBe('answered');
  });

  test('what was spent today counts', async () => {
    const limits = { dayTokens: 10_000, beyond: 'refuse' } as const;
    const before = await runScript(goal, steps, { spend: { limits, today: { tokens: 0, money: 0 } } });
    expect(outcomeOf(before.events).type).toBe('answered');
    const after = await runScript(goal, [], { spend: { limits, today: { tokens: 9990, money: 0 } } });
    expect(outcomeOf(after.events)).toMatchObject({ fault: { details: { bound: 'dayTokens' } } });
  });

  test('is asked about once, and a yes lifts the bound for the run', async () => {
    const { questions, options } = askingFor({ limits: { runTokens: 10, beyond: 'ask' } }, ['Go on']);
    const { events } = await runScript(goal, steps, options);
    expect(outcomeOf(events).type).toBe('answered');
    expect(questions).toEqual([
      'The next model call may pass the limit of 10 tokens a run. Go on with this run?',
    ]);
    expect(ofType(events, 'span-finished')).toMatchObject([{ outcome: { type: 'done', value: 'Go on' } }]);
  });

  test('a no, or nobody to ask, leaves it at that', async () => {
    const spend: SpendOptions = { limits: { runTokens: 10, beyond: 'ask' } };
    const declined = await runScript(goal, [], askingFor(spend).options);
    const alone = await runScript(goal, [], { spend });
    for (const { events } of [declined, alone]) {
      expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: 'budget-exhausted' } });
    }
  });
});

test('what a run spent before it was cut off counts on, and a yes stands', async () => {
  const ask = askingFor({ limits: { runTokens: 10, beyond: 'ask' } }, ['Go on']);
  const { events } = await runScript(goal, steps, ask.options);
  const cut = events.findIndex(({ type }) => type === 'tool-returned') + 1;
  const resume = events.slice(0, cut).filter((event): event is StoredEvent => event.type !== 'step-streamed');

  const again = askingFor({ limits: { runTokens: 10, beyond: 'ask' } });
  const goneOn = await runScript(goal, steps.slice(1), { ...again.options, resume });
  expect(outcomeOf(goneOn.events).type).toBe('answered');
  expect(again.questions).toEqual([]);

  // A bound that the second call alone would keep, and both do not.
  const [step] = ofType(events, 'step-finished');
  const used = (step?.usage.promptTokens ?? 0) + (step?.usage.decodeTokens ?? 0);
  const limits = { runTokens: used + 1, beyond: 'refuse' } as const;
  const refused = await runScript(goal, [], { spend: { limits }, resume });
  const [report] = ofType(refused.events, 'subtask-finished');
  expect(report?.outcome).toMatchObject({ type: 'failed', fault: { details: { bound: 'runTokens' } } });
});

function next() {
  return { modelId: model.modelId, characters: 300, maxTokens: 50 };
}

test('calls side by side do not pass a bound together', async () => {
  const desk = new SpendDesk({
    limits: { runTokens: 250, beyond: 'refuse' },
    model,
    event: (body) => ({ ...body, id: 'e', runId: 'r', at: 0 }),
  });
  const first = next();
  await desk.leave(first).next();
  await expect(desk.leave(next()).next()).rejects.toMatchObject({ code: 'budget-exhausted' });
  // What was reserved and not used is free again.
  desk.settle(first);
  await expect(desk.leave(next()).next()).resolves.toMatchObject({ done: true });
});

test('money without prices is refused before anything runs', async () => {
  const spend: SpendOptions = { limits: { runMoney: 1, beyond: 'refuse' } };
  await expect(runScript(goal, [], { spend })).rejects.toMatchObject({ code: 'unsupported' });
});
