import { describe, expect, test } from 'vitest';
import { EnginePool } from '../../../src/bridge/engine-pool.ts';
import type { EnginePoolOptions } from '../../../src/bridge/engine-pool.ts';
import { estimateModelBytes } from '../../../src/bridge/memory-plan.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { LoadRequest } from '../../../src/protocol/engine.ts';
import { makeLoad } from '../../fixtures/make-load.ts';
import { mortalEngine } from './mortal-engine.ts';
import type { Fate, Mortal } from './mortal-engine.ts';

const megabyte = 1e6;

function modelOf(id: string, bytes = 100 * megabyte): LoadRequest {
  return makeLoad({ model: { id, file: { name: `${id}.gguf`, bytes, sha256: id, sources: [] } } });
}

/** Bytes of one engine with one of these models. */
const one = estimateModelBytes(modelOf('a'), 'quantised');

function ask(content: string) {
  return { messages: [{ role: 'user', content }], sampling: { temperature: 0, maxTokens: 64 } } as const;
}

/** A pool whose engines echo nothing but `ok`, slowly, and note which model was loaded when. */
function poolOf(options: Partial<EnginePoolOptions> & { readonly pieceMs?: number } = {}) {
  const { pieceMs = 2, ...rest } = options;
  const log: string[] = [];
  const pool = new EnginePool({
    size: 1,
    ...rest,
    spawn: () => {
      const engine = new ScriptedEngine({
        steps: Array.from({ length: 50 }, () => ({ reply: 'ok, done.', delayMs: pieceMs })),
      });
      let name = '?';
      return {
        load: async (request, loadOptions) => {
          name = request.model.id;
          log.push(`+${name}`);
          return await engine.load(request, loadOptions);
        },
        generate: (request, generateOptions) => {
          log.push(`${name}:${request.messages.at(-1)?.content ?? ''}`);
          return engine.generate(request, generateOptions);
        },
        readAhead: (request) => {
          log.push(`${name}?${request.messages.at(-1)?.content ?? ''}`);
          return engine.readAhead(request);
        },
        countTokens: (text) => engine.countTokens(text),
        unload: () => engine.unload(),
        dispose: () => {
          log.push(`-${name}`);
          engine.dispose();
        },
      };
    },
  });
  return { pool, log };
}

test('what is to come is read ahead only while nothing runs or waits, and loads no model', async () => {
  const { pool, log } = poolOf();
  pool.register(modelOf('a'));
  await pool.readAhead({ messages: ask('early').messages });
  expect(log).toEqual([]);
  await pool.generate(ask('first'));
  await pool.readAhead({ messages: ask('next').messages });
  const running = pool.generate(ask('second'));
  await pool.readAhead({ messages: ask('late').messages });
  await running;
  expect(log).toEqual(['+a', 'a:first', 'a?next', 'a:second']);
  pool.dispose();
});

describe('who is served', () => {
  test('the higher priority overtakes those who wait, never the one that runs', async () => {
    const { pool, log } = poolOf();
    await pool.load(modelOf('a'));
    await Promise.all([
      pool.generate(ask('runs')),
      pool.generate(ask('low'), { priority: -1 }),
      pool.generate(ask('plain')),
      pool.generate(ask('high'), { priority: 2 }),
    ]);
    expect(log).toEqual(['+a', 'a:runs', 'a:high', 'a:plain', 'a:low']);
  });

  test('a deadline ends the wait in line, and a generation under way; the slot is free then', async () => {
    const { pool, log } = poolOf({ pieceMs: 40 });
    await pool.load(modelOf('a'));
    const slow = pool.generate(ask('slow'), { deadlineMs: 60 });
    const never = pool.generate(ask('never'), { deadlineMs: 20 });
    await expect(never).rejects.toMatchObject({ code: 'deadline-exceeded', details: { deadlineMs: 20 } });
    await expect(slow).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect((await pool.generate(ask('next'))).text).toBe('ok, done.');
    expect(log).toEqual(['+a', 'a:slow', 'a:next']);
  });

  test('a signal and a deadline that come with the grant leave no slot taken', async () => {
    const { pool } = poolOf();
    await pool.load(modelOf('a'));
    const stopping = new AbortController();
    const call = pool.generate(ask('x'), { signal: stopping.signal });
    stopping.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    expect((await pool.generate(ask('y'))).text).toBe('ok, done.');
  });
});

