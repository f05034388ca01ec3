/**
 * Adapters that the user brings, in the real worker and file system: what is taken and listed, what is refused by name,
 * what comes out again, and that nothing of a refused file is kept.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ModelFilesClient } from '../../src/bridge/model-files-client.ts';
import { ggufToPeft } from '../../src/engine/lora/convert-peft.ts';
import { readLoraBase } from '../../src/engine/lora/lora-base.ts';
import { readGgufHeader } from '../../src/engine/gguf.ts';
import { writeGguf } from '../../src/engine/write-gguf.ts';
import type { GgufValue } from '../../src/engine/write-gguf.ts';
import type { AdapterEntry, CatalogueEntry } from '../../src/protocol/model.ts';
import { defaultModel } from '../contract/default-model.ts';
import { removeStoredFiles, storeFile } from '../fixtures/stored-file.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { makeTinyLora } from '../fixtures/tiny-lora.ts';

const base = makeTinyLlama({ seed: 31 });
const lora = makeTinyLora({ seed: 32 }).file;
const filesUrl = 'https://nowhere.invalid/';
let files: ModelFilesClient;
let model: CatalogueEntry;

beforeEach(async () => {
  await removeStoredFiles();
  files = new ModelFilesClient();
  model = { ...defaultModel, id: 'tiny', title: 'Tiny Llama', file: await storeFile('tiny.gguf', base) };
});
afterEach(async () => {
  files.dispose();
  await removeStoredFiles();
});

/** The adapter with more metadata, as a recipe writes it. */
async function withMetadata(more: readonly (readonly [string, GgufValue])[]): Promise<File> {
  const header = await readGgufHeader(new Blob([lora]));
  const own = ['general.type', 'general.architecture', 'adapter.type'].map((key) => {
    return [key, { type: 'string', value: String(header.metadata.get(key)) }] as const;
  });
  const bytes = writeGguf({
    metadata: new Map<string, GgufValue>([
      ...own,
      ['adapter.lora.alpha', { type: 'float32', value: Number(header.metadata.get('adapter.lora.alpha')) }],
      ...more,
    ]),
    tensors: header.tensors.map(({ name, shape, type, offset }) => {
      const start = header.headerBytes + offset;
      return { name, shape, type, bytes: lora.slice(start, start + shape[0]! * shape[1]! * 4) };
    }),
  });
  return new File([bytes], 'my-adapter.gguf');
}

async function peftFiles(): Promise<File[]> {
  const shape = readLoraBase(await readGgufHeader(new Blob([base])));
  const { config, weights } = await ggufToPeft(lora, shape, { baseName: 'tiny' });
  return [
    new File([config], 'adapter_config.json'),
    new File([weights], 'adapter_model.safetensors'),
    new File(['# My adapter'], 'README.md'),
  ];
}

async function importFiles(
  list: readonly File[],
  more: Partial<{ base: CatalogueEntry; adapters: AdapterEntry[] }> = {},
) {
  return await files.importAdapter({ files: list, base: model, models: [model], adapters: [], ...more });
}

async function names(): Promise<string[]> {
  return (await files.list()).models.map(({ name, state }) => `${name} ${state}`);
}

async function bytesOf(file: Blob | undefined): Promise<Uint8Array> {
  return new Uint8Array(await file!.arrayBuffer());
}

test('a GGUF adapter is taken with what its card says, listed, exported as it was, and removed', async () => {
  const card = {
    purpose: 'Calls tools.',
    scores: [{ name: 'SGD, exact calls', value: 0.71, low: 0.66, high: 0.75, base: 0.02, rows: 500 }],
    data: { attribution: ['SGD, CC BY-SA 4.0'] },
  };
  const file = await withMetadata([
    ['general.name', { type: 'string', value: 'Function caller' }],
    ['general.license', { type: 'string', value: 'Apache-2.0' }],
    ['smallworks.adapter.base_sha256', { type: 'string', value: model.file.sha256 }],
    ['smallworks.adapter.prompt_version', { type: 'uint32', value: 7 }],
    ['smallworks.adapter.card', { type: 'string', value: JSON.stringify(card) }],
  ]);
  expect(await files.recognise([file])).toBe('adapter');
  const entry = await importFiles([file]);
  expect(entry).toMatchObject({
    title: 'Function caller',
    licence: 'Apache-2.0',
    purpose: 'Calls tools.',
    scores: card.scores,
    attribution: card.data.attribution,
    promptVersion: 7,
    baseId: 'tiny',
    baseSha256: model.file.sha256,
    unverified: true,
  });
  const { models } = await files.list();
  expect(models.find(({ adapter }) => adapter !== undefined)).toEqual({
    name: entry.file.name,
    bytes: file.size,
    state: 'whole',
    inUse: false,
    adapter: entry,
  });
  const [exported, ...rest] = await files.exportAdapter({ adapter: entry, filesUrl }, model, 'gguf');
  expect(rest).toEqual([]);
  expect(exported?.name).toBe('Function-caller.gguf');
  expect(await bytesOf(exported)).toEqual(await bytesOf(file));
  expect(await files.remove(entry.file.name)).toBe('removed');
  expect(await names()).toEqual(['tiny.gguf whole']);
});

