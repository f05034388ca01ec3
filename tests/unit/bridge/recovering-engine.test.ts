import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecoveringEngine } from '../../../src/bridge/recovering-engine.ts';
import type { RecoveryEvent } from '../../../src/bridge/recovery-plan.ts';
import type { GenerateRequest } from '../../../src/protocol/engine.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import type { FaultData } from '../../../src/protocol/fault.ts';
import { makeLoad } from '../../fixtures/make-load.ts';
import { mortalEngine } from './mortal-engine.ts';
import type { Fate, Mortal } from './mortal-engine.ts';

const load = makeLoad({ model: { engines: ['wllama', 'transformers'] }, slots: 2 });
const lost: FaultData = { code: 'device-lost', message: 'The GPU went away.' };
const died: FaultData = { code: 'worker-died', message: 'Gone.' };
const full: FaultData = { code: 'out-of-memory', message: 'Memory ran out.' };
const story = 'Once upon a time there was a fox who lived in a wood, and it was happy there.';

function ask(sampling: Partial<GenerateRequest['sampling']> = {}): Omit<GenerateRequest, 'requestId'> {
  return {
    messages: [{ role: 'user', content: 'Tell.' }],
    sampling: { temperature: 0, maxTokens: 200, ...sampling },
  };
}

/** An engine whose lives follow the fates, then live; `replies` are what each life says. */
function engineOf(fates: readonly Fate[], replies: readonly string[] = []) {
  const lives: Mortal[] = [];
  const events: RecoveryEvent[] = [];
  const engine = new RecoveringEngine({
    silenceMs: 100,
    loadSilenceMs: 100,
    onRecovery: (event) => events.push(event),
    spawn: () => {
      const life = mortalEngine({
        reply: replies[lives.length] ?? replies.at(-1) ?? story,
        fate: fates[lives.length] ?? { type: 'lives' },
      });
      lives.push(life);
      return life;
    },
  });
  return { engine, lives, events };
}

async function tell(engine: RecoveringEngine, request = ask()): Promise<{ heard: string; text: string }> {
  const heard: string[] = [];
  const { text } = await engine.generate(request, {
    onEvent: (event) => {
      if (event.type === 'text-generated') heard.push(event.text);
    },
  });
  return { heard: heard.join(''), text };
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const outcome = await promise.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Fault);
  return outcome as Fault;
}

const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({
    type: fc.constant('dies' as const),
    pieces: fc.nat({ max: 11 }),
    fault: fc.constantFrom(lost, died, full),
  }),
  fc.record({ type: fc.constant('dies-loading' as const), fault: fc.constantFrom(lost, died, full) }),
);

