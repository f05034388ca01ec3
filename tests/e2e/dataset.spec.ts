/**
 * The page that makes data sets: a log with broken rows through all its steps, by mouse and by keyboard, on narrow and wide screens.
 */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { modelMissing } from './agent-page.ts';
import { expectGoodPage } from './good-page.ts';
import { playMusic } from './play-music.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

const words = 'alpine badger copper dune ember fjord gravel harbour island juniper kettle lantern'.split(' ');

/** A log of requests in two manners, with duplicates and a row that is no JSON. */
function log(rows: number): Buffer {
  let state = 7;
  const word = (): string => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return words[state % words.length] ?? '';
  };
  const lines = Array.from({ length: rows }, (_, number) => {
    const artist = `${word()} ${word()}`;
    const asksForMusic = number % 2 === 0;
    const content = asksForMusic
      ? `${word()} play ${word()} songs by ${artist} ${word()} ${word()}`
      : `${word()} what is ${word()} ${artist} about ${word()} ${word()}`;
    const call = { name: 'PlayMusic', arguments: JSON.stringify({ artist }) };
    const answer = asksForMusic
      ? { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: call }] }
      : { role: 'assistant', content: `It is about ${word()} and ${word()}.` };
    return JSON.stringify({ messages: [{ role: 'user', content }, answer], tools: [playMusic] });
  });
  return Buffer.from([...lines, lines[0], '{"messages": ['].join('\n'));
}

async function addLog(page: Page): Promise<void> {
  await page
    .getByLabel('Add files')
    .setInputFiles({ name: 'calls.jsonl', mimeType: 'application/jsonl', buffer: log(120) });
  await expect(page.getByText('calls.jsonl')).toBeVisible();
}

for (const [colorScheme, width] of [
  ['light', 360],
  ['dark', 360],
  ['light', 1280],
  ['dark', 1280],
] as const) {
  test(`is filtered, split and saved by keyboard: ${colorScheme}, ${width} px`, async ({
    page,
  }, testInfo) => {
    const watched = watchPage(page);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.goto('demos/dataset/');
    await expect(page.getByText('No source yet.')).toBeVisible();
    await expectGoodPage(page);
    await addLog(page);
    await page.getByRole('button', { name: 'Look them through' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: '2. Funnel' })).toBeVisible({ timeout: 120_000 });
    await expect(page.getByText('122 rows looked through', { exact: false })).toBeVisible();
    await expect(page.getByRole('row').filter({ hasText: 'exact duplicates' })).toContainText('The same row');
    await expect(page.getByText('no leak above its limit')).toBeVisible({ timeout: 120_000 });
    await page.getByText('Rows that could not be read', { exact: false }).click();
    await expect(page.getByText('calls.jsonl:122')).toBeVisible();
    await expectGoodPage(page);
    await page.screenshot({
      path: testInfo.outputPath(`dataset-${colorScheme}-${width}.png`),
      fullPage: true,
    });

    await page.getByRole('spinbutton', { name: 'Rows of a task at most' }).fill('50');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('row').filter({ hasText: 'cap per task' })).toContainText('has enough rows');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('my-calls');
    await page.getByRole('spinbutton', { name: 'Variants of each row (0: none)' }).fill('1');
    await expect(page.getByText('Nothing is masked', { exact: false })).toBeVisible();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as zip' }).focus();
    await page.keyboard.press('Enter');
    const download = await saved;
    expect(download.suggestedFilename()).toBe('my-calls.zip');
    const files = unzipSync(readFileSync(await download.path()));
    expect(Object.keys(files)).toContain('parquet/train.parquet');
    const lines = new TextDecoder().decode(files['trl/train.jsonl']).trim().split('\n');
    for (const line of lines) expect(Object.keys(JSON.parse(line) as object)).toContain('completion');
    await expect(page.getByText(`${lines.length} rows to learn`, { exact: false })).toBeVisible();

    const variants = page.getByRole('row').filter({ hasText: 'variants that stay true' });
    await expect(variants).toBeVisible();
    expect(new TextDecoder().decode(files['README.md'])).toContain('Variants: 1 a row, beside it.');
    await expectGoodPage(page);

    await page.getByRole('button', { name: 'Delete what is kept of data sets…' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(page.getByRole('heading', { name: '2. Funnel' })).toBeHidden();
    await page.getByRole('button', { name: 'Look them through' }).click();
    await expect(page.getByText('122 rows looked through', { exact: false })).toBeVisible({
      timeout: 120_000,
    });
    await expect(page.getByText('looked through before', { exact: false })).toHaveCount(0);
    expect(watched.troubles).toEqual([]);
  });
}

test('tasks are found, merged, named and split, and their names reach the plan', async ({
  page,
}, testInfo) => {
  const weights = await page.request.head('models/all-MiniLM-L6-v2.safetensors');
  const isThere = weights.ok() && Number(weights.headers()['content-length']) > 1e6;
  test.skip(!isThere, 'The sentence encoder is not there; node scripts/get-model.mjs --embedder gets it.');
  await page.goto('demos/dataset/');
  await addLog(page);
  await page.getByRole('button', { name: 'Look them through' }).click();
  await page.getByRole('spinbutton', { name: 'Rows of the sample' }).fill('100');
  await page.getByRole('spinbutton', { name: 'Number of tasks (empty: chosen)' }).fill('4');
  await page.getByRole('button', { name: 'Find tasks' }).click();
  const tasks = page.getByRole('list', { name: 'Tasks' });
  await expect(tasks.getByRole('checkbox')).toHaveCount(4, { timeout: 400_000 });
  await expectGoodPage(page);
  await page.screenshot({ path: testInfo.outputPath('tasks-1280.png'), fullPage: true });
  await tasks.getByRole('checkbox').nth(0).press('Space');
  await tasks.getByRole('checkbox').nth(1).press('Space');
  await page.getByRole('button', { name: 'Merge 2' }).press('Enter');
  await expect(tasks.getByRole('checkbox')).toHaveCount(3);
  await tasks.getByRole('textbox').first().fill('things asked');
  await tasks.getByRole('textbox').first().press('Enter');
  await page.getByText('by side', { exact: false }).click();
  await expect(page.getByRole('row').filter({ hasText: 'things asked' }).first()).toBeVisible();
  await tasks.getByRole('checkbox').nth(0).press('Space');
  await page.getByRole('button', { name: 'Split in two' }).press('Enter');
  await expect(tasks.getByRole('checkbox')).toHaveCount(4);
  if (modelMissing === false) {
    const namesNow = () =>
      tasks.getByRole('textbox').evaluateAll((boxes: HTMLInputElement[]) => boxes.map(({ value }) => value));
    const before = await namesNow();
    await page.getByRole('button', { name: 'Suggest names' }).press('Enter');
    await expect(page.getByRole('button', { name: 'Suggest names' })).toBeDisabled();
    await expect(page.getByRole('button', { name: 'Suggest names' })).toBeEnabled({ timeout: 400_000 });
    const [byUser, ...others] = await namesNow();
    expect(byUser).toBe('things asked');
    const suggested = others.filter((name) => !before.includes(name));
    expect(suggested).not.toEqual([]);
    // Made of words that were said.
    for (const word of suggested.join(' ').split(' ')) expect(log(120).toString()).toContain(word);
  }
  await page.setViewportSize({ width: 360, height: 900 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectGoodPage(page);
  await page.screenshot({ path: testInfo.outputPath('tasks-360.png'), fullPage: true });
});
