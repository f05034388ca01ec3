/**
 * An adapter in a user's hands, on the built site with a real engine and a tiny model: brought as a file, used, taken away
 * as PEFT's files, removed, and brought back by dropping those. Within the policy and without a request to elsewhere.
 */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { makeTinyLora } from '../fixtures/tiny-lora.ts';
import { AgentPage } from './agent-page.ts';
import { expectGoodPage } from './good-page.ts';
import { serveTinyModel } from './serve-tiny-model.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

// Requests that a service worker makes cannot be answered from here.
test.use({ serviceWorkers: 'block' });

const { file } = makeTinyLora({ seed: 9 });

interface Dropped {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Drops files on the card of the model files, as from a folder. */
async function drop(page: Page, files: readonly Dropped[]): Promise<void> {
  const plain = files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') }));
  const dataTransfer = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, plain);
  const card = page.locator('slm-model-shelf section');
  await card.dispatchEvent('dragover', { dataTransfer });
  await card.dispatchEvent('drop', { dataTransfer });
}

test('is brought, used, taken away, removed and brought back', async ({ page }) => {
  const watched = watchPage(page);
  await serveTinyModel(page.context(), 'wllama');
  const agent = new AgentPage(page);
  await agent.open();
  await agent.loadModel();
  const status = page.locator('slm-model-card').getByText('Ready', { exact: true });
  const list = page.locator('slm-adapter-list');

  await test.step('by choosing a file', async () => {
    await page
      .getByLabel('Add a model or adapter')
      .setInputFiles({ name: 'mine.gguf', mimeType: 'application/octet-stream', buffer: Buffer.from(file) });
    await expect(page.getByText('The adapter mine fits the model; nobody here knows it.')).toBeVisible();
    await page.getByRole('button', { name: 'Use it' }).click();
    await list.locator('summary').first().click();
    await expect(list.getByRole('radio', { name: /mine/ })).toBeChecked();
    await expect(list.getByText('loaded', { exact: true })).toBeVisible();
    await expect(status).toBeVisible();
    await expectGoodPage(page);
  });

  const files: Dropped[] = [];
  await test.step('as two files of PEFT', async () => {
    const downloads: Promise<void>[] = [];
    page.on('download', (download) => {
      const name = download.suggestedFilename();
      downloads.push(
        download.path().then(async (path) => void files.push({ name, bytes: await readFile(path) })),
      );
    });
    await list.getByRole('button', { name: 'Export PEFT of mine' }).click();
    await expect.poll(() => downloads.length).toBe(2);
    await Promise.all(downloads);
    expect(files.map(({ name }) => name).toSorted()).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
    ]);
  });

  await test.step('it goes, and the model stays', async () => {
    await list.getByRole('button', { name: 'Remove mine…' }).click();
    await list.getByRole('button', { name: 'Remove it' }).click();
    await expect(list.getByRole('radio', { name: /mine/ })).toHaveCount(0);
    await expect(status).toBeVisible();
  });

  await test.step('half of a pair is refused by name, the whole is taken', async () => {
    await drop(page, files.slice(0, 1));
    await expect(page.getByText(/came without/)).toBeVisible();
    await drop(page, files);
    await expect(page.getByText(/The adapter .* fits the model/)).toBeVisible();
    await expect(list.getByText('loaded', { exact: true })).toBeVisible();
  });
  expect(watched.troubles).toEqual([]);
});