describe('an engine that comes back', () => {
  test('however it dies, twice in a row, the text is whole and heard once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 2 }), async (fates) => {
        const { engine, lives } = engineOf(fates);
        await engine.load(load);
        expect(await tell(engine)).toEqual({ heard: story, text: story });
        expect(lives.slice(0, -1).every(({ disposed }) => disposed)).toBe(true);
        expect(lives.length).toBeLessThanOrEqual(fates.length + 1);
      }),
      { numRuns: 60 },
    );
  });

  test('whatever happens, a call settles', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 30 }), async (fates) => {
        const { engine } = engineOf(fates);
        const outcome = await engine.load(load).then(
          () =>
            tell(engine).then(
              ({ text }) => text,
              (error: unknown) => error,
            ),
          (error: unknown) => error,
        );
        if (outcome !== story) expect(outcome).toBeInstanceOf(Fault);
      }),
      { numRuns: 60 },
    );
  });

  test('an engine that falls silent is replaced', async () => {
    const { engine, lives } = engineOf([{ type: 'falls-silent', pieces: 3 }]);
    await engine.load(load);
    expect(await tell(engine)).toEqual({ heard: story, text: story });
    expect(lives.map(({ disposed }) => disposed)).toEqual([true, false]);
  });

  test('requests that die together share one recovery', async () => {
    const { engine, lives } = engineOf([{ type: 'dies', pieces: 2, fault: died }]);
    await engine.load(load);
    const both = await Promise.all([tell(engine), tell(engine), tell(engine)]);
    expect(both.map(({ heard }) => heard)).toEqual([story, story, story]);
    expect(lives).toHaveLength(2);
  });

  test('memory that runs out shrinks the context, then another backend is tried, each step told', async () => {
    const dies = { type: 'dies', pieces: 1, fault: full } as const;
    const { engine, lives, events } = engineOf([dies, dies, { type: 'dies-loading', fault: full }]);
    await engine.load(load);
    expect((await tell(engine)).text).toBe(story);
    expect(lives.map(({ loads }) => loads[0]?.contextTokens)).toEqual([4096, 4096, 2048, 4096]);
    expect(lives.at(-1)?.loads[0]?.prefer).toEqual({ backend: 'wasm-threads' });
    expect(events.flatMap((event) => (event.type === 'step-started' ? [event.step] : []))).toEqual([
      'same-again',
      'smaller-context',
      'next-backend',
    ]);
    expect(engine.model?.backend).toBe('wasm-threads');
  });

  test('when all is tried, the fault says what was', async () => {
    const { engine, lives, events } = engineOf([
      { type: 'lives' },
      ...Array.from({ length: 20 }, () => ({ type: 'dies-loading', fault: died }) as const),
    ]);
    await engine.load(load);
    lives[0]?.dispose();
    const fault = await faultOf(tell(engine));
    expect(fault.code).toBe('worker-died');
    expect(fault.reason).toMatch(/attempt 2 of 2.*context shrinks.*wasm-threads.*wasm-single.*transformers/);
    expect(events.at(-1)).toMatchObject({ type: 'recovery-failed', fault: { code: 'worker-died' } });
    expect(lives).toHaveLength(7);
  });

  test('free sampling is told again by the same seed', async () => {
    const { engine } = engineOf([{ type: 'dies', pieces: 2, fault: lost }]);
    await engine.load(load);
    expect(await tell(engine, ask({ temperature: 0.8 }))).toEqual({ heard: story, text: story });
  });

  test('where the new engine says something else, it goes on from what was delivered, and says so', async () => {
    const { engine, lives, events } = engineOf(
      [{ type: 'dies', pieces: 2, fault: lost }],
      ['Once upon a time there was', 'A dog.'],
    );
    await engine.load(load);
    expect(await tell(engine)).toEqual({ heard: 'Once upon a timeA dog.', text: 'Once upon a timeA dog.' });
    expect(lives[1]?.prompts).toEqual(['Tell.|', 'Tell.|Once upon a time']);
    expect(events.at(-1)).toMatchObject({ type: 'text-diverged', deliveredCharacters: 16 });
  });

  test('a constrained text that cannot be told again is a fault, not a mixture', async () => {
    const { engine } = engineOf([{ type: 'dies', pieces: 2, fault: lost }], ['{"a":1,"b":2,"c":3}', '[1]']);
    await engine.load(load);
    const fault = await faultOf(tell(engine, { ...ask(), constraint: { gbnf: 'root ::= "x"' } }));
    expect(fault).toMatchObject({ code: 'engine-failed', details: { deliveredCharacters: 16 } });
  });

  test('a caller who leaves a silent engine is told so, and the engine comes back for the next', async () => {
    const stopping = new AbortController();
    const { engine, lives } = engineOf([{ type: 'falls-silent', pieces: 0 }]);
    await engine.load(load);
    const left = engine.generate(ask(), { signal: stopping.signal });
    setTimeout(() => stopping.abort(), 20);
    expect(await faultOf(left)).toMatchObject({ code: 'aborted' });
    expect((await tell(engine)).text).toBe(story);
    expect(lives).toHaveLength(2);
  });

  test('an engine that fails a plain request is replaced once; one that fails again is not the reason', async () => {
    const fault: FaultData = { code: 'engine-failed', message: 'The engine failed.' };
    const fails = { type: 'dies', pieces: 2, fault } as const;
    const once = engineOf([fails]);
    await once.engine.load(load);
    expect(await tell(once.engine)).toEqual({ heard: story, text: story });
    expect(once.lives).toHaveLength(2);
    const twice = engineOf([fails, fails]);
    await twice.engine.load(load);
    expect(await faultOf(tell(twice.engine))).toMatchObject({ code: 'engine-failed' });
    expect(twice.lives).toHaveLength(2);
  });

  test('a disposed engine stays so', async () => {
    const { engine, lives } = engineOf([]);
    await engine.load(load);
    engine.dispose();
    expect(await faultOf(tell(engine))).toMatchObject({ code: 'worker-died' });
    expect(lives).toHaveLength(1);
  });

  test("other faults are the caller's, and cost no engine", async () => {
    const { engine, lives } = engineOf([]);
    await engine.load(load);
    expect(await faultOf(tell(engine, ask({ maxTokens: 10_000 })))).toMatchObject({
      code: 'context-overflow',
    });
    expect(lives).toHaveLength(1);
  });
});
