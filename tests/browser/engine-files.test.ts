/**
 * How a model file gets onto the disk, and what goes wrong on the way: in the real worker, the real OPFS, the real quota.
 * The file served is the site's catalogue, a small one; that it is no model is found out only after it is verified.
 */
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import type { EngineClient } from '../../src/bridge/engine-client.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import type { LoadProgress, LoadRequest } from '../../src/protocol/engine.ts';
import { Fault } from '../../src/protocol/fault.ts';
import { defaultModel } from '../contract/default-model.ts';
import { sha256 } from '../fixtures/sha256.ts';

const name = 'models.json';
const partName = `${name}.part`;
let served: Uint8Array<ArrayBuffer>;
let engine: EngineClient;

async function requestFor(
  file: Partial<LoadRequest['model']['file']> = {},
  modelsUrl = new URL('/', location.href).href,
): Promise<LoadRequest> {
  const whole = { name, bytes: served.length, sha256: await sha256(served), sources: [], ...file };
  return { model: { ...defaultModel, file: whole }, modelsUrl, contextTokens: 512, slots: 1 };
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  return await (await navigator.storage.getDirectory()).getDirectoryHandle('models', { create: true });
}

async function stored(): Promise<string[]> {
  const names: string[] = [];
  for await (const key of (await folder()).keys()) if (key.startsWith(name)) names.push(key);
  return names;
}

async function store(fileName: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const writable = await (await (await folder()).getFileHandle(fileName, { create: true })).createWritable();
  await writable.write(bytes);
  await writable.close();
}

/** A part with the list of what has arrived of it: all that it holds. */
async function storePart(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await store(partName, bytes);
  await store(`${partName}.spans`, new TextEncoder().encode(`+ 0 ${String(bytes.length)}\n`));
}

async function loadFault(request: LoadRequest, progress: LoadProgress[] = []): Promise<Fault> {
  const outcome: unknown = await engine
    .load(request, { onProgress: (item) => progress.push(item) })
    .catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Fault);
  return outcome as Fault;
}

function received(progress: readonly LoadProgress[]): number[] {
  return progress.flatMap((item) => (item.type === 'download-progressed' ? [item.receivedBytes] : []));
}

beforeAll(async () => {
  served = new Uint8Array(await (await fetch(`/${name}`)).arrayBuffer());
});

beforeEach(async () => {
  for (const key of await stored()) await (await folder()).removeEntry(key);
  engine = spawnEngine();
});
afterEach(() => engine.dispose());

test('a whole file is kept, and only then is it found to be no model', async () => {
  const progress: LoadProgress[] = [];
  const fault = await loadFault(await requestFor(), progress);
  expect(fault.code).toBe('model-rejected');
  expect(fault.remedy).toBeDefined();
  expect(received(progress)[0]).toBe(0);
  expect(received(progress).at(-1)).toBe(served.length);
  expect(await stored()).toEqual([name]);
});

test('a file that llama.cpp itself refuses is rejected, and the worker lives on', async () => {
  const request = await requestFor();
  const packed = { ...request, prefer: { weights: 'quantised' } } as const;
  expect((await loadFault(packed)).code).toBe('model-rejected');
  expect((await loadFault(packed)).code).toBe('model-rejected');
});

test('one byte flipped is found; nothing is left under any name', async () => {
  const right = served.slice();
  right[served.length >> 1]! ^= 1;
  const expected = await sha256(right);
  const fault = await loadFault(await requestFor({ sha256: expected }));
  expect(fault.code).toBe('model-corrupt');
  expect(fault.details).toEqual({ file: name, expected, actual: await sha256(served) });
  expect(await stored()).toEqual([]);
});

test.for([
  ['shorter', -1],
  ['longer', 1],
] as const)('a file that is %s than the catalogue says is corrupt', async ([, difference]) => {
  const fault = await loadFault(await requestFor({ bytes: served.length - difference }));
  expect(fault.code).toBe('model-corrupt');
  expect(await stored()).toEqual([]);
});

test('a part is continued, not fetched again', async () => {
  const half = served.length >> 1;
  await storePart(served.slice(0, half));
  const progress: LoadProgress[] = [];
  expect((await loadFault(await requestFor(), progress)).code).toBe('model-rejected');
  expect(received(progress).slice(0, 2)).toEqual([0, half]);
  expect(await stored()).toEqual([name]);
});

test('a part with wrong bytes is thrown away, and the file fetched afresh', async () => {
  await storePart(new Uint8Array(served.length >> 1));
  expect((await loadFault(await requestFor())).code).toBe('model-rejected');
  expect(await stored()).toEqual([name]);
});

test('a stored file that has rotted is fetched again', async () => {
  const rotten = served.slice();
  rotten[0]! ^= 1;
  await store(name, rotten);
  const progress: LoadProgress[] = [];
  expect((await loadFault(await requestFor(), progress)).code).toBe('model-rejected');
  const last = progress.findLast((item) => item.type === 'download-progressed');
  expect(last).toMatchObject({ fromCache: false, receivedBytes: served.length });
});

test('a stored file needs no network', async () => {
  await store(name, served);
  const progress: LoadProgress[] = [];
  const request = await requestFor({}, 'https://nowhere.invalid/models/');
  expect((await loadFault(request, progress)).code).toBe('model-rejected');
  const downloads = progress.filter((item) => item.type === 'download-progressed');
  expect(downloads.every(({ fromCache }) => fromCache)).toBe(true);
  expect(received(progress)).toEqual([0, served.length]);
});

test('an unreachable server and a missing file are named', async () => {
  const away = await loadFault(await requestFor({}, 'https://nowhere.invalid/models/'));
  expect(away.code).toBe('model-unavailable');
  expect(away.details['url']).toBe(`https://nowhere.invalid/models/${name}`);
  expect((await loadFault(await requestFor({ name: 'absent.gguf' }))).code).toBe('model-unavailable');
});

test('a full quota is named with its numbers', async () => {
  const session = cdp() as unknown as {
    send(method: string, parameters: Readonly<Record<string, unknown>>): Promise<unknown>;
  };
  const { origin } = location;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 16 });
  try {
    const fault = await loadFault(await requestFor());
    expect(fault.code).toBe('storage-full');
    expect(fault.details['neededBytes']).toBe(served.length);
    // Told only where it is true: Chromium's estimate ignores the quota set here.
    expect(fault.details['availableBytes'] ?? 0).toBeLessThan(served.length);
    expect(await stored()).not.toContain(name);
  } finally {
    await session.send('Storage.overrideQuotaForOrigin', { origin });
  }
  expect((await loadFault(await requestFor())).code).toBe('model-rejected');
});

test('a load can be stopped, and another one started', async () => {
  const stopping = new AbortController();
  const load = engine.load(await requestFor(), {
    signal: stopping.signal,
    onProgress: () => stopping.abort(),
  });
  await expect(load).rejects.toMatchObject({ code: 'aborted' });
  expect((await loadFault(await requestFor())).code).toBe('model-rejected');
});

test('two workers that want the same file both get it', async () => {
  const other = spawnEngine();
  const request = await requestFor();
  const outcomes = await Promise.all(
    [engine, other].map((client) => client.load(request).catch((error: unknown) => error)),
  );
  other.dispose();
  expect(outcomes.map((outcome) => (outcome as Fault).code)).toEqual(['model-rejected', 'model-rejected']);
});
