/**
 * The demos as a visitor meets them: each one's own job done with the real model, and good to look at while it asks and once it is
 * done. The states without a model are walked in walk.spec.ts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toFragment } from '../../demos/bench/bench-report.ts';
import { AgentPage, modelMissing } from './agent-page.ts';
import { expectGoodOnNarrowScreens } from './good-page.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

/** A model that loads and several model steps, on a busy machine. Milliseconds. */
const longest = 400_000;

const encoder = join(import.meta.dirname, '../../dist/models/all-MiniLM-L6-v2.safetensors');

test('a result of the benchmark is read from its link, and a broken link says so', async ({ page }) => {
  const side = {
    name: 'ours',
    how: 'wasm-threads',
    readPerSecond: 90,
    writtenPerSecond: 25,
    firstTokenMs: 900,
  };
  const report = { version: 1, at: 0, model: 'A model', processors: 8, rounds: 3, sides: [side] } as const;
  await page.goto(`demos/bench/#result=${toFragment(report)}`);
  await expect(page.getByRole('heading', { name: 'A result that was shared' })).toBeVisible();
  await expect(page.getByRole('row', { name: /^ours 25\.0 90 900/ })).toBeVisible();
  await expectGoodOnNarrowScreens(page);
  const [picture] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save picture' }).click(),
  ]);
  const bytes = readFileSync(await picture.path());
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  await page.goto('demos/bench/#result=broken');
  await expect(page.getByText('holds no result that can be read')).toBeVisible();
});

test.describe('with the model, and no network once it is there', () => {
  test.skip(modelMissing !== false, String(modelMissing));
  test.setTimeout(1_200_000);

  test.beforeEach(async ({ page, context }) => {
    const home = new AgentPage(page);
    await home.open();
    await home.waitForOffline();
    await home.loadModel();
    await context.setOffline(true);
  });

  test('what is asked for lies on the desk', async ({ page }, testInfo) => {
    await page.goto('demos/desk/index.html');
    await page.getByRole('button', { name: 'Put sample things on it' }).click();
    await expect(page.getByRole('region', { name: 'Calendar' })).toContainText('Dentist');
    await page.getByLabel('What should be done?').fill('Add a todo: buy stamps for the invitations.');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Approve' })).toBeVisible({ timeout: longest });
    await expectGoodOnNarrowScreens(page, 'it asks');
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByRole('region', { name: 'To-dos' })).toContainText(/stamps/, { timeout: longest });
    await expectGoodOnNarrowScreens(page);
    await page.screenshot({ path: testInfo.outputPath('desk-done.png') });
  });

  test('a mail is sorted, and its to-do waits for a word', async ({ page }, testInfo) => {
    await page.goto('demos/inbox/index.html');
    await page.getByRole('button', { name: 'Sort: Invoice 4411' }).click();
    await expect(page.getByRole('heading', { name: 'Allow todo_add?' })).toBeVisible({ timeout: longest });
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByRole('button', { name: 'Keep it' })).toBeVisible({ timeout: longest });
    await expectGoodOnNarrowScreens(page, 'the draft waits for a word');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await expect(page.getByRole('heading', { name: 'Allow note_add?' })).toBeVisible({ timeout: longest });
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect(page.locator('#inbox').getByText('filed: to-dos')).toBeVisible({ timeout: longest });
    await expectGoodOnNarrowScreens(page);
    await page.screenshot({ path: testInfo.outputPath('inbox-done.png') });
  });

  test('a form is filled in, and what is set right becomes training data', async ({ page }, testInfo) => {
    await page.goto('demos/form/index.html');
    await page.getByRole('button', { name: 'Fill in the form' }).click();
    await expect(page.getByLabel('Arrival')).not.toHaveValue('', { timeout: longest });
    await page.getByLabel('Arrival').fill('the third of March');
    await page.getByRole('button', { name: 'Save the form' }).click();
    await expect(page.getByText('The correction is in the log.')).toBeVisible();
    await expectGoodOnNarrowScreens(page);
    await page.screenshot({ path: testInfo.outputPath('form-done.png') });
    const [rows] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save training data' }).click(),
    ]);
    expect(readFileSync(await rows.path(), 'utf8')).toContain('the third of March');
  });
});

test('the flywheel turns once', async ({ page }, testInfo) => {
  test.skip(modelMissing !== false, String(modelMissing));
  test.skip(!existsSync(encoder), 'the sentence encoder is not in dist/models (npm test fetches it)');
  test.setTimeout(1_800_000);
  const watched = watchPage(page);
  await page.goto('demos/flywheel/');
  const does = async (button: string): Promise<void> => {
    await page.getByRole('button', { name: button }).click();
  };
  await does('Open the sample log');
  await expect(page.getByText('38 lines', { exact: false })).toBeVisible();
  await does('Mask three requests');
  const masked = page.getByRole('region', { name: 'As it was, As it is kept, Found' });
  await expect(masked).toContainText('email', { timeout: 60_000 });
  await expect(masked.locator('td:nth-child(2)').first()).not.toContainText('212-555-0187');
  await does('Look the log through');
  await expect(page.getByText('38 rows looked through', { exact: false })).toBeVisible({ timeout: 120_000 });
  await does('Find the tasks');
  await expect(page.getByRole('region', { name: 'Task, Rows, For example' })).toBeVisible({
    timeout: longest,
  });
  await does('Write the data set');
  await expect(page.getByRole('button', { name: 'Save sample.zip' })).toBeVisible({ timeout: 120_000 });
  await does('Show the adapter');
  await expect(page.getByRole('region', { name: 'Measured, With it, Without' })).toContainText('%');
  await does('Compare the two');
  await expect(page.getByText(/Right: \d of 4 before, \d of 4 after/)).toBeVisible({
    timeout: longest * 2,
  });
  await expectGoodOnNarrowScreens(page);
  await page.screenshot({ path: testInfo.outputPath('flywheel-done.png'), fullPage: true });
  expect(watched.troubles).toEqual([]);
});

test('this device is measured three ways', async ({ page }, testInfo) => {
  test.skip(modelMissing !== false, String(modelMissing));
  test.setTimeout(1_800_000);
  const watched = watchPage(page);
  await page.goto('demos/bench/');
  await page.getByRole('button', { name: 'Measure this device' }).click();
  await expect(page.getByRole('heading', { name: 'This device', exact: true })).toBeVisible({
    timeout: longest * 3,
  });
  await expect(page.locator('tbody tr')).toHaveCount(3);
  await expectGoodOnNarrowScreens(page);
  await page.screenshot({ path: testInfo.outputPath('bench-done.png') });
  expect(watched.troubles).toEqual([]);
});
