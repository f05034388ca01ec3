/**
 * The page that chooses a model: what the site ships, ranked on this device; then a task that was scored in the lab.
 */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { expectGoodOnNarrowScreens, expectGoodPage } from './good-page.ts';
import { playMusic } from './play-music.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

/** The row of a model: others name it too, where they say why they stand before it. */
function rowOf(page: Page, title: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: title }) });
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`ranks, filters and is accessible: ${colorScheme}, ${width} px`, async ({ page }, testInfo) => {
      const watched = watchPage(page);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto('demos/select/');
      await expect(page.getByRole('table')).toBeVisible();
      await expect(page.getByRole('rowheader', { name: /SmolLM2 135M Instruct/ })).toBeVisible();
      await expect(rowOf(page, 'Hymba')).toContainText('does not run here');
      await rowOf(page, 'Llama 3.2 1B').getByText('More', { exact: true }).click();
      await expectGoodPage(page);
      await page.screenshot({
        path: testInfo.outputPath(`select-${colorScheme}-${width}.png`),
        fullPage: true,
      });

      await page.getByRole('combobox', { name: 'Licence' }).selectOption('Free use only');
      await page.getByRole('spinbutton', { name: 'Biggest download, MB' }).fill('300');
      await page.keyboard.press('Tab');
      await expect(page.getByRole('rowheader', { name: /Llama 3.2 1B/ })).toHaveCount(0);
      await expect(page.getByRole('rowheader', { name: /Qwen3 1.7B/ })).toHaveCount(0);
      await expect(page.getByRole('rowheader', { name: /SmolLM2 360M/ })).toBeVisible();
      await expect(page.getByText(/left out by the filters/)).toBeVisible();
      expect(watched.troubles).toEqual([]);
    });
  }
}

test('what the lab scored can be corrected, counts on the page that chooses, and can be forgotten', async ({
  page,
}) => {
  const row = {
    id: 'music-1',
    category: 'made',
    messages: [{ role: 'user', content: 'Play something by Miles Davis' }],
    tools: [playMusic],
    // Nobody can guess it: the row fails.
    expected: [{ name: 'PlayMusic', arguments: { artist: 'the one who was meant' } }],
  };
  await page.goto('demos/lab/');
  await page.getByLabel(/Choose a file/).setInputFiles({
    name: 'one.jsonl',
    mimeType: 'text/plain',
    buffer: Buffer.from(JSON.stringify(row)),
  });
  await page.getByRole('button', { name: 'Score' }).click();
  await page.getByText('1 row not exact').click({ timeout: 180_000 });
  await page.getByText(/^music-1: /).click();
  await page.getByRole('button', { name: 'Look at music-1 later' }).click();
  await page.getByText('open music-1').click();
  const calls = page.getByRole('textbox', { name: /Calls that are right/ });
  await calls.fill('[{"name":"PlayMusic","arguments":{}}]');
  await page.getByRole('button', { name: 'Save correction' }).click();
  await expect(page.getByRole('alert')).toContainText('Call 1, PlayMusic');
  await calls.fill('[{"name":"PlayMusic","arguments":{"artist":"Miles Davis"}}]');
  await page.getByRole('button', { name: 'Save correction' }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save 1 corrected row' }).click();
  const saved = JSON.parse(readFileSync(await (await saving).path(), 'utf8')) as object;
  expect(saved).toMatchObject({ id: 'music-1', expected: [{ arguments: { artist: 'Miles Davis' } }] });
  await expectGoodOnNarrowScreens(page);

  await page.getByRole('link', { name: 'Choose a model by what was measured' }).click();
  await expect(page.getByRole('combobox', { name: 'Task' })).toContainText(
    'one.jsonl: 1 row, 1 model scored',
  );
  await expect(rowOf(page, 'SmolLM2 135M Instruct')).toContainText('too few to rank by');
  // Its speed here tells of the others.
  await expect(rowOf(page, 'Qwen3 0.6B')).toContainText(/\d m?s\s*estimated/);
  await page.getByRole('button', { name: 'Forget this task…' }).click();
  await page.getByRole('button', { name: 'Forget it' }).click();
  await expect(rowOf(page, 'SmolLM2 135M Instruct')).toContainText('not measured');
});
