/** The host's own promises: order, cancellation, faults. The adapter here is a small one that obeys the test. */
import { expect, test } from 'vitest';
import { Fault, faultCodes } from '../../../src/protocol/fault.ts';
import { chooseEngine } from '../../../src/engine/load-plan.ts';
import { SlotGate } from '../../../src/engine/slot-gate.ts';
import {
  toyDevice,
  toyHost,
  toyLoad as load,
  toyRequest as request,
  toyResult as result,
  untilAborted,
} from './toy-adapter.ts';

async function loaded(): Promise<ReturnType<typeof toyHost>> {
  const made = toyHost();
  await made.host.load('load-1', load, () => undefined);
  return made;
}

test('the context asked for never exceeds the window of the model', async () => {
  const { adapters } = await loaded();
  expect(adapters[0]?.contextAsked).toBe(64);
});

test('the engine is the fastest for this device, which is the one that ranks first', () => {
  const model = { ...load.model, engines: ['wllama', 'transformers'] } as const;
  const onProcessor = toyDevice();
  expect(chooseEngine({ ...load, model }, onProcessor)).toBe('transformers');
  expect(chooseEngine({ ...load, model, prefer: { weights: 'quantised' } }, onProcessor)).toBe('wllama');
  expect(chooseEngine({ ...load, model }, toyDevice('shader-f16'))).toBe('wllama');
  // The first of the catalogue could run here as well, on the processor.
  expect(chooseEngine({ ...load, model }, toyDevice('no-shader-f16'))).toBe('transformers');
});

test('of engines that rank alike it is the first of the catalogue that the device can run, unless one is asked for', () => {
  const model = { ...load.model, engines: ['web-llm', 'wllama'] } as const;
  const device = toyDevice();
  expect(chooseEngine({ ...load, model }, device)).toBe('wllama');
  expect(chooseEngine({ ...load, model }, toyDevice('shader-f16'))).toBe('web-llm');
  expect(chooseEngine({ ...load, model, engine: 'web-llm' }, device)).toBe('web-llm');
  const refused = expect.objectContaining({ code: 'unsupported' });
  expect(() => chooseEngine({ ...load, model, engine: 'transformers' }, device)).toThrow(refused);
  expect(() => chooseEngine({ ...load, model }, { ...device, memory64: false })).toThrow(refused);
});

test('a second load unloads the first model and stops what runs on it', async () => {
  const { host: engine, adapters } = await loaded();
  adapters[0]!.onGenerate = (_prompt, _send, signal) => untilAborted(signal);
  const running = engine.generate(request('a'), () => undefined);
  const second = engine.load('load-2', load, () => undefined);
  await expect(running).rejects.toMatchObject({ code: 'aborted' });
  await second;
  expect(adapters.map(({ unloads }) => unloads)).toEqual([1, 0]);
});

test('every event has arrived when the generation settles, however slow the listener', async () => {
  const { host: engine, adapters } = await loaded();
  adapters[0]!.onGenerate = async (_prompt, send) => {
    for (let index = 0; index < 50; index += 1) send(String(index));
    return result;
  };
  let arrived = 0;
  // As comlink hands it over: typed as returning nothing, returning a promise.
  const slow = (): unknown =>
    new Promise<void>((resolve) => {
      setTimeout(() => {
        arrived += 1;
        resolve();
      }, 5);
    });
  await engine.generate(request('a'), slow);
  expect(arrived).toBe(50);
});

test('cancel stops one request and no other; unknown ids are ignored', async () => {
  const { host: engine, adapters } = await loaded();
  adapters[0]!.onGenerate = (_prompt, _send, signal) => untilAborted(signal);
  const first = engine.generate(request('a'), () => undefined);
  const second = engine.generate(request('b'), () => undefined);
  await engine.cancel('nobody');
  await engine.cancel('a');
  await expect(first).rejects.toMatchObject({ code: 'aborted' });
  await engine.cancel('b');
  await expect(second).rejects.toMatchObject({ code: 'aborted' });
});

test('an id that is in use is refused', async () => {
  const { host: engine, adapters } = await loaded();
  adapters[0]!.onGenerate = (_prompt, _send, signal) => untilAborted(signal);
  const first = engine.generate(request('a'), () => undefined);
  await expect(engine.generate(request('a'), () => undefined)).rejects.toMatchObject({ code: 'unexpected' });
  await engine.cancel('a');
  await expect(first).rejects.toMatchObject({ code: 'aborted' });
});

test('a crashed adapter is unloaded; the next call says that nothing is loaded', async () => {
  const { host: engine, adapters } = await loaded();
  const [adapter] = adapters;
  adapter!.onGenerate = () => {
    adapter!.dead = true;
    return Promise.reject(new Fault({ code: faultCodes.outOfMemory, message: 'Gone.' }));
  };
  await expect(engine.generate(request('a'), () => undefined)).rejects.toMatchObject({
    code: 'out-of-memory',
  });
  expect(adapter?.unloads).toBe(1);
  await expect(engine.countTokens('x')).rejects.toMatchObject({ code: 'model-not-loaded' });
});

test('an error without a code becomes a fault with its message', async () => {
  const { host: engine, adapters } = await loaded();
  adapters[0]!.onGenerate = () => Promise.reject(new Error('odd'));
  const failure = engine.generate(request('a'), () => undefined);
  await expect(failure).rejects.toMatchObject({ code: 'unexpected', message: 'odd' });
});

test('a gate lets its number through, in order, and those who give up cost nothing', async () => {
  const gate = new SlotGate(2);
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const enter = (name: string, signal?: AbortSignal): Promise<void> =>
    gate.run(async () => {
      log.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
    }, signal);
  const givingUp = new AbortController();
  const runs = [enter('a'), enter('b'), enter('c', givingUp.signal), enter('d')];
  const third = expect(runs[2]).rejects.toMatchObject({ name: 'AbortError' });
  givingUp.abort();
  await third;
  expect(log).toEqual(['a', 'b']);
  ends.get('a')?.();
  await runs[0];
  await Promise.resolve();
  expect(log).toEqual(['a', 'b', 'd']);
  ends.get('b')?.();
  ends.get('d')?.();
  await Promise.all([runs[0], runs[1], runs[3]]);
});
