/**
 * Several users of one engine, as the tabs of a site are: one copy of the weights, fair turns, and somebody takes
 * over when the owner goes. Real worker, real locks, real ports, a tiny real model; all in one page.
 */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { EnginePool } from '../../src/bridge/engine-pool.ts';
import { findEngine } from '../../src/bridge/shared/find-engine.ts';
import { holdLock } from '../../src/bridge/shared/held-lock.ts';
import { SharedEngine } from '../../src/bridge/shared/shared-engine.ts';
import type { LoadedModel, LoadProgress, LoadRequest } from '../../src/protocol/engine.ts';
import { defaultModel } from '../contract/default-model.ts';
import { storeFile } from '../fixtures/stored-file.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';

const model = makeTinyLlama();
/** A grammar keeps to letters what a model of random weights would say. */
const question = {
  messages: [{ role: 'user', content: 'Tell me about rivers.' }],
  constraint: { gbnf: 'root ::= [a-z]{20}' },
  sampling: { temperature: 0, maxTokens: 60 },
} as const;
const long = {
  ...question,
  constraint: { gbnf: 'root ::= ([a-z]{7} " "){50}' },
  sampling: { temperature: 0, maxTokens: 430 },
} as const;

let request: LoadRequest;
let spawned = 0;
const open: SharedEngine[] = [];

beforeAll(async () => {
  const file = await storeFile('tiny-tabs.gguf', model);
  const { knownAnswer: _none, ...entry } = defaultModel;
  request = {
    model: { ...entry, id: 'tiny', file, engines: ['wllama'], contextWindow: 512 },
    modelsUrl: 'https://nowhere.invalid/models/',
    contextTokens: 512,
    slots: 1,
    prefer: { backend: 'wasm-single', weights: 'quantised' },
  };
});

afterEach(() => {
  for (const engine of open.splice(0)) engine.dispose();
});

function tab(): SharedEngine {
  const engine = new SharedEngine({
    spawn: () => {
      spawned += 1;
      return new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), { type: 'module' });
    },
  });
  open.push(engine);
  return engine;
}

function emptyWorker(): Worker {
  return new Worker(URL.createObjectURL(new Blob([''])));
}

async function tabs(count: number): Promise<{ all: SharedEngine[]; loaded: LoadedModel[] }> {
  spawned = 0;
  const all = Array.from({ length: count }, tab);
  const loaded = await Promise.all(all.map((engine) => engine.load(request)));
  return { all, loaded };
}

function ownerOf(all: readonly SharedEngine[]): SharedEngine {
  const owners = all.filter(({ role }) => role === 'owner');
  expect(owners).toHaveLength(1);
  return owners[0]!;
}

test('five tabs have one copy of the weights, and the same words', async () => {
  const { all, loaded } = await tabs(5);
  expect(spawned).toBe(1);
  expect(all.filter(({ role }) => role === 'guest')).toHaveLength(4);
  ownerOf(all);
  expect(new Set(loaded.map(({ weightsHash }) => weightsHash)).size).toBe(1);
  const told = loaded.filter(({ choiceReasons }) =>
    choiceReasons.some((reason) => /Another tab/.test(reason)),
  );
  expect(told).toHaveLength(4);
  const texts = await Promise.all(all.map(async (engine) => (await engine.generate(question)).text));
  expect(texts[0]!.length).toBeGreaterThan(0);
  expect(new Set(texts).size).toBe(1);
});

test('a tab that comes later is told 0 and 100 % too', async () => {
  await tabs(1);
  const progress: LoadProgress[] = [];
  await tab().load(request, { onProgress: (item) => progress.push(item) });
  const received = progress.flatMap((item) =>
    item.type === 'download-progressed' ? [item.receivedBytes / item.totalBytes] : [],
  );
  expect([received[0], received.at(-1)]).toEqual([0, 1]);
});

test('the owner goes in mid-run: its guest hears of it, becomes owner, and says the same', async () => {
  const { all } = await tabs(2);
  const owner = ownerOf(all);
  const guest = all.find((engine) => engine !== owner)!;
  const { text } = await guest.generate(long);
  const running = guest.generate(long, {
    onEvent: ({ type }) => type === 'text-generated' && owner.dispose(),
  });
  await expect(running).rejects.toMatchObject({ code: 'worker-died' });
  await expect(guest.generate(question)).rejects.toMatchObject({ code: 'worker-died' });
  await guest.load(request);
  expect(guest.role).toBe('owner');
  expect(spawned).toBe(2);
  expect((await guest.generate(long)).text).toBe(text);
});

