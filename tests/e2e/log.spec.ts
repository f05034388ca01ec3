/**
 * The log as its owner keeps it, and as others are let into it: browsed by the row, masked and as it was, locked and
 * unlocked, held to a limit, erased, backed up, audited. On the built site, in the browser's own IndexedDB.
 */
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { withoutFilePicker } from './agent-page.ts';
import { seedLog } from './seed-log.ts';
import type { SeededRun } from './seed-log.ts';
import { watchPage } from './watch-page.ts';

const masked = {
  type: 'PERSON',
  rule: 'a first name before a surname',
  original: 'Anna Berg',
  replacement: 'Marie Holm',
};
const errands: readonly SeededRun[] = [
  { goal: 'Call Marie Holm tomorrow', masked, tool: 'todo_add', outcome: 'answered' },
  { goal: 'What is 15 % of 240?', tool: 'calculator', outcome: 'answered' },
  { goal: 'Convert 10 km to miles', tool: 'convert_unit', outcome: 'failed' },
  { goal: 'A goal that goes on and on and on and on and on until nobody can follow it any more' },
];
const passphrase = 'correct horse battery';

// What cannot be pressed is told at once, not when the test's time is up.
test.use({ actionTimeout: 60_000 });

/** The site with these runs in its log, and the log open in its window. */
async function openLog(page: Page, runs: readonly SeededRun[] = errands, hoursApart = 30): Promise<void> {
  await withoutFilePicker(page);
  await page.goto('');
  await seedLog(page, runs, hoursApart);
  await page.reload();
  await browse(page);
  await expect(rows(page).first()).toBeVisible();
}

async function browse(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Browse and protect|Unlock) the log…$/ }).click();
  await expect(page.getByRole('dialog', { name: 'Log' })).toBeVisible();
}

function rows(page: Page): Locator {
  return page.getByRole('listbox', { name: 'Runs' }).getByRole('option');
}

async function goTo(page: Page, part: 'Runs' | 'Keeping' | 'Keys' | 'Audit' | 'Roles'): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Parts of the log' })
    .getByRole('button', { name: part })
    .click();
}

/** What the window says of the last thing that was asked for. */
async function expectSaid(page: Page, text: RegExp): Promise<void> {
  await expect(page.locator('slm-log-browser').getByRole('status').first()).toContainText(text, {
    timeout: 60_000,
  });
}

/** Puts the owner's log under a passphrase. */
async function setPassphrase(page: Page): Promise<void> {
  await goTo(page, 'Keys');
  await page.getByText('Set a passphrase').click();
  await page.getByLabel(/New passphrase/).fill(passphrase);
  await page.getByRole('button', { name: 'Save the passphrase' }).click();
  await expectSaid(page, /nobody opens this log as its owner/);
}

async function unlock(page: Page, role: string, secret: string): Promise<void> {
  await page.getByRole('radio', { name: new RegExp(`^${role}`) }).check();
  await page.getByLabel(`Passphrase of the ${role}`).fill(secret);
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
}

async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${what} ${id}: ${nodes.map(({ html }) => html).join(' ')}`),
  ).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, what).toBeLessThanOrEqual(0);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every part is accessible and keeps to the policy: ${colorScheme}, 360 px`, async ({
    page,
    baseURL,
  }, testInfo) => {
    const watched = await watchPage(page, new URL(baseURL!).origin);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 800 });
    await openLog(page);
    const judge = async (what: string): Promise<void> => {
      await expectAccessible(page, what);
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

test('a list of 5,000 runs scrolls to its end with few rows in the page, and opens what is in view', async ({
  page,
}) => {
  const many = Array.from({ length: 5000 }, (_, number) => ({ goal: `errand ${String(number)}` }));
  await openLog(page, many);
  await expect(page.getByText('5,000 runs')).toBeVisible();
  await expect(rows(page).first()).toContainText('errand 4999');
  const list = page.getByRole('listbox', { name: 'Runs' });
  let most = 0;
  const height = await list.evaluate((element) => element.scrollHeight);
  for (let part = 0; part <= 10; part += 1) {
    await list.evaluate((element, top) => element.scrollTo(0, top), (height * part) / 10);
    await expect(rows(page).first()).toContainText('errand');
    most = Math.max(most, await rows(page).count());
  }
  await expect(rows(page).last()).toContainText('errand 0');
  await expect(rows(page).last()).toHaveAttribute('aria-posinset', '5000');
  expect(most).toBeLessThan(60);
  await list.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.locator('slm-log-record').getByText('errand 4998')).toBeVisible();
});

