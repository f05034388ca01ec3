/**
 * Adapters that a site brings along: named in its catalogue, fetched from its folder over real HTTP when they are wanted,
 * checked, and used by runs. One that cannot be had, or is not what the catalogue says, never keeps the model away.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { createSession } from '../../src/app/session.ts';
import type { Session } from '../../src/app/session.ts';
import { newId } from '../../src/protocol/id.ts';
import type { AdapterEntry, CatalogueEntry, ModelFile } from '../../src/protocol/model.ts';
import { defaultModel } from '../contract/default-model.ts';
import { sha256 } from '../fixtures/sha256.ts';
import { removeStoredFiles } from '../fixtures/stored-file.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { makeTinyLora } from '../fixtures/tiny-lora.ts';

const site = `${inject('troubleServer')}/given/${newId()}/`;
const open: Session[] = [];
let model: CatalogueEntry;

async function give(path: string, body: BodyInit): Promise<void> {
  await fetch(site + path, { method: 'POST', body });
}

/** Puts a file on the site; the entry that a catalogue has for it. */
async function publish(name: string, bytes: Uint8Array<ArrayBuffer>, folder = ''): Promise<ModelFile> {
  await give(folder + name, bytes);
  return { name, bytes: bytes.length, sha256: await sha256(bytes), sources: [] };
}

function adapterEntry(id: string, file: ModelFile): AdapterEntry {
  return { id, title: id, licence: 'Apache-2.0', baseId: model.id, baseSha256: model.file.sha256, file };
}

beforeAll(async () => {
  const file = await publish('tiny.gguf', makeTinyLlama({ seed: 51 }), 'models/');
  // A known answer is another model's.
  const { knownAnswer: _, ...rest } = defaultModel;
  model = { ...rest, id: 'tiny', title: 'Tiny Llama', parameters: 150_000, contextWindow: 512, file };
});

beforeEach(async () => {
  localStorage.clear();
  await removeStoredFiles();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.dispose()));
});
afterAll(removeStoredFiles);

async function start(adapters: readonly AdapterEntry[]): Promise<Session> {
  await give('models.json', JSON.stringify({ version: 1, default: model.id, models: [model], adapters }));
  const session = createSession({
    catalogueUrl: `${site}models.json`,
    journalName: newId(),
    sharing: 'none',
    slots: 1,
    prefer: { backend: 'wasm-single' },
  });
  open.push(session);
  await session.start();
  return session;
}

async function adaptersOf(session: Session): Promise<unknown[]> {
  const seen: unknown[] = [];
  await session.run('What is 2 + 2?', {
    onEvent: (event) => {
      if (event.type === 'step-started' && event.purpose === 'act') seen.push(event.route.adapter);
    },
  });
  return [...new Set(seen)];
}

test('the default one is fetched with the model and used; another when it is chosen, without a reload of the page', async () => {
  const [caller, other] = await Promise.all(
    [52, 53].map(async (seed) =>
      adapterEntry(
        `caller-${String(seed)}`,
        await publish(`adapters/caller-${String(seed)}.gguf`, makeTinyLora({ seed }).file),
      ),
    ),
  );
  const elsewhere = { ...caller!, id: 'elsewhere', baseSha256: 'f'.repeat(64) };
  const session = await start([{ ...caller!, byDefault: true }, { ...other!, promptVersion: 99 }, elsewhere]);
  // Known before anything is fetched; what is made for other weights is not shown.
  expect(session.state.adapters.adapters.map(({ entry, kept }) => [entry.id, kept])).toEqual([
    ['caller-52', false],
    ['caller-53', false],
  ]);
  expect(session.state.adapters.adapters.map(({ warning }) => warning)).toEqual([
    undefined,
    expect.stringMatching(/trained on version 99 of the prompts; this page writes version/),
  ]);
  expect(session.state.adapters.chosen).toBe('caller-52');
  expect(await session.load()).toMatchObject({ adapters: ['caller-52'] });
  expect(await adaptersOf(session)).toEqual(['caller-52']);
  await session.adapters.choose('caller-53');
  expect(session.state.model.stage).toMatchObject({
    type: 'ready',
    model: { adapters: ['caller-52', 'caller-53'] },
  });
  expect(await adaptersOf(session)).toEqual(['caller-53']);
  await session.adapters.choose(undefined);
  expect(await adaptersOf(session)).toEqual([undefined]);
});

test('one that is not there, or not what the catalogue says, is told of, and the model is used without', async () => {
  const right = await publish('adapters/right.gguf', makeTinyLora({ seed: 54 }).file);
  const missing = adapterEntry('missing', { ...right, name: 'adapters/missing.gguf' });
  const wrong = adapterEntry('wrong', { ...right, sha256: 'e'.repeat(64) });
  for (const entry of [missing, wrong]) {
    const session = await start([{ ...entry, byDefault: true }]);
    const loaded = await session.load();
    expect(loaded.adapters).toBeUndefined();
    expect(session.state.adapters.adapters[0]?.warning).toMatch(/could not be fetched, so the base model/);
    expect(await adaptersOf(session)).toEqual([undefined]);
    await session.dispose();
  }
});

test('one that the engine refuses is left out of the next try, with the reason', async () => {
  const wide = makeTinyLora({ seed: 55 }).file.slice();
  // An adapter of another kind of model, whose bytes are what the catalogue says.
  const kind = new TextEncoder().encode('llama');
  const at = wide.findIndex((_, index) => kind.every((byte, offset) => wide[index + offset] === byte));
  wide.set(new TextEncoder().encode('other'), at);
  const entry = adapterEntry('other-kind', await publish('adapters/other.gguf', wide));
  const session = await start([{ ...entry, byDefault: true }]);
  expect((await session.load()).adapters).toBeUndefined();
  expect(session.state.adapters.adapters[0]?.warning).toMatch(/kind other; this one is llama/);
});
