/**
 * Model files on the page: looked at, brought by picking and by dropping, used and deleted. The element by itself
 * first, then the session behind it with the real store and a real tiny model.
 */
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createSession } from '../../src/app/session.ts';
import { newId } from '../../src/protocol/id.ts';
import type { ShelfView } from '../../src/ui/shelf-view.ts';
import { defaultModel } from '../contract/default-model.ts';
import { removeStoredFiles } from '../fixtures/stored-file.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { collect, expectGoodPage, setStage, show } from './ui-fixtures/stage.ts';

const imported = { ...defaultModel, id: 'imported-1', title: 'My own model', unverified: true } as const;
const full: ShelfView = {
  models: [
    { name: 'SmolLM2-135M-Instruct.Q4_1.gguf', bytes: 98_362_432, state: 'whole', inUse: true },
    { name: 'imported/0123.gguf', bytes: 145_000_000, state: 'whole', inUse: false, imported },
    { name: 'a/very/long/name/that-goes-on-and-on-and-on.gguf', bytes: 9, state: 'partial', inUse: false },
  ],
  usedBytes: 243_362_441,
  quotaBytes: 10_000_000_000,
  persistence: 'may-be-cleared',
  imported,
};

setStage('Model files');

test.for([360, 1280])('is accessible and does not scroll sideways at %i px', async (width) => {
  await page.viewport(width, 800);
  for (const shelf of [
    full,
    { ...full, importing: { fileName: 'big.gguf', copiedBytes: 4e7, totalBytes: 1e8 } },
  ]) {
    await show({ shelf });
    await page.getByText('3 files in this browser').click();
    await expectGoodPage();
  }
});

test('what is in use cannot be deleted; the rest only after a second word', async () => {
  await show({ shelf: full });
  const opened = collect('shelf-open');
  await page.getByText('3 files in this browser').click();
  await expect.poll(() => opened).toHaveLength(1);
  expect(page.getByRole('button', { name: /Delete SmolLM2/ }).elements()).toHaveLength(0);
  const removed = collect('model-remove');
  await page.getByRole('button', { name: 'Delete My own model…' }).click();
  expect(removed).toEqual([]);
  await page.getByRole('button', { name: 'Delete it' }).click();
  expect(removed).toEqual([{ name: 'imported/0123.gguf' }]);
});

test('a file is brought by picking it, and by dropping it', async () => {
  const agent = await show({ shelf: { models: [], persistence: 'kept' } });
  const file = new File(['x'], 'mine.gguf');
  const picked = collect('model-import');
  await userEvent.upload(page.getByLabelText('Add a model or adapter'), file);
  expect(picked).toMatchObject([{ files: [{ name: 'mine.gguf' }] }]);
  const dropped = collect('model-import');
  const target = agent.shadowRoot!.querySelector('slm-model-shelf')!.shadowRoot!.querySelector('section')!;
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  const over = new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true });
  target.dispatchEvent(over);
  expect(over.defaultPrevented).toBe(true);
  target.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  expect(dropped).toMatchObject([{ files: [{ name: 'mine.gguf' }] }]);
});

test('a session takes in a file, says what it is, runs it, and deletes it', async () => {
  await removeStoredFiles();
  const session = createSession({
    journalName: newId(),
    sharing: 'none',
    contextTokens: 256,
    slots: 1,
    prefer: { backend: 'wasm-single', weights: 'quantised' },
  });
  await session.importFiles([new File([makeTinyLlama({ seed: 5 })], 'tiny.gguf')]);
  const entry = session.state.shelf.imported!;
  expect(entry).toMatchObject({ title: 'Tiny Llama', unverified: true });
  expect(session.state.shelf.models).toMatchObject([{ name: entry.file.name, inUse: false }]);
  session.useModel(entry);
  expect((await session.load()).modelId).toBe(entry.id);
  await expect.poll(() => session.state.shelf.models?.[0]?.inUse).toBe(true);
  await expect(session.removeModel(entry.file.name)).rejects.toMatchObject({ code: 'unsupported' });
  await expect(session.importFiles([new File(['no model'], 'letter.gguf')])).rejects.toMatchObject({
    code: 'model-rejected',
  });
  session.useModel(defaultModel);
  // The lock of a worker that was ended is free a moment later.
  await expect
    .poll(async () => {
      await session.openShelf();
      return session.state.shelf.models?.find(({ name }) => name === entry.file.name)?.inUse;
    })
    .toBe(false);
  await session.removeModel(entry.file.name);
  expect(session.state.shelf.models?.some(({ name }) => name === entry.file.name)).toBe(false);
  await session.dispose();
});
