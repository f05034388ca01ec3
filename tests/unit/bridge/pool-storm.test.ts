/** Many requests for several models through a pool whose engines die, with callers who leave: the promises that hold. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EnginePool } from '../../../src/bridge/engine-pool.ts';
import { estimateModelBytes } from '../../../src/bridge/memory-plan.ts';
import type { LoadRequest } from '../../../src/protocol/engine.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import { makeLoad } from '../../fixtures/make-load.ts';
import { mortalEngine } from './mortal-engine.ts';
import type { Fate } from './mortal-engine.ts';

const text = 'One sentence in pieces.';

function modelOf(id: string): LoadRequest {
  const file = { name: `${id}.gguf`, bytes: 1000, sha256: id, sources: [] };
  return makeLoad({ model: { id, file }, slots: 2 });
}

const ids = ['a', 'b', 'c'] as const;
const one = estimateModelBytes(modelOf('a'), 'quantised');
const died = { code: 'worker-died', message: 'Gone.' } as const;

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate>({ type: 'lives' }) },
  { weight: 1, arbitrary: fc.nat({ max: 3 }).map((pieces): Fate => ({ type: 'dies', pieces, fault: died })) },
  { weight: 1, arbitrary: fc.constant<Fate>({ type: 'dies-loading', fault: died }) },
);
const call = fc.record({
  model: fc.constantFrom(...ids),
  priority: fc.integer({ min: -3, max: 3 }),
  /** Milliseconds after which the caller leaves. */
  leavesAfter: fc.option(fc.nat({ max: 12 }), { nil: undefined }),
  deadlineMs: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
});

test('every call settles, nobody hears a wrong text, the budget holds, and the pool is usable afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { maxLength: 14 }),
      fc.array(fate, { maxLength: 12 }),
      async (calls, fates) => {
        /** Models in memory by engine, as the engines themselves see it. */
        const alive = new Set<object>();
        let mostAlive = 0;
        const running = new Map<object, number>();
        let mostRunning = 0;
        const pool = new EnginePool({
          size: 1,
          memoryBytes: 2 * one,
          spawn: () => {
            const engine = mortalEngine({ reply: text, fate: fates.shift() ?? { type: 'lives' } });
            return {
              load: (request, options) => {
                alive.add(engine);
                mostAlive = Math.max(mostAlive, alive.size);
                return engine.load(request, options);
              },
              generate: async (request, options) => {
                running.set(engine, (running.get(engine) ?? 0) + 1);
                mostRunning = Math.max(mostRunning, running.get(engine) ?? 0);
                try {
                  return await engine.generate(request, options);
                } finally {
                  running.set(engine, (running.get(engine) ?? 0) - 1);
                }
              },
              countTokens: (piece) => engine.countTokens(piece),
              unload: () => engine.unload(),
              dispose: () => {
                alive.delete(engine);
                engine.dispose();
              },
            };
          },
        });
        for (const id of ids) pool.register(modelOf(id));
        const question = {
          messages: [{ role: 'user', content: '?' }],
          sampling: { temperature: 0, maxTokens: 64 },
        } as const;
        const outcomes = await Promise.all(
          calls.map(async ({ model, priority, leavesAfter, deadlineMs }) => {
            const stopping = new AbortController();
            if (leavesAfter !== undefined) setTimeout(() => stopping.abort(), leavesAfter);
            const heard: string[] = [];
            const options = {
              model,
              priority,
              signal: stopping.signal,
              ...(deadlineMs === undefined ? {} : { deadlineMs }),
            };
            const outcome: unknown = await pool
              .generate(question, {
                ...options,
                onEvent: (event) => {
                  if (event.type === 'text-generated') heard.push(event.text);
                },
              })
              .then((result) => result.text)
              .catch((error: unknown) => error);
            return { outcome, heard: heard.join('') };
          }),
        );
        for (const { outcome, heard } of outcomes) {
          expect(text.startsWith(heard)).toBe(true);
          if (outcome instanceof Fault)
            expect(['aborted', 'deadline-exceeded', 'worker-died']).toContain(outcome.code);
          else expect([outcome, heard]).toEqual([text, text]);
        }
        fates.length = 0;
        for (const model of ids) expect((await pool.generate(question, { model })).text).toBe(text);
        expect(mostAlive).toBeLessThanOrEqual(2);
        expect(mostRunning).toBeLessThanOrEqual(2);
        pool.dispose();
      },
    ),
    { numRuns: 60 },
  );
});
