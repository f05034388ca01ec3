/**
 * The documents as a reader meets them on the built site: found from the home page, read in light and dark on a narrow
 * screen and from right to left, searched without a network, and served from any folder.
 */
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { serveSite } from '../../scripts/serve.mjs';
import { AgentPage } from './agent-page.ts';
import { expectGoodPage } from './good-page.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');

/** One of each kind: contents, a text with a drawing, tables, pictures, code, the API's names and one of its pages. */
const kinds = ['index', 'readme', 'guardrails', 'demos', 'package', 'api/index', 'api/tools'] as const;

const everyPage = readdirSync(join(dist, 'docs'), { recursive: true })
  .map((name) => String(name).replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.html'));

function search(page: Page) {
  return page.getByLabel('Search the documentation');
}

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

test('the way from the home page to a document, its neighbour and the API', async ({ page }) => {
  const watched = watchPage(page);
  await new AgentPage(page).open();
  await page.getByRole('link', { name: 'Docs', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Documentation');

  const contents = page.getByRole('navigation', { name: 'Documentation' });
  await contents.getByRole('link', { name: 'Guardrails' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Guardrails/);
  await expect(contents.getByRole('link', { name: 'Guardrails' })).toHaveAttribute('aria-current', 'page');
  await expect(page.locator('pre.code .hljs-string').first()).toBeVisible();
  await page
    .getByRole('navigation', { name: 'Previous and next' })
    .getByRole('link', { name: /^Next/ })
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Masking personal data');

  await contents.getByRole('link', { name: 'Tools', exact: true }).click();
  const definition = page.locator('section.symbol', { has: page.locator('#defineTool') });
  await expect(definition.locator('pre')).toContainText('function defineTool');
  await definition.locator('pre').getByRole('link', { name: 'Tool', exact: true }).first().click();
  await expect(page).toHaveURL(/\/docs\/api\/tools\.html#Tool$/);
  await expect(page.locator('#Tool')).toBeInViewport();
  expect(watched.troubles).toEqual([]);
});

/** All kinds where room is scarce; elsewhere those that show what is other there: colours of code, the lists at both sides. */
const screens = [
  { colorScheme: 'light', width: 360, pages: kinds },
  { colorScheme: 'dark', width: 360, pages: ['guardrails', 'package', 'api/tools'] },
  { colorScheme: 'light', width: 1400, pages: ['index', 'package', 'api/index'] },
] as const;

for (const { colorScheme, width, pages } of screens) {
  test(`pages are good to read: ${colorScheme}, ${String(width)} px`, async ({ page }, testInfo) => {
    const watched = watchPage(page);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    for (const name of pages) {
      await page.goto(`docs/${name}.html`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectGoodPage(page);
      const file = `${name.replace('/', '-')}-${colorScheme}-${String(width)}.png`;
      await page.screenshot({ path: testInfo.outputPath(file) });
    }
    await page.goto('docs/index.html');
    await search(page).fill('guard rules');
    await expect(page.locator('.results li').first()).toBeVisible();
    await expectGoodPage(page);
    await page.screenshot({ path: testInfo.outputPath(`search-${colorScheme}-${String(width)}.png`) });
    expect(watched.troubles).toEqual([]);
  });
}

test('no page scrolls sideways at 360 px, from the left or from the right, and every picture is there', async ({
  page,
}) => {
  const watched = watchPage(page);
  expect(everyPage.length).toBeGreaterThan(70);
  await page.setViewportSize({ width: 360, height: 800 });
  for (const name of everyPage) {
    await page.goto(`docs/${name}`);
    expect(await overflow(page), name).toBeLessThanOrEqual(0);
    await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
    expect(await overflow(page), `${name} from the right`).toBeLessThanOrEqual(0);
    const broken = await page.evaluate(async () => {
      const images = Array.from(document.images);
      for (const image of images) image.loading = 'eager';
      const loaded = await Promise.all(
        images.map((image) =>
          image.decode().then(
            () => '',
            () => image.src,
          ),
        ),
      );
      return loaded.filter((source) => source !== '');
    });
    expect(broken, name).toEqual([]);
  }
  expect(watched.troubles).toEqual([]);
});

test('search finds names and texts, leads to them, and says when there is nothing', async ({ page }) => {
  const watched = watchPage(page);
  await page.goto('docs/decisions/2026-11-21-journal.html');
  await search(page).fill('open journal');
  const first = page.locator('.results a').first();
  await expect(first).toHaveText(/openJournal/);
  await first.click();
  await expect(page).toHaveURL(/\/docs\/api\/log\.html#openJournal$/);
  await search(page).fill('xylophone');
  await expect(page.getByRole('status')).toHaveText('0 places');
  await search(page).fill('passkey');
  await expect(page.locator('.results a').first()).toBeVisible();
  expect(watched.troubles).toEqual([]);
});

test('documents and search are there without a network', async ({ page, context }) => {
  const home = new AgentPage(page);
  await home.open();
  await home.waitForOffline();
  await context.setOffline(true);
  await page.goto('docs/api/tools.html');
  await expect(page.getByRole('heading', { name: 'Tools', level: 1 })).toBeVisible();
  await search(page).fill('define tool');
  await expect(page.locator('.results a').first()).toHaveText(/defineTool/);
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('everything but the search is there', async ({ page }) => {
    await page.goto('docs/log.html');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('navigation', { name: 'Documentation' })).toBeVisible();
    await expect(search(page)).toBeHidden();
  });
});

test('they work in a folder of any host', async ({ page, policy }) => {
  const folder = mkdtempSync(join(tmpdir(), 'smallworks-docs-'));
  symlinkSync(dist, join(folder, 'some-folder'));
  const site = await serveSite({ root, folder, port: 0 });
  try {
    const origin = `http://127.0.0.1:${String(site.port)}`;
    policy.addHome(origin);
    const watched = watchPage(page);
    await page.goto(`${origin}/some-folder/docs/decisions/2026-11-21-journal.html`);
    await search(page).fill('define tool');
    await page.locator('.results a').first().click();
    await expect(page).toHaveURL(`${origin}/some-folder/docs/api/tools.html#defineTool`);
    await page.getByRole('link', { name: 'Desk', exact: true }).first().click();
    await expect(page).toHaveURL(`${origin}/some-folder/demos/desk/index.html`);
    expect(watched.troubles).toEqual([]);
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
});
