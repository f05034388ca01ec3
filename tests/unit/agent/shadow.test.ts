/**
 * An adapter in the shadow: compared, kept out of the way, and unable to change the run beside it, whatever it does.
 */
import { describe, expect, test } from 'vitest';
import type { AdapterChoice } from '../../../src/agent/route.ts';
import { runTask } from '../../../src/agent/run.ts';
import { sameDecision } from '../../../src/agent/same-decision.ts';
import { ShadowDesk } from '../../../src/agent/shadow-desk.ts';
import type { Engine, GenerateOptions } from '../../../src/bridge/engine.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { GenerateRequest, GenerateResult } from '../../../src/protocol/engine.ts';
import { Fault, faultCodes } from '../../../src/protocol/fault.ts';
import type { ShadowTrial } from '../../../src/protocol/promotion.ts';
import type { TaskEvent } from '../../../src/protocol/task-event.ts';
import { addTool, call, model, ofType } from './agent-fixtures.ts';

type Request = Omit<GenerateRequest, 'requestId'>;

/** How the shadow's engine behaves; the shown run always has its script. */
type Manner = (request: Request, options: GenerateOptions) => Promise<GenerateResult>;

const adapters = { shown: 'old', shadow: 'new' } as const;
const right = call('add', { a: 1, b: 2 });

function saying(text: string): Manner {
  return async (request, options) =>
    await new ScriptedEngine({ steps: [{ reply: text }], loaded: true }).generate(request, options);
}

const inShadow = (): AdapterChoice => ({ shadow: 'new' });

interface Ran {
  readonly events: readonly TaskEvent[];
  readonly trials: readonly ShadowTrial[];
  readonly asked: readonly Request[];
  readonly options: readonly GenerateOptions[];
}

/** A run whose tool takes `toolMs`: the time in which the shadow may work. */
async function run(
  manner: Manner,
  {
    toolMs = 30,
    isBusy,
    ...desk
  }: { toolMs?: number; isBusy?: boolean; tailMs?: number; timeoutMs?: number; quietMs?: number } = {},
): Promise<Ran> {
  const shown = new ScriptedEngine({
    steps: [{ reply: right }, { expect: ['Result'], reply: '1 plus 2 is 3.' }],
    loaded: true,
  });
  const asked: Request[] = [];
  const options: GenerateOptions[] = [];
  const trials: ShadowTrial[] = [];
  const engine: Engine = {
    ...(isBusy === undefined ? {} : { isBusy }),
    generate: (request, given = {}) => {
      if (request.adapter !== adapters.shadow) return shown.generate(request, given);
      asked.push(request);
      options.push(given);
      return manner(request, given);
    },
  };
  const shadow = new ShadowDesk({ engine, onTrial: (trial) => trials.push(trial), quietMs: 0, ...desk });
  const events: TaskEvent[] = [];
  for await (const event of runTask('What is 1 plus 2?', {
    engine,
    model,
    tools: [addTool],
    shadow,
    chooseAdapter: () => ({
      adapter: adapters.shown,
      shadow: adapters.shadow,
      reason: 'the adapter old is in use',
    }),
  })) {
    events.push(event);
    if (event.type === 'tool-called') await new Promise((resolve) => setTimeout(resolve, toolMs));
  }
  shown.assertDone();
  return { events, trials, asked, options };
}

/** What happened, without ids and times. */
function story(events: readonly TaskEvent[]): unknown {
  return events
    .filter(({ type }) => type !== 'step-streamed')
    .map((event) => [
      event.type,
      event.type === 'step-finished' ? event.text : '',
      event.type === 'run-finished' ? event.outcome : '',
    ]);
}

const undisturbed = [
  ['run-started', '', ''],
  ['plan-made', '', ''],
  ['subtask-started', '', ''],
  ['step-started', '', ''],
  ['step-finished', right, ''],
  ['tool-called', '', ''],
  ['tool-returned', '', ''],
  ['step-started', '', ''],
  ['step-finished', '1 plus 2 is 3.', ''],
  ['subtask-finished', '', ''],
  ['run-finished', '', { type: 'answered', answer: '1 plus 2 is 3.' }],
];

