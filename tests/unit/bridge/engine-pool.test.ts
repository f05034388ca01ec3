import { describe, expect, test } from 'vitest';
import { EnginePool } from '../../../src/bridge/engine-pool.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import type { Fault, FaultData } from '../../../src/protocol/fault.ts';
import { makeLoad } from '../../fixtures/make-load.ts';

const load = makeLoad({ model: { contextWindow: 1024, engines: [] }, contextTokens: 1024 });
const death: FaultData = { code: 'worker-died', message: 'Gone.' };

function ask(content: string) {
  return { messages: [{ role: 'user', content }], sampling: { temperature: 0, maxTokens: 64 } } as const;
}

/** A pool whose engines follow the scripts in the order they are spawned. */
async function pool(size: number, scripts: readonly (readonly ScriptedStep[])[]) {
  const engines: ScriptedEngine[] = [];
  const made = new EnginePool({
    size,
    spawn: () => {
      const engine = new ScriptedEngine({ steps: scripts[engines.length] ?? [] });
      engines.push(engine);
      return engine;
    },
  });
  await made.load(load);
  return { pool: made, engines };
}

describe('the pool', () => {
  test('work spreads over the engines, and the rest waits in line', async () => {
    const steps: ScriptedStep[] = Array.from({ length: 2 }, () => ({ reply: 'ok', delayMs: 5 }));
    const { pool: engines, engines: members } = await pool(2, [steps, steps]);
    const results = await Promise.all(['1', '2', '3', '4'].map((text) => engines.generate(ask(text))));
    expect(results).toHaveLength(4);
    expect(members.map(({ requests }) => requests.length)).toEqual([2, 2]);
    for (const member of members) member.assertDone();
  });

  test('a request that waits can be stopped, and the next one takes its place', async () => {
    const { pool: engines, engines: members } = await pool(1, [
      [
        { expect: ['first'], reply: 'one', delayMs: 10 },
        { expect: ['third'], reply: 'three' },
      ],
    ]);
    const stopping = new AbortController();
    const first = engines.generate(ask('first'));
    const second = engines.generate(ask('second'), { signal: stopping.signal });
    const third = engines.generate(ask('third'));
    stopping.abort();
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    expect((await first).text).toBe('one');
    expect((await third).text).toBe('three');
    members[0]?.assertDone();
  });

  test('an engine that dies is replaced, and its request runs once more', async () => {
    const { pool: engines, engines: members } = await pool(1, [
      [{ reply: death }],
      [{ reply: 'second life' }, { reply: 'still there' }],
    ]);
    expect((await engines.generate(ask('x'))).text).toBe('second life');
    expect((await engines.generate(ask('y'))).text).toBe('still there');
    expect(members).toHaveLength(2);
  });

  test('a request under which every engine dies rejects in the end, with what was tried', async () => {
    const { pool: engines, engines: members } = await pool(
      1,
      Array.from({ length: 20 }, () => [{ reply: death }]),
    );
    const fault = await engines.generate(ask('x')).catch((error: unknown) => error as Fault);
    expect(fault).toMatchObject({ code: 'worker-died' });
    // The first, two more of the same, one with a smaller context.
    expect(members).toHaveLength(4);
    expect(members.map(({ requests }) => requests.length)).toEqual([1, 1, 1, 1]);
  });

  test('other faults are passed on at once', async () => {
    const { pool: engines } = await pool(1, [
      [{ reply: { code: 'context-overflow', message: 'Too long.' } }],
    ]);
    await expect(engines.generate(ask('x'))).rejects.toMatchObject({ code: 'context-overflow' });
  });

  test('after dispose, calls reject', async () => {
    const { pool: engines } = await pool(2, []);
    engines.dispose();
    await expect(engines.generate(ask('x'))).rejects.toMatchObject({ code: 'worker-died' });
  });
});

describe('the scripted engine', () => {
  test('an unexpected call and an unused step both fail', async () => {
    const engine = new ScriptedEngine({ loaded: true, steps: [{ expect: ['tea'], reply: 'milk' }] });
    await expect(engine.generate(ask('coffee'))).rejects.toMatchObject({ code: 'unexpected' });
    expect(() => engine.assertDone()).toThrow(/unexpected call[\s\S]*unused step/);
  });

  test('a script that was followed passes', async () => {
    const engine = new ScriptedEngine({ loaded: true, steps: [{ expect: ['tea'], reply: 'milk' }] });
    expect((await engine.generate(ask('tea?'))).text).toBe('milk');
    expect(() => engine.assertDone()).not.toThrow();
  });
});
