/**
 * Adapters as a user has them, on both engines that take them: brought as PEFT's files and as GGUF, kept by the real
 * worker, loaded beside a tiny model, chosen per request. Each answers as the model does with the adapter merged into
 * its weights; a set that changes under a running generation loses nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EnginePool } from '../../src/bridge/engine-pool.ts';
import { ModelFilesClient } from '../../src/bridge/model-files-client.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import type { LoadRequest } from '../../src/protocol/engine.ts';
import type { AdapterEntry, CatalogueEntry, WorkerEngine } from '../../src/protocol/model.ts';
import { ggufToPeft } from '../../src/engine/lora/convert-peft.ts';
import { readLoraBase } from '../../src/engine/lora/lora-base.ts';
import { readGgufHeader } from '../../src/engine/gguf.ts';
import { mergeLora } from '../fixtures/merged-lora.ts';
import { removeStoredFiles, storeFile } from '../fixtures/stored-file.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { makeTinyLora } from '../fixtures/tiny-lora.ts';

const base = makeTinyLlama({ seed: 11 });
const loras = [21, 22].map((seed) => makeTinyLora({ seed }));
const files = new ModelFilesClient();
const pools: EnginePool[] = [];
let model: CatalogueEntry;
/** The adapters as the store gives them: the first came as PEFT, the second as GGUF. */
let adapters: readonly AdapterEntry[];
/** The same model with each merged into its weights. */
let merged: readonly CatalogueEntry[];

async function entryOf(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<CatalogueEntry> {
  return {
    id: name,
    title: name,
    parameters: 150_000,
    contextWindow: 512,
    licence: 'Apache-2.0',
    quantisation: 'F32',
    chatTemplate: 'chatml',
    engines: ['wllama', 'transformers'],
    file: await storeFile(`${name}.gguf`, bytes),
  };
}

beforeAll(async () => {
  model = await entryOf('swap-base', base);
  merged = await Promise.all(
    loras.map(async ({ matrices }, index) =>
      entryOf(`swap-merged-${String(index)}`, await mergeLora(base, matrices)),
    ),
  );
  const { config, weights } = await ggufToPeft(
    loras[0]!.file,
    readLoraBase(await readGgufHeader(new Blob([base]))),
    { baseName: 'swap-base' },
  );
  const peft = [new File([config], 'adapter_config.json'), new File([weights], 'adapter_model.safetensors')];
  const gguf = [new File([loras[1]!.file], 'second.gguf')];
  const context = { base: model, models: [model], adapters: [] };
  adapters = [
    await files.importAdapter({ files: peft, ...context }),
    await files.importAdapter({ files: gguf, ...context }),
  ];
});

afterAll(async () => {
  files.dispose();
  for (const pool of pools) pool.dispose();
  await removeStoredFiles();
});

function requestFor(
  entry: CatalogueEntry,
  engine: WorkerEngine,
  beside: readonly AdapterEntry[],
): LoadRequest {
  return {
    model: entry,
    engine,
    ...(beside.length === 0 ? {} : { adapters: beside.map(({ id, file }) => ({ id, file })) }),
    modelsUrl: new URL('/no-model-is-served-here/', location.href).href,
    contextTokens: 256,
    slots: 2,
    prefer: { backend: 'wasm-single' },
  };
}

async function open(request: LoadRequest): Promise<EnginePool> {
  const pool = new EnginePool({ size: 1, spawn: spawnEngine });
  pools.push(pool);
  await pool.load(request);
  return pool;
}

async function say(pool: EnginePool, adapter?: string, maxTokens = 12): Promise<string> {
  const { text } = await pool.generate({
    messages: [{ role: 'user', content: 'What is the capital of France?' }],
    sampling: { temperature: 0, maxTokens },
    ...(adapter === undefined ? {} : { adapter }),
  });
  return text;
}

describe.for(['wllama', 'transformers'] as const)('on %s', (engine) => {
  test('each adapter answers per request as the model does with it merged', async () => {
    const pool = await open(requestFor(model, engine, adapters));
    const [first, second] = adapters.map(({ id }) => id);
    const alone: string[] = [];
    for (const entry of [model, ...merged]) {
      const single = await open(requestFor(entry, engine, []));
      alone.push(await say(single));
      single.dispose();
    }
    expect(new Set(alone).size).toBe(3);
    const answers: string[] = [];
    for (const id of [undefined, first, second, first, undefined]) answers.push(await say(pool, id));
    console.info(`${engine}: ${alone.map((text) => JSON.stringify(text)).join(' ')}`);
    expect(answers).toEqual([alone[0], alone[1], alone[2], alone[1], alone[0]]);
    await expect(say(pool, 'nobody')).rejects.toMatchObject({ code: 'unsupported' });
    pool.dispose();
  });

  test('an adapter that comes while a generation runs is usable, and the generation ends whole', async () => {
    const [first, second] = adapters;
    const pool = await open(requestFor(model, engine, [first!]));
    const undisturbed = await say(pool, first!.id, 100);
    const running = say(pool, first!.id, 100);
    const loaded = await pool.load(requestFor(model, engine, adapters));
    expect(loaded.adapters).toEqual([first!.id, second!.id]);
    expect(await running).toBe(undisturbed);
    expect(await say(pool, second!.id)).not.toBe(await say(pool, first!.id));
    pool.dispose();
  });
});

test('an adapter whose file names other weights is refused by both names when it is loaded', async () => {
  const [first] = adapters;
  const other = { ...(await entryOf('swap-other', makeTinyLlama({ seed: 12 }))), title: 'The other model' };
  const { writeGguf } = await import('../../src/engine/write-gguf.ts');
  const named = writeGguf({
    metadata: new Map([
      ['general.type', { type: 'string', value: 'adapter' }],
      ['general.name', { type: 'string', value: 'Calls' }],
      ['smallworks.adapter.base_id', { type: 'string', value: 'swap-base' }],
      ['smallworks.adapter.base_sha256', { type: 'string', value: model.file.sha256 }],
    ]),
    tensors: [],
  });
  const file = await storeFile('calls.gguf', named);
  const engine = spawnEngine();
  await expect(engine.load(requestFor(other, 'wllama', [{ ...first!, file }]))).rejects.toMatchObject({
    code: 'model-rejected',
    message: 'The adapter Calls is made for swap-base; this is The other model.',
  });
  engine.dispose();
});