test('filters find by text, outcome, tool and day, and what was found can be erased', async ({ page }) => {
  await openLog(page);
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('failed');
  await expect(rows(page)).toHaveText([/Convert 10 km/]);
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('');
  await page.getByRole('combobox', { name: 'Tool' }).selectOption('calculator');
  await expect(rows(page)).toHaveText([/15 % of 240/]);
  await page.getByRole('combobox', { name: 'Tool' }).selectOption('');
  await page.getByLabel('From').fill('2020-01-01');
  await page.getByLabel('To', { exact: true }).fill('2020-12-31');
  await page.keyboard.press('Tab');
  await expect(page.getByText('Nothing in the log fits this filter.')).toBeVisible();
  await page.getByLabel('From').fill('');
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

test('a passphrase closes the log, a wrong one opens nothing, and each role sees its own', async ({
  page,
}) => {
  await openLog(page);
  await setPassphrase(page);
  for (const role of ['curator', 'contributor', 'auditor']) {
    await page.getByText(`${role}: not set up`).click();
    const form = page.getByRole('form', { name: `Secret of the ${role}` });
    await form.getByLabel(/Passphrase for/).fill(`${role} comes in`);
    await form.getByLabel('Owner’s passphrase').fill(passphrase);
    await form.getByRole('button', { name: /Set up/ }).click();
    await expectSaid(page, new RegExp(`The role ${role} has a secret`));
  }
  await page.reload();
  await expect(page.getByText(/It is locked\./)).toBeVisible();
  await expect(page.getByText('15 % of 240')).toHaveCount(0);
  await browse(page);
  await unlock(page, 'owner', 'wrong horse battery');
  await expectSaid(page, /could not be unlocked/);
  await expect(page.getByRole('heading', { name: 'The log is locked' })).toBeVisible();

  await unlock(page, 'curator', 'curator comes in');
  await expect(rows(page)).toHaveCount(4);
  await rows(page).last().click();
  await expect(page.getByText('Only the owner sees what was taken out of a run.')).toBeVisible();
  await expect(page.getByLabel('Show what was masked as it was')).toHaveCount(0);
  await expect(page.getByText('Anna Berg')).toHaveCount(0);

  await goTo(page, 'Roles');
  await unlock(page, 'contributor', 'contributor comes in');
  await expect(page.getByRole('heading', { name: 'Open as contributor' })).toBeVisible();
  await expect(page.getByText('Call Marie Holm')).toHaveCount(0);

  await unlock(page, 'auditor', 'auditor comes in');
  await expect(page.getByText('open as auditor', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Check the log' }).click();
  await expect(page.getByRole('cell', { name: 'unlock refused' })).toHaveCount(1);
  await expect(page.getByText('Call Marie Holm')).toHaveCount(0);

  await goTo(page, 'Roles');
  await unlock(page, 'owner', passphrase);
  await expect(rows(page)).toHaveCount(4);
  await goTo(page, 'Keys');
  await page.getByRole('button', { name: 'Make new keys' }).click();
  await expect(page.getByText('Generation 2.')).toHaveCount(0);
  const rotation = page.locator('slm-log-keys section').last();
  await rotation.getByLabel('Owner’s passphrase').fill(passphrase);
  await rotation.getByRole('button', { name: 'Make new keys' }).click();
  await expect(page.getByText(/Generation 2\./)).toBeVisible();
});

test('an open log locks by itself when nothing is asked of it', async ({ page }) => {
  await page.clock.install();
  await openLog(page);
  await setPassphrase(page);
  await goTo(page, 'Roles');
  await expect(page.getByRole('heading', { name: 'Open as owner' })).toBeVisible();
  await page.clock.fastForward('14:00');
  await expect(page.getByRole('heading', { name: 'Open as owner' })).toBeVisible();
  await page.clock.fastForward('02:00');
  await expect(page.getByRole('heading', { name: 'The log is locked' })).toBeVisible();
});

test('retention, a person erased, a backup and its restore, and the chain that tells of all of it', async ({
  page,
}) => {
  await openLog(page);
  await goTo(page, 'Keeping');
  await page.getByLabel(/A passphrase for the file/).fill('for the drawer');
  const [backup] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save a backup' }).click(),
  ]);
  const file = {
    name: 'a.backup',
    mimeType: 'application/octet-stream',
    buffer: await readFile(await backup.path()),
  };
  expect(file.buffer.includes('Marie')).toBe(false);

  await page.getByLabel(/Names, addresses/).fill('anna berg');
  await page.getByLabel(/It cannot be undone/).check();
  await page.getByRole('button', { name: 'Erase every run that names them' }).click();
  await expectSaid(page, /1 run erased/);
  await page.getByLabel('Days').fill('2');
  await page.getByRole('button', { name: 'Keep no more than this' }).click();
  await expectSaid(page, /2 runs were past what is kept/);
  await goTo(page, 'Runs');
  await expect(rows(page)).toHaveCount(1);

  await goTo(page, 'Audit');
  const [receipt] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save a receipt' }).click(),
  ]);
  const kept = {
    name: 'receipt.json',
    mimeType: 'application/json',
    buffer: await readFile(await receipt.path()),
  };
  await page.getByLabel('Against a receipt, if you have one').setInputFiles(kept);
  await page.getByRole('button', { name: 'Check the log' }).click();
  await expect(page.getByRole('cell', { name: 'erased', exact: true })).toHaveCount(2);
  const [chain] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export the chain' }).click(),
  ]);
  const exported = await readFile(await chain.path(), 'utf8');
  expect(await verdictOf(page, exported)).toBe('whole');
  expect(
    await verdictOf(page, exported.replace('\\"action\\":\\"erased\\"', '\\"action\\":\\"read\\"')),
  ).toBe('broken');

  await goTo(page, 'Keeping');
  await page.getByText('Restore a backup').click();
  const restore = page.getByRole('form', { name: 'Restore' });
  for (const [secret, said] of [
    ['for the attic', /is not what was written/],
    ['for the drawer', /as the backup has it/],
  ] as const) {
    await restore.getByLabel('Backup').setInputFiles(file);
    await restore.getByLabel('Its passphrase').fill(secret);
    await restore.getByLabel(/It takes the place/).check();
    await restore.getByRole('button', { name: 'Replace this log' }).click();
    await expectSaid(page, said);
  }
  await goTo(page, 'Runs');
  await expect(rows(page)).toHaveCount(4);
  // The receipt is of a chain that went on from there: the log was taken back to an earlier time, and it shows.
  await goTo(page, 'Audit');
  await page.getByLabel('Against a receipt, if you have one').setInputFiles(kept);
  await page.getByRole('button', { name: 'Check the log' }).click();
  await expect(page.getByRole('heading', { name: /The chain does not hold/ })).toBeVisible();
});

