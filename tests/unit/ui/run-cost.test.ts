/** What a run took, against figures worked out by hand from the definitions in docs/economics. */
import { describe, expect, test } from 'vitest';
import type { PriceList } from '../../../src/protocol/economics.ts';
import type { EngineBackend, GenerateUsage } from '../../../src/protocol/engine.ts';
import type { TaskEventBody } from '../../../src/protocol/task-event.ts';
import { runCost } from '../../../src/ui/run-cost.ts';
import { emptyTaskView, reduceTask } from '../../../src/ui/task-view.ts';
import type { TaskView } from '../../../src/ui/task-view.ts';
import { model } from '../agent/agent-fixtures.ts';

const prices: PriceList = {
  currency: 'EUR',
  inputPerMillion: 2,
  cachedPerMillion: 0.5,
  outputPerMillion: 10,
  perKilowattHour: 0.4,
  watts: 36,
};

function usage(
  promptTokens: number,
  cachedTokens: number,
  decodeTokens: number,
  totalMs: number,
): GenerateUsage {
  return {
    promptTokens,
    cachedTokens,
    decodeTokens,
    totalMs,
    timeToFirstTokenMs: 0,
    prefillMs: 0,
    decodeMs: 0,
  };
}

function step(stepId: string, modelId: string, used: GenerateUsage): TaskEventBody[] {
  const route = {
    modelId,
    ...(modelId === own ? {} : { remote: true as const }),
    weightsHash: '',
    sampling: { temperature: 0, maxTokens: 1 },
    constrained: true,
    reason: '',
  };
  const place = { stepId, subtaskId: 'a', purpose: 'act' } as const;
  return [
    { type: 'step-started', ...place, attempt: 1, route, messages: [], toolsOffered: [] },
    { type: 'step-finished', ...place, text: '', usage: used, verdict: { type: 'accepted' } },
  ];
}

function called(callId: string, stepId: string): TaskEventBody[] {
  const call = { name: 'add', arguments: {} };
  return [
    { type: 'tool-called', callId, stepId, subtaskId: 'a', call },
    {
      type: 'tool-returned',
      callId,
      subtaskId: 'a',
      outcome: { type: 'ok', callId, value: 1, durationMs: 1 },
    },
  ];
}

function viewOf(backend: EngineBackend, bodies: readonly TaskEventBody[]): TaskView {
  const events: TaskEventBody[] = [
    { type: 'run-started', goal: 'Add', tools: [], model: { ...model, backend }, promptVersion: 1 },
    { type: 'plan-made', subtasks: [{ id: 'a', text: 'Add', dependsOn: [] }] },
    ...bodies,
  ];
  // oxlint-disable-next-line unicorn/no-array-reduce -- a reducer is what it is
  return events.reduce<TaskView>(
    (view, body, place) => reduceTask(view, { ...body, id: String(place), runId: 'r', at: place }),
    emptyTaskView,
  );
}

const own = model.modelId;

describe('a run on this device', () => {
  const view = viewOf('wasm-threads', [
    ...step('s1', own, usage(1000, 400, 50, 60_000)),
    ...called('c1', 's1'),
    ...step('s2', own, usage(500, 500, 10, 40_000)),
    {
      type: 'run-finished',
      outcome: { type: 'answered', answer: '1' },
      totals: {
        modelSteps: 2,
        toolCalls: 1,
        promptTokens: 1500,
        cachedTokens: 900,
        decodeTokens: 60,
        durationMs: 123_000,
      },
    },
  ]);

  test('adds up tokens, time, energy and money', () => {
    const cost = runCost(view, prices);
    expect(cost).toMatchObject({
      modelSteps: 2,
      readTokens: 600,
      cachedTokens: 900,
      writtenTokens: 60,
      modelMs: 100_000,
      durationMs: 123_000,
      calls: 1,
      smallCalls: 1,
    });
    // 36 W for 100 s is 1 Wh.
    expect(cost.wattHours).toBeCloseTo(1, 12);
    expect(cost.money?.currency).toBe('EUR');
    expect(cost.money?.large).toBeCloseTo((600 * 2 + 900 * 0.5 + 60 * 10) / 1e6, 15);
    expect(cost.money?.spent).toBe(0);
    expect(cost.money?.energy).toBeCloseTo(0.0004, 15);
    expect(cost.money?.saved).toBeCloseTo(0.00225 - 0.0004, 15);
  });

  test('without prices tells no money, and reckons with 15 W', () => {
    const cost = runCost(view);
    expect(cost.money).toBeUndefined();
    expect(cost.wattHours).toBeCloseTo(15 / 36, 12);
  });
});

test('steps on another model are paid for, take no energy here, and serve no call small', () => {
  const view = viewOf('wasm-threads', [
    ...step('s1', own, usage(1000, 0, 100, 36_000)),
    ...called('c1', 's1'),
    ...step('s2', 'large', usage(2000, 0, 200, 36_000)),
    ...called('c2', 's2'),
    ...called('c3', 's2'),
  ]);
  const cost = runCost(view, prices);
  expect([cost.calls, cost.smallCalls]).toEqual([3, 1]);
  expect(cost.wattHours).toBeCloseTo(0.36, 12);
  expect(cost.money?.spent).toBeCloseTo(0.006, 12);
  expect(cost.money?.saved).toBeCloseTo(0.009 - 0.006 - 0.000144, 12);
});

test('a decision that was handed on counts, with what asking again took', () => {
  const view = viewOf('wasm-threads', [
    ...step('s1', own, usage(1000, 0, 100, 36_000)),
    {
      type: 'step-judged',
      stepId: 's1',
      subtaskId: 'a',
      agreement: { asked: 3, same: 1 },
      usage: usage(2000, 2000, 200, 36_000),
      ruling: { type: 'escalated', to: 'remote', modelId: 'large', reason: 'It was not sure.' },
    },
    ...step('s2', 'large', usage(2000, 0, 200, 36_000)),
    ...called('c2', 's2'),
  ]);
  const cost = runCost(view, prices);
  expect(cost).toMatchObject({
    handedOn: 1,
    smallCalls: 0,
    calls: 1,
    writtenTokens: 500,
    cachedTokens: 2000,
  });
  expect(cost.wattHours).toBeCloseTo(0.72, 12);
});

test('a run on a server saves nothing', () => {
  const view = viewOf('remote', [...step('s1', own, usage(1000, 0, 100, 5000)), ...called('c1', 's1')]);
  const cost = runCost(view, prices);
  expect(cost).toMatchObject({ calls: 1, smallCalls: 0, wattHours: 0, money: { energy: 0, saved: 0 } });
});

test('a run that did nothing took nothing; a step that broke off told nothing', () => {
  expect(runCost(emptyTaskView, prices)).toMatchObject({
    modelSteps: 0,
    calls: 0,
    money: { large: 0, saved: 0 },
  });
  const [started] = step('s1', own, usage(1, 1, 1, 1));
  expect(started === undefined ? undefined : runCost(viewOf('webgpu', [started]))).toMatchObject({
    modelSteps: 1,
    readTokens: 0,
    wattHours: 0,
  });
});
