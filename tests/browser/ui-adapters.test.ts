/**
 * Adapters on the page: shown with what they are for, chosen, taken away and removed by keyboard and mouse. The element
 * by itself first, then the session behind it with the real store and real tiny models.
 */
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createSession } from '../../src/app/session.ts';
import type { Session } from '../../src/app/session.ts';
import { newId } from '../../src/protocol/id.ts';
import type { AdaptersView } from '../../src/ui/adapters-view.ts';
import { defaultModel } from '../contract/default-model.ts';
import { removeStoredFiles } from '../fixtures/stored-file.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { makeTinyLora } from '../fixtures/tiny-lora.ts';
import { collect, expectGoodPage, setStage, show } from './ui-fixtures/stage.ts';
import { model as loaded } from './ui-fixtures/states.ts';

const file = { name: 'adapters/caller.gguf', bytes: 9_800_000, sha256: 'ab', sources: [] };
const shared = { licence: 'Apache-2.0', baseId: defaultModel.id, baseSha256: defaultModel.file.sha256 };
const view: AdaptersView = {
  adapters: [
    {
      entry: {
        ...shared,
        id: 'function-caller',
        title: 'Function caller',
        purpose: 'Chooses one of the tools at hand and fills in its arguments, or says what is missing.',
        scores: [
          { name: 'SGD, exact calls', value: 0.71, low: 0.66, high: 0.75, base: 0.02, rows: 500 },
          { name: 'Refusals', value: 0.84 },
        ],
        attribution: ['Schema-Guided Dialogue, CC BY-SA 4.0', 'SNIPS, CC0'],
        file,
      },
      kept: true,
    },
    {
      entry: {
        ...shared,
        id: 'imported-1',
        title: 'a-very-long-name-that-goes-on-and-on-and-on-and-on-and-on',
        file: { ...file, name: 'imported/1.gguf' },
        unverified: true,
      },
      kept: true,
      warning: 'It was trained on version 2 of the prompts; this page writes version 1.',
    },
    { entry: { ...shared, id: 'far', title: 'Built-in tools', file }, kept: false },
  ],
  chosen: 'function-caller',
  fetching: { id: 'far', receivedBytes: 4_000_000, totalBytes: 9_800_000 },
};

const open: Session[] = [];

setStage('Adapters');

beforeEach(async () => {
  localStorage.clear();
  await removeStoredFiles();
});
afterAll(removeStoredFiles);

afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.dispose()));
});

/** The page with these adapters for a model that is loaded. */
async function showAdapters(running = false): Promise<void> {
  const stage = { type: 'ready', model: { ...loaded, adapters: ['function-caller'] } } as const;
  await show({ adapters: view, model: { entry: defaultModel, stage }, running });
}

const summary = page.getByText('3 adapters, used: Function caller');

test.for([360, 1280])('is accessible and does not scroll sideways at %i px', async (width) => {
  await page.viewport(width, 900);
  await showAdapters();
  await summary.click();
  await page.getByText('Trained on', { exact: true }).click();
  await page.getByRole('button', { name: 'Remove Function caller…' }).click();
  await expectGoodPage();
});

test('says what each is for, how it scored against the base, its licence, and what is wrong with it', async () => {
  await showAdapters();
  await summary.click();
  for (const text of [
    /Chooses one of the tools at hand/,
    /9\.8 MB/,
    'Apache-2.0',
    /not fetched yet/,
    '71 %',
    'base 2 %',
    'SGD, exact calls',
    /, 500 rows/,
    /trained on version 2 of the prompts/,
  ]) {
    await expect.element(page.getByText(text).first()).toBeVisible();
  }
});

test('the choice is made with the keyboard alone, and goes out as an event', async () => {
  await showAdapters();
  await summary.click();
  const opened = page.getByRole('radio', { name: 'The model as it is' });
  const chosen = collect('adapter-choose');
  (page.getByRole('radio', { name: /Function caller/ }).element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowUp}');
  expect(chosen).toEqual([{ id: undefined }]);
  await expect.poll(() => opened.element().matches(':focus')).toBe(true);
});

test('export and removal name the adapter; removal asks twice, and nothing changes while a run goes on', async () => {
  await showAdapters();
  await summary.click();
  const exported = collect('adapter-export');
  await page.getByRole('button', { name: 'Export PEFT of Function caller' }).click();
  expect(exported).toEqual([{ id: 'function-caller', format: 'peft' }]);
  const removed = collect('adapter-remove');
  await page.getByRole('button', { name: 'Remove Function caller…' }).click();
  expect(removed).toEqual([]);
  await userEvent.keyboard('{Tab}{Enter}');
  const remove = page.getByRole('button', { name: 'Remove Function caller…' });
  await expect.poll(() => remove.element().matches(':focus')).toBe(true);
  await userEvent.keyboard('{Enter}');
  await page.getByRole('button', { name: 'Remove it' }).click();
  expect(removed).toEqual([{ id: 'function-caller' }]);
  expect(page.getByRole('button', { name: /Remove Built-in/ }).elements()).toHaveLength(0);
  await showAdapters(true);
  await page.getByText('3 adapters').click();
  for (const radio of page.getByRole('radio').elements()) expect(radio).toBeDisabled();
});

function start(): Session {
  const session = createSession({
    journalName: newId(),
    sharing: 'none',
    contextTokens: 512,
    slots: 1,
    prefer: { backend: 'wasm-single' },
    budget: { goalCharacters: 200 },
  });
  open.push(session);
  return session;
}

/** The adapters that the steps of a run were routed to. */
async function adaptersOf(session: Session, goal: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  await session.run(goal, {
    onEvent: (event) => {
      if (event.type === 'step-started' && event.purpose === 'act') seen.push(event.route.adapter);
    },
  });
  return [...new Set(seen)];
}

test('a session takes an adapter for its model, uses it in runs at once, and lets go of it', async () => {
  const session = start();
  await session.importFiles([new File([makeTinyLlama({ seed: 41 })], 'tiny.gguf')]);
  session.useModel(session.state.shelf.imported!);
  await session.load();
  expect(session.state.adapters.adapters).toEqual([]);

  await session.importFiles([new File([makeTinyLora({ seed: 42 }).file], 'mine.gguf')]);
  const entry = session.state.shelf.importedAdapter!;
  expect(session.state.adapters).toMatchObject({ adapters: [{ entry: { title: 'mine' }, kept: true }] });
  expect(session.state.model.stage).toMatchObject({ type: 'ready', model: { adapters: [entry.id] } });
  expect(await adaptersOf(session, 'What is 2 + 2?')).toEqual([undefined]);

  await session.adapters.choose(entry.id);
  expect(session.state.adapters.chosen).toBe(entry.id);
  expect(await adaptersOf(session, 'What is 2 + 2?')).toEqual([entry.id]);

  const [exported] = await session.adapters.export(entry.id, 'gguf');
  expect(exported).toMatchObject({ name: 'mine.gguf', size: entry.file.bytes });

  // Another session of this browser finds it, with the choice.
  const later = start();
  later.useModel(session.state.model.entry!);
  await later.adapters.open();
  expect(later.state.adapters).toMatchObject({ adapters: [{ entry, kept: true }], chosen: entry.id });

  await session.adapters.remove(entry.id);
  expect(session.state.adapters).toMatchObject({ adapters: [], chosen: undefined });
  expect(await adaptersOf(session, 'What is 2 + 2?')).toEqual([undefined]);
  await expect(session.adapters.choose(entry.id)).rejects.toMatchObject({ code: 'unsupported' });
});
