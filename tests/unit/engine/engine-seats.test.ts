/** Seats of one engine: the real host behind them, with a small adapter that obeys the test. */
import { expect, test } from 'vitest';
import { EngineSeats } from '../../../src/engine/engine-seats.ts';
import type { EngineSeat } from '../../../src/engine/engine-seats.ts';
import type { LoadProgress } from '../../../src/protocol/engine.ts';
import { Fault, faultCodes } from '../../../src/protocol/fault.ts';
import {
  toyHost,
  toyLoad as load,
  toyRequest as request,
  toyResult as result,
  untilAborted,
} from './toy-adapter.ts';
import type { ToyAdapter } from './toy-adapter.ts';

function quiet(): void {
  // Nobody listens.
}

/** A callback whose tab is gone never answers. */
function deaf(): unknown {
  return new Promise(() => undefined);
}

interface Seats {
  readonly all: readonly EngineSeat[];
  readonly adapters: readonly ToyAdapter[];
}

function seats(count: number): Seats {
  const { host, adapters } = toyHost();
  const room = new EngineSeats(host);
  return { all: Array.from({ length: count }, () => room.open()), adapters };
}

async function loaded(count: number): Promise<Seats> {
  const made = seats(count);
  await Promise.all(made.all.map((seat, index) => seat.load(`load-${String(index)}`, load, quiet)));
  return made;
}

test('one model for all, and it leaves the memory with the last', async () => {
  const { all, adapters } = await loaded(3);
  expect(adapters).toHaveLength(1);
  await all[0]!.unload();
  await all[1]!.close();
  expect(adapters[0]!.unloads).toBe(0);
  await expect(all[0]!.generate(request('a'), quiet)).rejects.toMatchObject({ code: 'model-not-loaded' });
  await all[2]!.unload();
  expect(adapters[0]!.unloads).toBe(1);
});

test('another model is refused while others use this one, and loaded once they do not', async () => {
  const { all, adapters } = await loaded(2);
  const different = { ...load, contextTokens: 32 };
  await expect(all[0]!.load('x', different, quiet)).rejects.toMatchObject({ code: 'unexpected' });
  await all[1]!.unload();
  await all[0]!.load('y', different, quiet);
  expect(adapters).toHaveLength(2);
});

test('a model that was lost is loaded again for all, once', async () => {
  const { all, adapters } = await loaded(2);
  adapters[0]!.onGenerate = () => {
    adapters[0]!.dead = true;
    return Promise.reject(new Fault({ code: faultCodes.deviceLost, message: 'Gone.' }));
  };
  await expect(all[0]!.generate(request('a'), quiet)).rejects.toMatchObject({ code: 'device-lost' });
  await expect(all[1]!.generate(request('b'), quiet)).rejects.toMatchObject({ code: 'model-not-loaded' });
  await Promise.all(all.map((seat, index) => seat.load(`again-${String(index)}`, load, quiet)));
  expect(adapters).toHaveLength(2);
  adapters[1]!.onGenerate = () => Promise.resolve(result);
  await all[1]!.generate(request('c'), quiet);
});

test('a user that is gone is not waited for: its turn is free', async () => {
  const { all, adapters } = await loaded(2);
  adapters[0]!.onGenerate = async (_prompt, send, signal) => {
    send('piece');
    return await untilAborted(signal);
  };
  const hanging = all[0]!.generate(request('a'), deaf);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await all[0]!.close();
  await expect(hanging).rejects.toMatchObject({ code: 'aborted' });
  adapters[0]!.onGenerate = () => Promise.resolve(result);
  await all[1]!.generate(request('b'), quiet);
});

test('a request that is stopped in the moment it begins is stopped', async () => {
  const { all, adapters } = await loaded(1);
  adapters[0]!.onGenerate = (_prompt, _send, signal) => untilAborted(signal);
  const stopped = all[0]!.generate(request('a'), quiet);
  await all[0]!.cancel('a');
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
});

test('a seat stops its own requests only, also those that wait', async () => {
  const { all, adapters } = await loaded(2);
  adapters[0]!.onGenerate = (_prompt, _send, signal) => untilAborted(signal);
  const running = Array.from({ length: 4 }, (_, index) =>
    all[0]!.generate(request(`a${String(index)}`), quiet),
  );
  await all[1]!.cancel('a0');
  await all[1]!.unload();
  let settled = 0;
  for (const call of running) call.then(quiet, () => (settled += 1));
  await Promise.resolve();
  expect(settled).toBe(0);
  for (let index = 3; index >= 0; index -= 1) await all[0]!.cancel(`a${String(index)}`);
  for (const call of running) await expect(call).rejects.toMatchObject({ code: 'aborted' });
});

test('who joins a load is told of its progress, and of 0 and all where it is done', async () => {
  const { all } = seats(3);
  const heard: LoadProgress[] = [];
  const first = all[0]!.load('a', load, quiet);
  await all[1]!.load('b', load, (progress) => heard.push(progress));
  expect(heard.map(({ type }) => type)).toContain('initialise-started');
  await first;
  heard.length = 0;
  await all[2]!.load('c', load, (progress) => heard.push(progress));
  const received = heard.flatMap((item) => (item.type === 'download-progressed' ? [item.receivedBytes] : []));
  expect(received).toHaveLength(2);
  expect(received[0]).toBe(0);
});

test('a load that nobody waits for any more is stopped, and the next begins afresh', async () => {
  const { all, adapters } = seats(2);
  const stopped = all[0]!.load('a', load, quiet);
  await all[0]!.cancel('a');
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  await all[1]!.load('b', load, quiet);
  adapters.at(-1)!.onGenerate = () => Promise.resolve(result);
  await all[1]!.generate(request('c'), quiet);
});
