/**
 * Small first, and up from there, with two models in two real workers: what the first is not sure of goes to the second, or to
 * the user, as the policy says; and what the model thinks of its own call costs the question alone. The models are tiny and
 * know nothing, so what each may write is held to a few calls; how sure it is of them is its own.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTask } from '../../src/agent/run.ts';
import type { RunTaskOptions } from '../../src/agent/run.ts';
import type { LargerModel, Router } from '../../src/agent/trust/router.ts';
import type { Engine, EngineHandle } from '../../src/bridge/engine.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import { literal } from '../../src/decode/gbnf.ts';
import { judgeBy } from '../../src/flywheel/route/router-fit.ts';
import type { RouterFit } from '../../src/protocol/decision-facts.ts';
import type { LoadedModel } from '../../src/protocol/engine.ts';
import type { EscalationPolicy } from '../../src/protocol/routing.ts';
import type { TaskEvent, TaskEventOf, TaskEventType } from '../../src/protocol/task-event.ts';
import { defineTool } from '../../src/tools/define-tool.ts';
import { storeFile } from '../fixtures/stored-file.ts';
import { tinyRequest } from '../fixtures/tiny-entry.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';

const contextTokens = 2048;
const goal = 'Turn the lamp on';

const lamp = defineTool({
  name: 'lamp',
  description: 'Says how bright a lamp is.',
  permission: 'read',
  inputSchema: {
    type: 'object',
    properties: { brightness: { type: 'integer', minimum: 0, maximum: 9 } },
    required: ['brightness'],
  },
  execute: (input) => ({ shines: input['brightness'] ?? null }),
});

function lampCall(brightness: number): string {
  return `{"name":"lamp","arguments":{"brightness":${String(brightness)}}}`;
}

interface Worker {
  readonly engine: EngineHandle;
  readonly model: LoadedModel;
}

async function startWorker(seed: number): Promise<Worker> {
  const name = `escalation-${String(seed)}.gguf`;
  const file = await storeFile(name, makeTinyLlama({ packing: 'q8_0', seed, contextTokens }));
  const engine = spawnEngine();
  return { engine, model: await engine.load(tinyRequest(file, contextTokens)) };
}

/** The worker's engine, which can call nothing but these; `asked` counts the decisions it is asked for. */
function calling({ engine }: Worker, brightness: readonly number[]): Engine & { asked: number } {
  const choices = brightness.map((value) => literal(lampCall(value))).join(' | ');
  return {
    asked: 0,
    generate(request, options) {
      if (request.tools === undefined) return engine.generate(request, options);
      this.asked += 1;
      return engine.generate({ ...request, constraint: { gbnf: `root ::= ${choices}` } }, options);
    },
  };
}

/** A fit that goes by how sure the model was: 0.73 where it had no choice, and soon less. */
const fit: RouterFit = {
  v: 1,
  features: ['log-probability of all choices'],
  fit: { means: [0], scales: [1], weights: [20], intercept: 1 },
  n: 100,
  successes: 50,
  calibrationError: 0,
};

function routerWith(policy: Partial<EscalationPolicy>, models: readonly LargerModel[] = []): Router {
  return {
    judge: (facts) => judgeBy(fit, facts),
    policy: { leastChance: 0.6, leastAgreement: 0, to: [], ...policy },
    models,
  };
}

function ofType<Type extends TaskEventType>(events: readonly TaskEvent[], type: Type): TaskEventOf<Type>[] {
  return events.filter((event): event is TaskEventOf<Type> => event.type === type);
}

let small: Worker;
let large: Worker;
beforeAll(async () => {
  [small, large] = await Promise.all([startWorker(11), startWorker(12)]);
});
afterAll(() => {
  small.engine.dispose();
  large.engine.dispose();
});

async function run(engine: Engine, options: Partial<RunTaskOptions>): Promise<readonly TaskEvent[]> {
  const events: TaskEvent[] = [];
  const given = { engine, model: small.model, tools: [lamp], ...options };
  for await (const event of runTask(goal, given)) events.push(event);
  return events;
}

function made(events: readonly TaskEvent[]): readonly unknown[] {
  return ofType(events, 'tool-called').map(({ call }) => call.arguments['brightness']);
}