test("PEFT's files are taken among others of their folder, and come out as the same bytes", async () => {
  const [config, weights, readme] = await peftFiles();
  expect(await files.recognise([readme!, weights!, config!])).toBe('adapter');
  const entry = await importFiles([readme!, weights!, config!]);
  expect(entry).toMatchObject({ title: 'LoRA for Tiny Llama', licence: 'licence unknown' });
  const exported = await files.exportAdapter({ adapter: entry, filesUrl }, model, 'peft');
  expect(exported.map(({ name }) => name)).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
  expect(await bytesOf(exported[0])).toEqual(await bytesOf(config));
  expect(await bytesOf(exported[1])).toEqual(await bytesOf(weights));
  // Twice the same is once the same.
  expect(await importFiles([config!, weights!])).toEqual(entry);
  expect(await names()).toHaveLength(2);
});

test("an adapter of the catalogue's is known by its hash", async () => {
  const first = await importFiles([new File([lora], 'a.gguf')]);
  await files.remove(first.file.name);
  const known: AdapterEntry = { ...first, id: 'known', file: { ...first.file, name: 'adapters/known.gguf' } };
  expect(await importFiles([new File([lora], 'b.gguf')], { adapters: [known] })).toEqual(known);
  expect(await names()).toEqual(['adapters/known.gguf whole', 'tiny.gguf whole']);
});

test('one for other weights is refused by both names, with the model to load', async () => {
  const other: CatalogueEntry = {
    ...model,
    id: 'other',
    title: 'Other Llama',
    file: await storeFile('other.gguf', makeTinyLlama({ seed: 99 })),
  };
  const file = await withMetadata([
    ['smallworks.adapter.base_sha256', { type: 'string', value: model.file.sha256 }],
  ]);
  await expect(
    files.importAdapter({ files: [file], base: other, models: [model, other], adapters: [] }),
  ).rejects.toMatchObject({
    code: 'model-rejected',
    message: 'The adapter my-adapter.gguf is made for Tiny Llama; this is Other Llama.',
    remedy: 'Load Tiny Llama, or pick another adapter.',
  });
  expect(await names()).toEqual(['other.gguf whole', 'tiny.gguf whole']);
});

test('one that names no weights is judged by its shapes, for which the model must be here', async () => {
  const deeper = { ...defaultModel, file: { ...defaultModel.file, name: 'not-here.gguf' } };
  const file = new File([lora], 'a.gguf');
  await expect(importFiles([file], { base: deeper })).rejects.toMatchObject({
    code: 'model-not-loaded',
    remedy: 'Load the model first, then try again.',
  });
  await expect(importFiles(await peftFiles(), { base: deeper })).rejects.toMatchObject({
    code: 'model-not-loaded',
  });
  const tall: CatalogueEntry = {
    ...model,
    file: await storeFile('qwen.gguf', makeTinyLlama({ architecture: 'qwen2' })),
  };
  await expect(importFiles([file], { base: tall })).rejects.toMatchObject({
    code: 'model-rejected',
    reason: expect.stringMatching(/kind llama; this one is qwen2/) as string,
  });
});

test.for([
  ['the config alone', (all: File[]) => [all[0]!], /without the weights/],
  ['the weights alone', (all: File[]) => [all[1]!], /without adapter_config/],
  [
    'two GGUF files',
    (all: File[]) => [new File([lora], 'a.gguf'), new File([lora], 'b.gguf'), all[2]!],
    /3 files/,
  ],
  ['a letter', () => [new File(['Dear aunt'], 'letter.gguf')], /GGUF/],
  ['other JSON', () => [new File(['{}'], 'tokenizer.json')], /not a file that is known/],
] as const)('refused: %s', async ([, choose, reason]) => {
  const chosen = choose(await peftFiles());
  const fault = { code: 'model-rejected', reason: expect.stringMatching(reason) as string };
  await expect(files.recognise(chosen)).rejects.toMatchObject(fault);
  await expect(importFiles(chosen)).rejects.toMatchObject(fault);
  expect(await names()).toEqual(['tiny.gguf whole']);
});

test('a model is told from an adapter', async () => {
  const file = new File([base], 'model.gguf');
  expect(await files.recognise([file])).toBe('model');
  await expect(importFiles([file])).rejects.toMatchObject({ code: 'model-rejected' });
});
