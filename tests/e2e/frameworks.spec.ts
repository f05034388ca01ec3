/**
 * The element in plain HTML, React 19, Vue 3 and Svelte 5, one page each, from the installed package: a property goes in,
 * an event comes out, a slot is filled, and what the framework makes of the event is seen by the element.
 */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';
import { serveSite } from '../../scripts/serve.mjs';
import { installPackage } from '../fixtures/installed-package.ts';
import type { InstalledPackage } from '../fixtures/installed-package.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

const frameworks = ['plain', 'react', 'vue', 'svelte'] as const;
let installed: InstalledPackage;
let site: { readonly port: number; readonly close: () => Promise<void> };

test.beforeAll(async () => {
  installed = await installPackage(['react', 'react-dom', 'vue', 'svelte']);
  const { folder } = installed;
  await cp(join(import.meta.dirname, '../fixtures/frameworks'), folder, { recursive: true });
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    build: { rolldownOptions: { input: frameworks.map((name) => join(folder, `${name}.html`)) } },
  });
  site = await serveSite({ root: folder, folder: join(folder, 'dist'), port: 0 });
});
test.afterAll(async () => {
  await site?.close();
  await installed?.remove();
});

for (const framework of frameworks) {
  test(`property, event and slot: ${framework}`, async ({ page, policy }) => {
    const origin = `http://127.0.0.1:${String(site.port)}`;
    policy.addHome(origin);
    const watched = watchPage(page);
    await page.goto(`${origin}/${framework}.html`);
    await expect(page.getByRole('heading', { name: `From ${framework}` })).toBeVisible();
    await page.getByRole('button', { name: 'Count the sheep' }).click();
    await expect(page.getByRole('textbox')).toHaveValue('Count the sheep');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.locator('#heard')).toHaveText('Count the sheep');
    await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
    expect(watched.troubles).toEqual([]);
  });
}