describe('a decision of a small model in a worker', () => {
  const doubtful = [1, 2, 3, 4, 5, 6] as const;

  test('goes up to the model of a second worker, whose call is made instead', async () => {
    const first = calling(small, doubtful);
    const second = calling(large, [9]);
    const models: LargerModel[] = [{ place: 'larger', engine: second, model: large.model }];
    const events = await run(first, { router: routerWith({ to: ['larger', 'user'] }, models) });
    expect([first.asked, second.asked]).toEqual([1, 1]);
    const [judged] = ofType(events, 'step-judged');
    expect(judged?.judgement?.chance).toBeLessThan(0.6);
    expect(judged?.ruling).toMatchObject({ type: 'escalated', to: 'larger', modelId: large.model.modelId });
    expect(ofType(events, 'approval-requested')).toEqual([]);
    expect(made(events)).toEqual([9]);
    const acts = ofType(events, 'step-started').filter(({ purpose }) => purpose === 'act');
    expect(acts.map(({ route }) => route.weightsHash)).toEqual([
      small.model.weightsHash,
      large.model.weightsHash,
    ]);
    expect(small.model.weightsHash).not.toBe(large.model.weightsHash);
    expect(events.at(-1)).toMatchObject({ outcome: { type: 'answered' } });
  });

  test('is made where the model had no doubt, and nobody else is asked', async () => {
    const second = calling(large, [9]);
    const models: LargerModel[] = [{ place: 'larger', engine: second, model: large.model }];
    const events = await run(calling(small, [3]), { router: routerWith({ to: ['larger'] }, models) });
    expect(ofType(events, 'step-judged')[0]?.ruling).toEqual({ type: 'trusted' });
    expect(second.asked).toBe(0);
    expect(made(events)).toEqual([3]);
  });

  test('is shown to the user where the policy says so, who may change it', async () => {
    const seen: (string | undefined)[] = [];
    const events = await run(calling(small, doubtful), {
      router: routerWith({ to: ['user'] }),
      approve: ({ call, reason }) => {
        expect(doubtful).toContain(call.arguments['brightness']);
        seen.push(reason);
        return Promise.resolve({ arguments: { brightness: 7 } });
      },
    });
    expect(seen).toEqual([expect.stringContaining('at least 60 % were asked for')]);
    expect(made(events)).toEqual([7]);
  });

  test('is shown to the user where the second worker is gone, with the reason', async () => {
    const lost = await startWorker(13);
    const models: LargerModel[] = [
      { place: 'larger', engine: calling(lost, [9]), model: { ...lost.model, modelId: 'lost-model' } },
    ];
    lost.engine.dispose();
    const seen: (string | undefined)[] = [];
    const events = await run(calling(small, doubtful), {
      router: routerWith({ to: ['larger', 'user'] }, models),
      approve: ({ reason }) => {
        seen.push(reason);
        return Promise.resolve(false);
      },
    });
    expect(seen).toEqual([expect.stringContaining('lost-model could not be asked')]);
    expect(
      ofType(events, 'step-judged').map(({ ruling }) => ruling.type === 'escalated' && ruling.to),
    ).toEqual(['larger', 'user']);
    expect(made(events)).toEqual([]);
    expect(events.at(-1)).toMatchObject({ outcome: { type: 'refused' } });
  });

  test('is doubted by the model itself in a prompt whose beginning is in the cache', async () => {
    const facts: (number | undefined)[] = [];
    const events = await run(calling(small, [3]), {
      help: { judge: true },
      router: {
        ...routerWith({}),
        judge: ({ objection }) => {
          facts.push(objection);
          return undefined;
        },
      },
    });
    const [act, judge] = ofType(events, 'step-finished');
    expect(judge).toMatchObject({ purpose: 'judge', text: expect.stringMatching(/^(?:yes|no)$/) });
    const [objection = Number.NaN] = facts;
    expect(objection).toBeGreaterThan(0);
    expect(objection).toBeLessThan(1);
    const read = (judge?.usage.promptTokens ?? 0) - (judge?.usage.cachedTokens ?? 0);
    // All that the step was asked with.
    expect(judge?.usage.cachedTokens).toBeGreaterThanOrEqual((act?.usage.promptTokens ?? 0) - 1);
    expect(read).toBeLessThan((judge?.usage.promptTokens ?? 0) / 2);
  });
});