describe('what is compared', () => {
  test('the same step: same tools, no examples, last in line; agreement and validity are told apart', async () => {
    const { events, trials, asked, options } = await run(saying(call('add', { b: 2, a: 1 })));
    expect(story(events)).toEqual(undisturbed);
    expect(trials).toMatchObject([
      { adapter: 'new', outcome: { type: 'compared', valid: true, agreed: true } },
    ]);
    expect(trials[0]!.stepId).toBe(ofType(events, 'step-started')[0]!.stepId);
    expect(options[0]!.priority).toBe(-8);
    expect(asked[0]!.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    const wrong = await run(saying(call('add', { a: 1, b: 3 })));
    expect(wrong.trials).toMatchObject([{ outcome: { type: 'compared', valid: true, agreed: false } }]);
    const invalid = await run(saying(call('add', { a: 'one' })));
    expect(invalid.trials).toMatchObject([{ outcome: { type: 'compared', valid: false, agreed: false } }]);
    const unreadable = await run(saying('{"na'));
    expect(unreadable.trials).toMatchObject([{ outcome: { type: 'compared', valid: false, agreed: false } }]);
  });

  test('worked examples are for the base model: a step with an adapter has none', async () => {
    const { events } = await run(saying(right));
    const [act, answer] = ofType(events, 'step-started');
    expect(act!.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(act!.route).toMatchObject({ adapter: 'old' });
    expect(act!.route.reason).toContain('the adapter old is in use');
    // Adapters learn to choose calls; the sentence about the results is the base model's.
    expect(answer).toMatchObject({ purpose: 'answer' });
    expect(answer!.route.adapter).toBeUndefined();
  });

  test.for([
    [{ type: 'refusal', text: 'a' }, { type: 'answer', text: 'b' }, true],
    [{ type: 'refusal', text: 'a' }, { type: 'calls', calls: [{ name: 'x', arguments: {} }] }, false],
    [
      {
        type: 'calls',
        calls: [
          { name: 'x', arguments: { a: [1, { c: 1, b: 2 }] } },
          { name: 'y', arguments: {} },
        ],
      },
      {
        type: 'calls',
        calls: [
          { name: 'y', arguments: {} },
          { name: 'x', arguments: { a: [1, { b: 2, c: 1 }] } },
        ],
      },
      true,
    ],
    [
      { type: 'calls', calls: [{ name: 'x', arguments: { a: [1, 2] } }] },
      { type: 'calls', calls: [{ name: 'x', arguments: { a: [2, 1] } }] },
      false,
    ],
  ] as const)('decisions are the same or not: %j', ([one, other, same]) => {
    expect(sameDecision(one, other)).toBe(same);
    expect(sameDecision(other, one)).toBe(same);
  });
});

describe('a shadow that misbehaves leaves the run as it is', () => {
  const fault = new Fault({ code: faultCodes.workerDied, message: 'The worker is gone.' });

  test.for<[string, Manner]>([
    [
      'throws at once',
      () => {
        throw fault;
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'dies in mid-answer',
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        throw fault;
      },
    ],
  ])('it %s', async ([, manner]) => {
    const { events, trials } = await run(manner);
    expect(story(events)).toEqual(undisturbed);
    expect(trials).toMatchObject([{ outcome: { type: 'failed' } }]);
  });

  test('it hangs and heeds no signal: counted as hung, and the run does not wait', async () => {
    const hung = await run(() => new Promise(() => undefined), { timeoutMs: 10, toolMs: 60 });
    expect(story(hung.events)).toEqual(undisturbed);
    expect(hung.trials).toMatchObject([
      { outcome: { type: 'failed', fault: { code: 'deadline-exceeded' } } },
    ]);
  });

  test('it goes on after the run: cut off at its end', async () => {
    const { events, trials } = await run(() => new Promise(() => undefined));
    expect(story(events)).toEqual(undisturbed);
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(trials).toMatchObject([{ outcome: { type: 'skipped', why: 'cut-off' } }]);
  });

  test('three failures in a row end it', async () => {
    let asked = 0;
    const engine: Engine = {
      generate: () => {
        asked += 1;
        return Promise.reject(fault);
      },
    };
    const desk = new ShadowDesk({ engine, onTrial: () => undefined, quietMs: 0 });
    for (let step = 0; step < 6; step += 1) {
      desk.offer({
        runId: 'r',
        stepId: `s${step}`,
        request: { messages: [], sampling: { temperature: 0, maxTokens: 1 }, adapter: 'new' },
        shown: undefined,
        verify: () => ({ verdict: { type: 'accepted' } }),
      });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(asked).toBe(3);
  });
});

describe('it keeps out of the way', () => {
  test('steps in quick succession are not disturbed: it does not even begin', async () => {
    const { events, asked, trials } = await run(saying(right), { toolMs: 0, quietMs: 10_000 });
    expect(story(events)).toEqual(undisturbed);
    expect(asked).toEqual([]);
    expect(trials).toMatchObject([{ outcome: { type: 'skipped', why: 'cut-off' } }]);
  });

  test('nothing is asked while the pool has other work', async () => {
    const { asked, trials } = await run(saying(right), { isBusy: true });
    expect(asked).toEqual([]);
    expect(trials).toMatchObject([{ outcome: { type: 'skipped', why: 'busy' } }]);
  });

  test('it is stopped the moment something shown is generated, and goes on in what is left after the run', async () => {
    let aborted = 0;
    const begun: number[] = [];
    const slow: Manner = async (request, options) => {
      begun.push(performance.now());
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, begun.length === 1 ? 10_000 : 1);
        options.signal?.addEventListener('abort', () => {
          aborted += 1;
          clearTimeout(timer);
          resolve();
        });
      });
      return await saying(right)(request, {});
    };
    const { events, trials } = await run(slow, { toolMs: 5, tailMs: 5000 });
    expect(story(events)).toEqual(undisturbed);
    expect(aborted).toBe(1);
    while (trials.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(begun).toHaveLength(2);
    expect(trials).toMatchObject([{ outcome: { type: 'compared', agreed: true } }]);
  });

  test('a run that is left by its reader, or stopped, leaves nothing behind', async () => {
    const trials: ShadowTrial[] = [];
    let signal: AbortSignal | undefined;
    const shown = new ScriptedEngine({ steps: [{ reply: right }], loaded: true });
    const engine: Engine = {
      generate: (request, options = {}) => {
        if (request.adapter === undefined) return shown.generate(request, options);
        signal = options.signal;
        return new Promise(() => undefined);
      },
    };
    const shadow = new ShadowDesk({
      engine,
      onTrial: (trial) => trials.push(trial),
      tailMs: 60_000,
      quietMs: 0,
    });
    const options = { engine, model, tools: [addTool], shadow, chooseAdapter: inShadow };
    for await (const event of runTask('What is 1 plus 2?', options)) {
      if (event.type !== 'tool-called') continue;
      await new Promise((resolve) => setTimeout(resolve, 20));
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(signal?.aborted).toBe(true);
    expect(trials).toMatchObject([{ outcome: { type: 'skipped', why: 'cut-off' } }]);
  });
});
