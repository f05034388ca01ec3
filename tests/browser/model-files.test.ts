/**
 * Files that the user brings and deletes: in the real worker and file system, with a real tiny model that then runs.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ModelFilesClient } from '../../src/bridge/model-files-client.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import type { CatalogueEntry } from '../../src/protocol/model.ts';
import { defaultModel } from '../contract/default-model.ts';
import { sha256 } from '../fixtures/sha256.ts';
import { removeStoredFiles } from '../fixtures/stored-file.ts';
import { makeTinyLlama, tinyLlamaShape } from '../fixtures/tiny-llama.ts';

const bytes = makeTinyLlama();
let files: ModelFilesClient;

beforeEach(async () => {
  await removeStoredFiles();
  files = new ModelFilesClient();
});
afterEach(() => files.dispose());

function fileOf(content: BlobPart, name = 'my-model.gguf'): File {
  return new File([content], name);
}

/** The model's bytes with one metadata text, of the same length, in place of another. */
function withText(from: string, to: string): Uint8Array<ArrayBuffer> {
  expect(to).toHaveLength(from.length);
  const encoder = new TextEncoder();
  const wanted = encoder.encode(from);
  const copy = bytes.slice();
  const at = copy.findIndex((_, index) => wanted.every((byte, offset) => copy[index + offset] === byte));
  expect(at).toBeGreaterThan(0);
  copy.set(encoder.encode(to), at);
  return copy;
}

async function names(): Promise<string[]> {
  return (await files.list()).models.map(({ name, state }) => `${name} ${state}`);
}

function requestFor(model: CatalogueEntry) {
  return {
    model,
    modelsUrl: 'https://nowhere.invalid/models/',
    contextTokens: 256,
    slots: 1,
    prefer: { backend: 'wasm-single', weights: 'quantised' },
  } as const;
}

test('a model nobody knows gets an entry from its header, is marked unverified, and runs without a network', async () => {
  const seen: number[] = [];
  const entry = await files.importFile({
    file: fileOf(bytes),
    catalogue: [defaultModel],
    onProgress: ({ copiedBytes, totalBytes }) => seen.push(copiedBytes / totalBytes),
  });
  expect(entry).toMatchObject({
    title: 'Tiny Llama',
    contextWindow: tinyLlamaShape.contextTokens,
    unverified: true,
    file: { bytes: bytes.length, sha256: await sha256(bytes) },
  });
  expect(entry.parameters).toBeGreaterThan(10_000);
  expect([seen[0], seen.at(-1)]).toEqual([0, 1]);
  const { models, usedBytes } = await files.list();
  expect(models).toEqual([
    { name: entry.file.name, bytes: bytes.length, state: 'whole', inUse: false, imported: entry },
  ]);
  expect(usedBytes).toBeGreaterThan(0);

  const engine = spawnEngine();
  await engine.load(requestFor(entry));
  const { text } = await engine.generate({
    messages: [{ role: 'user', content: 'Hello.' }],
    constraint: { gbnf: 'root ::= [a-z]{8}' },
    sampling: { temperature: 0, maxTokens: 20 },
  });
  expect(text).toMatch(/^[a-z]{8}$/);
  expect((await files.list()).models).toMatchObject([{ inUse: true }]);
  expect(await files.remove(entry.file.name)).toBe('in-use');
  await engine.unload();
  expect(await files.remove(entry.file.name)).toBe('removed');
  expect(await names()).toEqual([]);
  engine.dispose();
});

test("a file of the catalogue's is known by its hash, whatever its name", async () => {
  const file = { name: 'folder/known.gguf', bytes: bytes.length, sha256: await sha256(bytes), sources: [] };
  const known: CatalogueEntry = { ...defaultModel, id: 'known', file };
  const entry = await files.importFile({
    file: fileOf(bytes, 'copy (2).bin'),
    catalogue: [defaultModel, known],
  });
  expect(entry).toEqual(known);
  expect(await names()).toEqual(['folder/known.gguf whole']);
});

test.for([
  ['a letter', () => fileOf('A letter to my aunt, not a model at all.'), 'model-rejected', /GGUF/],
  ['an empty file', () => fileOf(''), 'model-rejected', /./],
  ['a cut model', () => fileOf(bytes.slice(0, 300)), 'model-rejected', /./],
  ['an unknown architecture', () => fileOf(withText('llama', 'bloom')), 'unsupported', /"bloom"/],
] as const)('%s is refused by name, and nothing of it is kept', async ([, make, code, reason]) => {
  const outcome: unknown = await files
    .importFile({ file: make(), catalogue: [] })
    .catch((error: unknown) => error);
  expect(outcome).toMatchObject({ code, reason: expect.stringMatching(reason) as string });
  expect(await names()).toEqual([]);
});

test('an import that is stopped leaves nothing', async () => {
  const stopping = new AbortController();
  const large = fileOf(new Blob([bytes, new Uint8Array(64 * 1024 * 1024)]));
  const running = files.importFile({
    file: large,
    catalogue: [],
    signal: stopping.signal,
    onProgress: ({ copiedBytes }) => copiedBytes > 0 && stopping.abort(),
  });
  await expect(running).rejects.toMatchObject({ code: 'aborted' });
  expect(await names()).toEqual([]);
});

test('the rest of an import whose tab was closed is shown, and can be deleted', async () => {
  const large = fileOf(new Blob([bytes, new Uint8Array(64 * 1024 * 1024)]));
  const running = files.importFile({
    file: large,
    catalogue: [],
    onProgress: ({ copiedBytes }) => copiedBytes > 0 && files.dispose(),
  });
  await expect(running).rejects.toMatchObject({ code: 'worker-died' });
  // The lock of a worker that was ended is free a moment later.
  await expect.poll(async () => (await files.list()).models[0]?.inUse).toBe(false);
  const [rest] = (await files.list()).models;
  expect(rest).toMatchObject({ state: 'partial' });
  expect(await files.remove(rest!.name)).toBe('removed');
  expect(await names()).toEqual([]);
});