/** What the site's own check says of an exported chain. */
async function verdictOf(page: Page, text: string): Promise<string> {
  return page.evaluate(async (exported) => {
    const path = '/assets/smallworks.js';
    const site = (await import(path)) as { verifyAudit(chain: unknown): Promise<{ readonly type: string }> };
    return (await site.verifyAudit(JSON.parse(exported))).type;
  }, text);
}

test('a passkey opens the log, and beside it nothing but itself', async ({ page, baseURL, browserName }) => {
  test.skip(browserName !== 'chromium', 'virtual authenticators are driven over the DevTools protocol');
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  // A passkey belongs to a name; an address of numbers can have none.
  await page.goto(baseURL!.replace('127.0.0.1', 'localhost'));
  await seedLog(page, errands);
  await page.reload();
  await browse(page);
  await goTo(page, 'Keys');
  await page.getByText('Add a passkey').first().click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expectSaid(page, /nobody opens this log as its owner/);
  await page.reload();
  await browse(page);
  await page.getByRole('button', { name: 'Unlock with a passkey' }).click();
  await expect(rows(page)).toHaveCount(4);

  await goTo(page, 'Roles');
  await page.getByRole('button', { name: 'Lock now' }).click();
  await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await page.getByRole('button', { name: 'Unlock with a passkey' }).click();
  await expectSaid(page, /The passkey was not used/);
  await expect(page.getByRole('heading', { name: 'The log is locked' })).toBeVisible();
});
