/**
 * Downloads from a server that misbehaves: they heal, fetch little twice, and what is wrong is caught before use.
 * Real HTTP, real worker, real file system. The file is no model, which is found out only after it is verified.
 */
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { EngineClient } from '../../src/bridge/engine-client.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import type { LoadProgress, LoadRequest } from '../../src/protocol/engine.ts';
import { Fault } from '../../src/protocol/fault.ts';
import type { FileChunks } from '../../src/protocol/model.ts';
import { defaultModel } from '../contract/default-model.ts';
import { sha256 } from '../fixtures/sha256.ts';
import { removeStoredFiles } from '../fixtures/stored-file.ts';
import { troubleBytes } from './trouble-bytes.ts';
import type { TroublePlan, TroubleReport } from './trouble-server.ts';

const server = inject('troubleServer');
const megabyte = 1024 * 1024;
/** Three requests of the loader's size, and a little. */
const bytes = 24 * megabyte + 1234;
/** What may be fetched twice after a break. */
const mostRefetched = 1.05;

let counter = 0;
let engine: EngineClient;

beforeEach(async () => {
  await removeStoredFiles();
  engine = spawnEngine();
});
afterEach(() => engine.dispose());

async function chunksOf(data: Uint8Array<ArrayBuffer>): Promise<FileChunks> {
  const sums: string[] = [];
  for (let at = 0; at < data.length; at += megabyte) sums.push(await sha256(data.slice(at, at + megabyte)));
  return { bytes: megabyte, sha256: sums };
}

interface Setting {
  readonly request: LoadRequest;
  readonly report: () => Promise<TroubleReport>;
}

/** A file served by a plan of its own, and the request for it. */
async function serve(
  plan: Partial<TroublePlan>,
  { chunked = false, seed = 7 }: { readonly chunked?: boolean; readonly seed?: number } = {},
): Promise<Setting> {
  counter += 1;
  const id = `plan-${String(counter)}-${String(Date.now())}`;
  const body = JSON.stringify({ bytes, seed: 7, pace: 2, ...plan });
  await fetch(`${server}/plan/${id}`, { method: 'POST', body });
  const right = troubleBytes(bytes, seed);
  const file = {
    name: 'folder/weights.bin',
    bytes,
    sha256: await sha256(right),
    sources: [],
    ...(chunked ? { chunks: await chunksOf(right) } : {}),
  };
  return {
    request: {
      model: { ...defaultModel, file },
      modelsUrl: `${server}/files/${id}/`,
      contextTokens: 512,
      slots: 1,
    },
    report: async () => (await (await fetch(`${server}/report/${id}`)).json()) as TroubleReport,
  };
}

async function loadFault(
  request: LoadRequest,
  onProgress: (progress: LoadProgress) => void = () => undefined,
): Promise<Fault> {
  const outcome: unknown = await engine.load(request, { onProgress }).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Fault);
  return outcome as Fault;
}

async function stored(): Promise<string[]> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('models', { create: true });
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}

/** Loads to the end: the file is whole and verified, and only then refused as a model. */
async function expectWhole(request: LoadRequest): Promise<void> {
  const seen: number[] = [];
  const fault = await loadFault(request, (progress) => {
    if (progress.type === 'download-progressed') seen.push(progress.receivedBytes);
  });
  expect(fault.toData()).toMatchObject({ code: 'model-rejected' });
  expect([seen[0], seen.at(-1)]).toEqual([0, bytes]);
  expect(await stored()).toEqual(['folder%2Fweights.bin']);
}

test('a file arrives in ranges, once', async () => {
  const { request, report } = await serve({});
  await expectWhole(request);
  const { sentBytes, requests } = await report();
  expect(sentBytes).toBe(bytes);
  expect(requests.length).toBeGreaterThan(2);
});

test('connections cut at 10, 50 and 99 % heal by themselves', async () => {
  const cutAt = [0.1, 0.5, 0.99].map((share) => Math.floor(share * bytes));
  const { request, report } = await serve({ cutAt });
  await expectWhole(request);
  expect((await report()).sentBytes / bytes).toBeLessThanOrEqual(mostRefetched);
});

/** Until the server holds back, and all that it sent had time to arrive. */
async function untilHeld(report: Setting['report']): Promise<void> {
  while (!(await report()).held) await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, 500));
}

