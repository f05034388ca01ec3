/** The reduction of a run's events to what the screen shows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/protocol/json.ts';
import type { TaskEvent, TaskEventBody } from '../../../src/protocol/task-event.ts';
import {
  correctableSteps,
  emptyTaskView,
  pendingApprovals,
  pendingQuestions,
  reduceTask,
} from '../../../src/ui/task-view.ts';
import type { TaskView } from '../../../src/ui/task-view.ts';

const model = {
  modelId: 'm',
  weightsHash: 'h',
  engine: 'scripted',
  engineVersion: '1',
  backend: 'scripted',
  weights: 'quantised',
  threads: 1,
  slots: 1,
  contextTokens: 512,
  choiceReasons: [],
  loadMs: 0,
} as const;

const route = {
  modelId: 'm',
  weightsHash: 'h',
  sampling: { temperature: 0, maxTokens: 8 },
  constrained: true,
  reason: 'Only one.',
} as const;

const usage = {
  promptTokens: 10,
  cachedTokens: 4,
  decodeTokens: 3,
  timeToFirstTokenMs: 1,
  prefillMs: 1,
  decodeMs: 1,
  totalMs: 2,
};

const call = { name: 'todo_add', arguments: { title: 'milk' } } as const;

const bodies = {
  started: { type: 'run-started', goal: 'Buy milk.', tools: [], model, promptVersion: 1 },
  planned: {
    type: 'plan-made',
    subtasks: [
      { id: 'a', text: 'one', dependsOn: [] },
      { id: 'b', text: 'two', dependsOn: ['a'] },
    ],
  },
  begun: { type: 'subtask-started', subtaskId: 'a' },
  step: {
    type: 'step-started',
    stepId: 's',
    subtaskId: 'a',
    purpose: 'act',
    attempt: 1,
    route,
    messages: [],
    toolsOffered: [],
  },
  streamed: { type: 'step-streamed', stepId: 's', subtaskId: 'a', text: '{"na' },
  stepped: {
    type: 'step-finished',
    stepId: 's',
    subtaskId: 'a',
    purpose: 'act',
    text: '{"name":"todo_add"}',
    output: { type: 'calls', calls: [call] },
    usage,
    verdict: { type: 'accepted' },
  },
  asked: { type: 'approval-requested', callId: 'c', subtaskId: 'a', call },
  allowed: { type: 'approval-decided', callId: 'c', subtaskId: 'a', approved: true },
  refused: { type: 'approval-decided', callId: 'c', subtaskId: 'a', approved: false },
  called: { type: 'tool-called', callId: 'c', stepId: 's', subtaskId: 'a', call },
  returned: {
    type: 'tool-returned',
    callId: 'c',
    subtaskId: 'a',
    outcome: { type: 'ok', callId: 'c', value: { added: true }, durationMs: 3 },
  },
  subtasked: { type: 'subtask-finished', subtaskId: 'a', outcome: { type: 'done', text: 'added' } },
  answering: {
    type: 'step-started',
    stepId: 'z',
    purpose: 'answer',
    attempt: 1,
    route,
    messages: [],
    toolsOffered: [],
  },
  finished: {
    type: 'run-finished',
    outcome: { type: 'stopped' },
    totals: { ...usage, modelSteps: 1, toolCalls: 1, durationMs: 9 },
  },
} as const satisfies Record<string, TaskEventBody>;

type Name = keyof typeof bodies;

function event(name: Name, runId = 'run'): TaskEvent {
  return { ...bodies[name], id: name, runId, at: 7 };
}

function after(...names: readonly Name[]): TaskView {
  return names.reduce<TaskView>((view, name) => reduceTask(view, event(name)), emptyTaskView);
}

describe('reduceTask', () => {
  test('keeps what was left out of a prompt', () => {
    const context = {
      policy: 'drop-oldest',
      promptTokens: 90,
      neededTokens: 120,
      contextWindow: 100,
      dropped: [{ role: 'user', content: 'Hi.' }],
    } as const;
    const begun = after('started', 'planned', 'begun');
    const view = reduceTask(begun, { ...bodies.step, context, id: 'step', runId: 'run', at: 7 });
    expect(view.subtasks[0]?.items[0]).toMatchObject({ context });
    expect(after('started', 'planned', 'begun', 'step').subtasks[0]?.items[0]).not.toHaveProperty('context');
  });

  test('a whole run: plan, step, approval, call, result, outcome', () => {
    const view = after('started', 'planned', 'begun', 'step', 'streamed', 'stepped', 'asked', 'allowed');
    const done = (['called', 'returned', 'subtasked', 'answering', 'finished'] as const).reduce<TaskView>(
      (before, name) => reduceTask(before, event(name)),
      view,
    );
    expect(done).toMatchObject({
      runId: 'run',
      goal: 'Buy milk.',
      startedAt: 7,
      outcome: { type: 'stopped' },
    });
    const [first, second] = done.subtasks;
    expect(first).toMatchObject({ started: true, outcome: { type: 'done' } });
    expect(first?.items.map(({ type }) => type)).toEqual(['step', 'call']);
    expect(first?.items[0]).toMatchObject({ text: '{"name":"todo_add"}', verdict: { type: 'accepted' } });
    expect(first?.items[1]).toMatchObject({ approval: 'approved', started: true, outcome: { type: 'ok' } });
    expect(second).toMatchObject({ after: [1], started: false });
    expect(done.steps.map(({ purpose }) => purpose)).toEqual(['answer']);
  });

  test('streamed pieces add up until the whole text comes', () => {
    const view = after('started', 'planned', 'step', 'streamed', 'streamed');
    expect(view.subtasks[0]?.items[0]).toMatchObject({ text: '{"na{"na' });
  });

  test('a call that waits is pending, and no longer when decided or when the run is over', () => {
    const waiting = after('started', 'planned', 'begun', 'asked');
    expect(pendingApprovals(waiting).map(({ id }) => id)).toEqual(['c']);
    expect(pendingApprovals(reduceTask(waiting, event('refused')))).toEqual([]);
    expect(pendingApprovals(reduceTask(waiting, event('finished')))).toEqual([]);
  });

  test('only accepted steps that act can be corrected', () => {
    expect(correctableSteps(after('started', 'planned', 'step'))).toEqual([]);
    expect(
      correctableSteps(after('started', 'planned', 'step', 'stepped', 'answering')).map(({ id }) => id),
    ).toEqual(['s']);
  });

  test('a new run begins from nothing', () => {
    const view = reduceTask(after('started', 'planned', 'finished'), event('started', 'other'));
    expect(view).toMatchObject({ runId: 'other', subtasks: [] });
    expect(view.outcome).toBeUndefined();
  });

  test('any order of events neither throws nor changes an older view, and another run changes nothing', () => {
    const names = Object.keys(bodies) as Name[];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { maxLength: 40 }), (sequence) => {
        let view: TaskView = emptyTaskView;
        for (const name of sequence) {
          const before = structuredClone(view);
          const next = reduceTask(view, event(name));
          expect(view).toEqual(before);
          if (name !== 'started') expect(reduceTask(view, event(name, 'stranger'))).toBe(view);
          view = next;
        }
      }),
      { numRuns: 60 },
    );
  });
});

const spanned = (
  spanId: string,
  kind: 'agent' | 'human',
  parentId?: string,
  input: Json = {},
): TaskEvent => ({
  id: spanId,
  runId: 'r',
  at: 0,
  type: 'span-started',
  spanId,
  path: '0',
  kind,
  name: spanId,
  input,
  ...(parentId === undefined ? {} : { parentId }),
});

test('the steps of workflows stand under what they are part of, and a question waits for its answer', () => {
  const ended: TaskEvent = {
    id: 'e',
    runId: 'r',
    at: 0,
    type: 'span-finished',
    spanId: 'ask',
    outcome: { type: 'done', value: 'Yes' },
  };
  const started = { ...after('started'), runId: 'r' };
  const waiting = [
    spanned('first', 'agent'),
    spanned('last', 'agent'),
    spanned('below', 'agent', 'first'),
    spanned('ask', 'human', 'below', { question: 'Well?', choices: ['Yes', 'No'] }),
    spanned('next', 'human', 'first', { question: 'And?', choices: null }),
  ].reduce(reduceTask, started);
  expect(waiting.subtasks.map(({ id, depth }) => [id, depth])).toEqual([
    ['first', 0],
    ['below', 1],
    ['ask', 2],
    ['next', 1],
    ['last', 0],
  ]);
  expect(pendingQuestions(waiting).map(({ id, choices }) => [id, choices])).toEqual([
    ['ask', ['Yes', 'No']],
    ['next', 'any'],
  ]);
  expect(pendingQuestions(reduceTask(waiting, ended)).map(({ id }) => id)).toEqual(['next']);
});