describe('which models are in memory', () => {
  test('a request waits for its model, and models that fit stay', async () => {
    const { pool, log } = poolOf({ memoryBytes: 2 * one });
    pool.register(modelOf('a'));
    pool.register(modelOf('b'));
    await pool.generate(ask('1'));
    await pool.generate(ask('2'), { model: 'b' });
    await pool.generate(ask('3'));
    expect(log).toEqual(['+a', 'a:1', '+b', 'b:2', 'a:3']);
    expect(pool.residents).toEqual(['a', 'b']);
  });

  test('the least recently used leaves', async () => {
    const { pool, log } = poolOf({ memoryBytes: 2 * one });
    for (const id of ['a', 'b', 'c']) pool.register(modelOf(id));
    for (const model of ['a', 'b', 'a', 'c', 'b']) await pool.generate(ask('x'), { model });
    expect(log.filter((line) => !line.includes(':'))).toEqual(['+a', '+b', '-b', '+c', '-a', '+b']);
  });

  test('a model in use never leaves, and those who came later do not hold it for ever', async () => {
    const { pool, log } = poolOf({ memoryBytes: one });
    pool.register(modelOf('a'));
    pool.register(modelOf('b'));
    const calls = [
      pool.generate(ask('1')),
      pool.generate(ask('2'), { model: 'b' }),
      pool.generate(ask('3')),
      pool.generate(ask('4'), { model: 'b' }),
    ];
    await Promise.all(calls);
    expect(log).toEqual(['+a', 'a:1', '-a', '+b', 'b:2', '-b', '+a', 'a:3', '-a', '+b', 'b:4']);
  });

  test('a model larger than the budget is refused with its numbers, and its request with it', async () => {
    const { pool } = poolOf({ memoryBytes: one });
    await pool.load(modelOf('a'));
    const refused = { code: 'out-of-memory', details: { budgetBytes: one } };
    await expect(pool.load(modelOf('huge', 900 * megabyte))).rejects.toMatchObject(refused);
    await expect(pool.generate(ask('x'), { model: 'huge' })).rejects.toMatchObject(refused);
    expect((await pool.generate(ask('y'))).text).toBe('ok, done.');
  });

  test('where nobody stated a budget, a model too large for the guess is tried alone', async () => {
    const { pool, log } = poolOf();
    await pool.load(modelOf('a'));
    await pool.load(modelOf('huge', 2 ** 40));
    expect((await pool.generate(ask('x'), { model: 'huge' })).text).toBe('ok, done.');
    expect(log).toEqual(['+a', '-a', '+huge', 'huge:x']);
  });

  test('what fits with packed weights only is loaded so', async () => {
    const base = modelOf('a');
    const request = { ...base, model: { ...base.model, parameters: 500 * megabyte } };
    const seen: unknown[] = [];
    const pool = new EnginePool({
      size: 1,
      memoryBytes: estimateModelBytes(request, 'quantised'),
      spawn: () => {
        const engine = mortalEngine({ reply: 'ok', fate: { type: 'lives' } });
        return {
          ...engine,
          load: (asked, options) => (seen.push(asked.prefer), engine.load(asked, options)),
        };
      },
    });
    await pool.load(request);
    expect(seen).toEqual([{ weights: 'quantised' }]);
  });

  test('the same model loaded anew replaces the old one once its requests have ended', async () => {
    const { pool, log } = poolOf();
    await pool.load(modelOf('a'));
    const running = pool.generate(ask('1'));
    await pool.load({ ...modelOf('a'), contextTokens: 2048 });
    expect((await running).text).toBe('ok, done.');
    await pool.generate(ask('2'));
    expect(log.toSorted()).toEqual(['+a', '+a', '-a', 'a:1', 'a:2'].toSorted());
  });

  test('an unknown model and an unloaded pool are refused by name', async () => {
    const { pool } = poolOf();
    await expect(pool.generate(ask('x'))).rejects.toMatchObject({ code: 'model-not-loaded' });
    await pool.load(modelOf('a'));
    const refusal = pool.generate(ask('x'), { model: 'z' });
    await expect(refusal).rejects.toMatchObject({ code: 'model-not-loaded', reason: 'Known here: a.' });
    await pool.unload();
    await expect(pool.generate(ask('x'))).rejects.toMatchObject({ code: 'model-not-loaded' });
  });

  test('a load that fails rejects those who wait for it, and can be tried again', async () => {
    const fates: Fate[] = [
      { type: 'dies-loading', fault: { code: 'model-corrupt', message: 'Not the bytes.' } },
      { type: 'lives' },
    ];
    const pool = new EnginePool({
      size: 1,
      spawn: () => mortalEngine({ reply: 'ok', fate: fates.shift() ?? { type: 'lives' } }),
    });
    pool.register(modelOf('a'));
    const calls = [pool.generate(ask('1')), pool.generate(ask('2'))];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'model-corrupt' });
    expect((await pool.generate(ask('3'))).text).toBe('ok');
  });

  test('where memory runs out for real, what lies idle makes room', async () => {
    const fates: Fate[] = [
      { type: 'lives' },
      { type: 'dies', pieces: 0, fault: { code: 'out-of-memory', message: 'Memory ran out.' } },
    ];
    const engines: Mortal[] = [];
    const pool = new EnginePool({
      size: 1,
      memoryBytes: 10 * one,
      spawn: () => {
        const engine = mortalEngine({ reply: 'ok', fate: fates.shift() ?? { type: 'lives' } });
        engines.push(engine);
        return engine;
      },
    });
    await pool.load(modelOf('a'));
    await pool.load(modelOf('b'));
    expect((await pool.generate(ask('x'), { model: 'b' })).text).toBe('ok');
    expect(pool.residents).toEqual(['b']);
    expect(engines.map(({ disposed }) => disposed)).toEqual([true, true, false]);
  });

  test('several engines share the processors, and the model says why there are so many', async () => {
    const threads: unknown[] = [];
    const pool = new EnginePool({
      size: 3,
      memoryBytes: 2 * one,
      spawn: () => {
        const engine = mortalEngine({ reply: 'ok', fate: { type: 'lives' } });
        return {
          ...engine,
          load: (request, options) => {
            threads.push(request.prefer?.threads);
            return engine.load(request, options);
          },
        };
      },
    });
    const { choiceReasons } = await pool.load({ ...modelOf('a'), prefer: { weights: 'quantised' } });
    expect(threads).toEqual([1, 1]);
    expect(choiceReasons).toContain('Engines asked for: 3; started: 2.');
  });

  test('who comes while a load is being stopped gets a load of its own', async () => {
    const { pool, log } = poolOf();
    pool.register(modelOf('a'));
    const stopping = new AbortController();
    const left = pool.generate(ask('left'), { signal: stopping.signal });
    stopping.abort();
    const stays = pool.generate(ask('stays'));
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    expect((await stays).text).toBe('ok, done.');
    expect(log.at(-1)).toBe('a:stays');
  });

  test('a load that nobody waits for any more is stopped', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const pool = new EnginePool({
      size: 1,
      spawn: () => ({
        ...mortalEngine({ reply: 'ok', fate: { type: 'lives' } }),
        load: (_request, options) => {
          signals.push(options?.signal);
          return new Promise<never>((_resolve, reject) => {
            options?.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error));
          });
        },
      }),
    });
    const stopping = new AbortController();
    const call = pool.load(modelOf('a'), { signal: stopping.signal });
    stopping.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });
});
