/**
 * The log as it is looked at: every part for everybody, thousands of runs, filters, and the question what is recorded. On the
 * built site, in the browser's own IndexedDB.
 */
import { withoutFilePicker } from './agent-page.ts';
import { expectGoodPage } from './good-page.ts';
import { browse, errands, expectSaid, goTo, openLog, rows, setPassphrase, unlock } from './log-page.ts';
import { seedLog } from './seed-log.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

// What cannot be pressed is told at once, not when the test's time is up.
test.use({ actionTimeout: 60_000 });

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every part is accessible and keeps to the policy: ${colorScheme}, 360 px`, async ({
    page,
  }, testInfo) => {
    const watched = watchPage(page);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 800 });
    await openLog(page);
    const judge = async (what: string): Promise<void> => {
      await expectGoodPage(page, what);
      await page.screenshot({ path: testInfo.outputPath(`${what}.png`) });
    };
    await expect(rows(page)).toHaveCount(4);
    await judge('runs');
    await page.getByLabel('Text', { exact: true }).fill('nothing has this');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Nothing in the log fits this filter.')).toBeVisible();
    await judge('empty');
    await page.getByLabel('Text', { exact: true }).fill('');
    await page.keyboard.press('Enter');
    await rows(page).last().click();
    await expect(page.getByRole('heading', { name: 'What was masked, and why' })).toBeVisible();
    await judge('record');
    await page.getByRole('button', { name: 'Erase this run…' }).click();
    await page.getByLabel('Show what was masked as it was').check();
    await expect(page.getByRole('cell', { name: 'Anna Berg' })).toBeVisible();
    await judge('originals');
    await goTo(page, 'Keeping');
    await page.getByText('Restore a backup').click();
    await judge('keeping');
    await goTo(page, 'Audit');
    await page.getByRole('button', { name: 'Check the log' }).click();
    await expect(page.getByText('Every record opens, and every run is where the chain says.')).toBeVisible();
    await judge('audit');
    await setPassphrase(page);
    for (const summary of await page.locator('slm-log-keys summary').all()) await summary.click();
    await judge('keys');
    await goTo(page, 'Roles');
    await judge('roles');
    await page.getByRole('button', { name: 'Lock now' }).click();
    await expect(page.getByRole('heading', { name: 'The log is locked' })).toBeVisible();
    await judge('locked');
    await unlock(page, 'owner', 'wrong horse battery');
    await expectSaid(page, /could not be unlocked/);
    await judge('refused');
    expect(watched.troubles).toEqual([]);
  });
}

/** 100,000 fill the log for a quarter of an hour (scripts/measure-log.mjs); fewer show the same of what stands in the page. */
const manyRuns = 5000;

test('a list of thousands of runs scrolls to its end with few rows in the page, and opens what is in view', async ({
  page,
}) => {
  test.setTimeout(1_100_000);
  const many = Array.from({ length: manyRuns }, (_, number) => ({ goal: `errand ${String(number)}` }));
  await openLog(page, many);
  await expect(page.getByText(`${manyRuns.toLocaleString('en-GB')} runs`)).toBeVisible();
  await expect(rows(page).first()).toContainText(`errand ${String(manyRuns - 1)}`);
  const list = page.getByRole('listbox', { name: 'Runs' });
  let most = 0;
  const height = await list.evaluate((element) => element.scrollHeight);
  for (let part = 0; part <= 10; part += 1) {
    await list.evaluate((element, top) => element.scrollTo(0, top), (height * part) / 10);
    await expect(rows(page).first()).toContainText('errand');
    most = Math.max(most, await rows(page).count());
  }
  await expect(rows(page).last()).toContainText('errand 0');
  await expect(rows(page).last()).toHaveAttribute('aria-posinset', String(manyRuns));
  expect(most).toBeLessThan(60);
  await list.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.locator('slm-log-record').getByText(`errand ${String(manyRuns - 2)}`)).toBeVisible();
});

test('filters find by text, outcome, tool and day, and what was found can be erased', async ({ page }) => {
  await openLog(page);
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('failed');
  await expect(rows(page)).toHaveText([/Convert 10 km/]);
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('');
  await page.getByRole('combobox', { name: 'Tool' }).selectOption('calculator');
  await expect(rows(page)).toHaveText([/15 % of 240/]);
  await page.getByRole('combobox', { name: 'Tool' }).selectOption('');
  await page.getByLabel('From', { exact: true }).fill('2020-01-01');
  await page.getByLabel('To', { exact: true }).fill('2020-12-31');
  await page.keyboard.press('Tab');
  await expect(page.getByText('Nothing in the log fits this filter.')).toBeVisible();
  await page.getByLabel('From', { exact: true }).fill('');
  await page.getByLabel('To', { exact: true }).fill('');
  await page.getByLabel('Text', { exact: true }).fill('done: CONVERT');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Nothing in the log fits this filter.')).toBeVisible();
  await page.getByLabel('Text', { exact: true }).fill('done: WHAT is');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveText([/15 % of 240/]);
  await page.getByRole('button', { name: 'Erase what was found…' }).click();
  await page.getByRole('button', { name: 'Erase 1 run' }).click();
  await expectSaid(page, /1 run erased/);
  await page.getByLabel('Text', { exact: true }).fill('');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(3);
});

test('what is recorded is asked once, and the answer stays', async ({ page }) => {
  await withoutFilePicker(page);
  await page.goto('');
  await seedLog(page, errands);
  await page.reload();
  await expect(page.getByText(/What may be recorded of a run/)).toBeVisible();
  await page.getByRole('button', { name: 'Metadata only' }).click();
  await expect(page.getByText(/Tools, times and outcomes are kept/)).toBeVisible();
  await page.reload();
  await expect(page.getByText(/Tools, times and outcomes are kept/)).toBeVisible();
  await expect(page.getByText(/What may be recorded of a run/)).toHaveCount(0);
  await browse(page);
  await goTo(page, 'Keeping');
  await expect(page.getByRole('radio', { name: /^Metadata only/ })).toBeChecked();
});
