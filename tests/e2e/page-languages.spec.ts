/**
 * Every page of the site as who reads Arabic meets it: no text of it stays English, it reads from the right at 360 px, and
 * breaks no rule of accessibility. A text with Latin words and no Arabic one is English, unless it is a name.
 */
import type { Page } from '@playwright/test';
import { toFragment } from '../../demos/bench/bench-report.ts';
import { callLog } from './call-log.ts';
import { expectGoodPage } from './good-page.ts';
import { shownTexts } from './shown-texts.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

/** What is called the same in every language. */
const names: ReadonlySet<string> = new Set([
  'Hermes / ShareGPT',
  'NVIDIA data flywheel',
  'OpenAI',
  'Parquet',
  'TRL',
  'en, de',
]);

const latinWord = /[A-Za-z]{2}/;
const arabicLetter = /\p{Script=Arabic}/u;

async function englishOn(page: Page): Promise<readonly string[]> {
  const texts = await shownTexts(page);
  return texts.filter((text) => latinWord.test(text) && !arabicLetter.test(text) && !names.has(text));
}

const teaching = JSON.stringify({ prompt: 'Play something', completion: '{"name":"PlayMusic"}' });

interface Place {
  readonly path: string;
  /** Brings the page to say more than it does at first. Elements are found by what they are, not by what they say. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const side = { name: 'ours', how: 'wasm', readPerSecond: 90, writtenPerSecond: 25, firstTokenMs: 900 };
const report = { version: 1, at: 0, model: 'A model', processors: 8, rounds: 3, sides: [side] } as const;

const places: readonly Place[] = [
  { path: '' },
  { path: 'demos/desk/' },
  { path: 'demos/inbox/' },
  {
    path: 'demos/form/',
    prepare: async (page) => {
      await page.locator('#message').fill('');
      await page.locator('#form button.primary').click();
      await expect(page.locator('#form [role="status"]')).not.toBeEmpty();
    },
  },
  {
    path: 'demos/flywheel/',
    prepare: async (page) => {
      const steps = page.locator('#steps > li');
      for (const step of [0, 1, 2]) {
        await steps.nth(step).locator('p > button').first().click();
        await expect(steps.nth(step).locator('table, pre')).toBeVisible({ timeout: 120_000 });
      }
    },
  },
  {
    path: `demos/bench/#result=${toFragment(report)}`,
    prepare: async (page) => expect(page.locator('#bench table')).toBeVisible(),
  },
  {
    path: 'demos/workflows/',
    prepare: async (page) => expect(page.locator('slm-workflow-panel form')).toBeVisible(),
  },
  {
    path: 'demos/dataset/',
    prepare: async (page) => {
      await page
        .locator('slm-dataset-sources input[type="file"]')
        .setInputFiles({ name: 'calls.jsonl', mimeType: 'application/jsonl', buffer: callLog() });
      await page.locator('slm-dataset-sources button.primary').click();
      await expect(page.locator('slm-dataset-export form')).toBeVisible({ timeout: 120_000 });
    },
  },
  {
    path: 'demos/train/',
    prepare: async (page) => {
      await page
        .locator('slm-training input[type="file"]')
        .setInputFiles({ name: 'rows.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(teaching) });
      await expect(page.locator('slm-training form')).toBeVisible();
    },
  },
  {
    path: 'demos/lab/',
    prepare: async (page) => {
      await page.locator('#start').click();
      await expect(page.locator('#status')).not.toBeEmpty();
    },
  },
  {
    path: 'demos/select/',
    prepare: async (page) => expect(page.locator('slm-selection table')).toBeVisible(),
  },
];

test.use({ locale: 'ar', viewport: { width: 360, height: 900 } });

for (const { path, prepare } of places) {
  const name = path.split('/')[1] ?? 'home';
  test(`${name} says nothing in English to who reads Arabic`, async ({ page }, testInfo) => {
    const watched = watchPage(page);
    await page.goto(path);
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
    await prepare?.(page);
    // Texts of a part may come a moment after its element.
    await expect.poll(() => englishOn(page)).toEqual([]);
    await expectGoodPage(page);
    await page.screenshot({ path: testInfo.outputPath(`${name}-ar.png`), fullPage: true });
    expect(watched.troubles).toEqual([]);
  });
}

test('each part of the log says nothing in English to who reads Arabic', async ({ page }, testInfo) => {
  await page.goto('');
  await page.locator('slm-log-panel button').first().click();
  const parts = page.locator('slm-log-browser nav button');
  await expect(parts).toHaveCount(5);
  for (const part of await parts.all()) {
    await part.click();
    await expect.poll(() => englishOn(page)).toEqual([]);
    await expectGoodPage(page);
  }
  await page.screenshot({ path: testInfo.outputPath('log-ar.png') });
});

test('English is what is found where it is spoken', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('smallworks-language', 'en'));
  await page.goto('demos/desk/');
  await expect(page.locator('#desk h3').first()).toBeVisible();
  expect(await englishOn(page)).toEqual(expect.arrayContaining(['To-dos', 'On the desk', 'Language']));
});

test('a page that is open follows when another language is chosen', async ({ page }) => {
  await page.goto('demos/train/');
  await expect(page.locator('slm-training h2')).toHaveText('ما يتعلّم منه');
  await page.locator('#language').selectOption('de');
  await expect(page.locator('slm-training h2')).toHaveText('Woraus es lernt');
  await expect(page).toHaveTitle('Einen Adapter trainieren · smallworks');
  await page.locator('#language').selectOption('en');
  await expect(page.locator('slm-training h2')).toHaveText('What it learns from');
  await expect(page.getByRole('link', { name: 'Training' })).toHaveAttribute('aria-current', 'page');
});