test('runs in a pool go on when the owner goes, and end with the same words', async () => {
  const { all } = await tabs(1);
  const { text } = await all[0]!.generate(long);
  const pools = Array.from({ length: 3 }, () => new EnginePool({ size: 1, spawn: tab }));
  await Promise.all(pools.map((pool) => pool.load(request)));
  expect(spawned).toBe(1);
  const started = Promise.withResolvers<void>();
  const runs = pools.map((pool) =>
    pool.generate(long, { onEvent: ({ type }) => type === 'text-generated' && started.resolve() }),
  );
  await started.promise;
  all[0]!.dispose();
  const results = await Promise.all(runs);
  expect(results.map((result) => result.text)).toEqual([text, text, text]);
  expect(spawned).toBe(2);
  for (const pool of pools) pool.dispose();
});

test('a tab with much to do does not keep another waiting', async () => {
  const { all } = await tabs(2);
  const [busy, other] = [all[0]!, all[1]!];
  const ended: string[] = [];
  const many = Array.from({ length: 6 }, async (_, index) => {
    await busy.generate(question);
    ended.push(`busy ${String(index)}`);
  });
  const one = other.generate(question).then(() => ended.push('other'));
  await Promise.all([...many, one]);
  expect(ended.indexOf('other')).toBeLessThanOrEqual(2);
});

test('a tab that is gone in mid-run leaves its turn to the others', async () => {
  const { all } = await tabs(3);
  const guests = all.filter(({ role }) => role === 'guest');
  const leaving = guests[0]!.generate(long, {
    onEvent: ({ type }) => type === 'text-generated' && guests[0]!.dispose(),
  });
  await expect(leaving).rejects.toMatchObject({ code: 'worker-died' });
  expect((await guests[1]!.generate(question)).text.length).toBeGreaterThan(0);
  expect(spawned).toBe(1);
});

test('a stop ends the work of its own tab only', async () => {
  const { all } = await tabs(2);
  const stopping = new AbortController();
  const stopped = all[0]!.generate(long, {
    signal: stopping.signal,
    onEvent: ({ type }) => type === 'text-generated' && stopping.abort(),
  });
  const other = all[1]!.generate(question);
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  expect((await other).text.length).toBeGreaterThan(0);
});

test('a load that one tab stops goes on for the other', async () => {
  spawned = 0;
  const [first, second] = [tab(), tab()];
  const stopping = new AbortController();
  const stopped = first.load(request, { signal: stopping.signal, onProgress: () => stopping.abort() });
  const other = second.load(request);
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  expect((await other).modelId).toBe('tiny');
  expect(spawned).toBe(1);
});

test('tabs that want different settings do not share', async () => {
  const { all } = await tabs(1);
  const different = tab();
  await different.load({ ...request, contextTokens: 256 });
  expect([all[0]!.role, different.role]).toEqual(['owner', 'owner']);
  expect(spawned).toBe(2);
});

test('what the last tab unloads is gone, and what another uses stays', async () => {
  const { all } = await tabs(2);
  await all[0]!.unload();
  await expect(all[0]!.generate(question)).rejects.toMatchObject({ code: 'model-not-loaded' });
  expect((await all[1]!.generate(question)).text.length).toBeGreaterThan(0);
  await all[1]!.unload();
  await expect(all[1]!.generate(question)).rejects.toMatchObject({ code: 'model-not-loaded' });
});

test.for([
  ['tabs cannot reach each other', undefined],
  ['an owner does not answer', { send: () => undefined, listen: () => () => undefined }],
] as const)('where %s, a tab has a worker of its own', async ([, relay]) => {
  const release = await holdLock('smallworks-engine-taken');
  const { signal } = new AbortController();
  const { role, worker } = await findEngine({ key: 'taken', relay, spawn: emptyWorker, signal });
  expect(role).toBe('alone');
  worker.terminate();
  release();
});

test('a search that is stopped rejects, and stands for nothing any more', async () => {
  const release = await holdLock('smallworks-engine-stopped');
  const relay = { send: () => undefined, listen: () => () => undefined };
  const stopping = new AbortController();
  const search = findEngine({ key: 'stopped', relay, spawn: emptyWorker, signal: stopping.signal });
  stopping.abort(new Error('stopped'));
  await expect(search).rejects.toThrow('stopped');
  const { pending = [] } = await navigator.locks.query();
  expect(pending.filter(({ name }) => name === 'smallworks-engine-stopped')).toEqual([]);
  release();
});