test.for([0.1, 0.5, 0.99])('a worker killed at %f of the download: the next goes on', async (share) => {
  const { request, report } = await serve({ holdAt: Math.floor(share * bytes) });
  const killed = expect(engine.load(request)).rejects.toMatchObject({ code: 'worker-died' });
  await untilHeld(report);
  engine.dispose();
  await killed;
  engine = spawnEngine();
  await expectWhole(request);
  expect((await report()).sentBytes / bytes).toBeLessThanOrEqual(mostRefetched);
});

test('a load stopped in the middle goes on later', async () => {
  const { request, report } = await serve({ holdAt: bytes >> 1 });
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopped = expect(engine.load(request, { signal })).rejects.toMatchObject({ code: 'aborted' });
  await untilHeld(report);
  stopping.abort();
  await stopped;
  await expectWhole(request);
  expect((await report()).sentBytes / bytes).toBeLessThanOrEqual(mostRefetched);
});

test('a byte flipped on the way is caught, and only its piece fetched again', async () => {
  const { request, report } = await serve({ flipOnce: 5_000_001 }, { chunked: true });
  await expectWhole(request);
  expect((await report()).sentBytes).toBe(bytes + megabyte);
});

test('a byte flipped on the way is caught without hashes of pieces too', async () => {
  const { request, report } = await serve({ flipOnce: 5_000_001 });
  await expectWhole(request);
  expect((await report()).sentBytes).toBe(2 * bytes);
});

test('a byte flipped at rest is caught before use, and only its piece fetched again', async () => {
  const { request, report } = await serve({}, { chunked: true });
  await expectWhole(request);
  const root = await navigator.storage.getDirectory();
  const handle = await (await root.getDirectoryHandle('models')).getFileHandle('folder%2Fweights.bin');
  const writable = await handle.createWritable({ keepExistingData: true });
  await writable.write({ type: 'write', position: 20_000_000, data: new Uint8Array([1, 2, 3]) });
  await writable.close();
  await expectWhole(request);
  expect((await report()).sentBytes).toBe(bytes + megabyte);
});

test('a server without ranges sends the whole, once', async () => {
  const { request, report } = await serve({ ranges: 'none' });
  await expectWhole(request);
  expect(await report()).toMatchObject({ sentBytes: bytes });
});

test('a server without ranges that breaks off is asked again', async () => {
  const { request } = await serve({ ranges: 'none', cutAt: [bytes / 2] });
  await expectWhole(request);
});

test('a file that changes between two requests is not patched together', async () => {
  // The second version is the catalogue's.
  const { request } = await serve({ changesAt: 2 }, { seed: 8 });
  await expectWhole(request);
});

test('a server that is busy for a moment is asked again', async () => {
  const { request } = await serve({ busyFor: 2 });
  await expectWhole(request);
});

test('a file that is wrong for good is named, and nothing of it is kept', async () => {
  const { request, report } = await serve({}, { seed: 9 });
  expect(await loadFault(request)).toMatchObject({
    code: 'model-corrupt',
    details: { file: request.model.file.name },
  });
  expect(await stored()).toEqual([]);
  expect((await report()).sentBytes).toBe(2 * bytes);
});

test('another source is asked only where the caller allows it', async () => {
  const { request, report } = await serve({});
  const url = `${request.modelsUrl}any.bin`;
  const file = { ...request.model.file, sources: [{ type: 'hub', url }] } as const;
  const away = { ...request, model: { ...request.model, file }, modelsUrl: `${server}/files/nothing/` };
  expect((await loadFault(away)).toData()).toMatchObject({
    code: 'model-unavailable',
    details: { status: 404 },
  });
  expect(await report()).toMatchObject({ requests: [] });
  await expectWhole({ ...away, downloadFrom: 'origin-or-hub' });
});

test.for(['../escape.gguf', 'a//b', '/a', 'a/./b', '', 'x.part', 'a'.repeat(300)])(
  'the name "%s" is refused',
  async (name) => {
    const { request } = await serve({ bytes: 10 });
    const file = { ...request.model.file, name };
    const fault = await loadFault({ ...request, model: { ...request.model, file } });
    expect(fault.code).toBe('model-rejected');
    expect(await stored()).toEqual([]);
  },
);
