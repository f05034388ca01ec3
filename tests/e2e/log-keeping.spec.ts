/**
 * The log as it is kept: locked and unlocked, opened by each role and by a passkey, held to a limit, erased, backed up and
 * audited. On the built site, in the browser's own IndexedDB.
 */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import {
  browse,
  errands,
  expectSaid,
  goTo,
  openLog,
  passphrase,
  rows,
  setPassphrase,
  unlock,
} from './log-page.ts';
import { expectGoodPage } from './good-page.ts';
import { seedLog } from './seed-log.ts';
import { expect, test } from './test.ts';

// What cannot be pressed is told at once, not when the test's time is up.
test.use({ actionTimeout: 60_000 });

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
    await form.getByRole('button', { name: `Set up the ${role}`, exact: true }).click();
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

test('a log that the browser lost is said to be gone, and the audit log keeps that', async ({ page }) => {
  await openLog(page);
  // Deleted under the page, as a browser drops a database that it finds damaged.
  await page.evaluate(async () => {
    await new Promise((resolve) => {
      indexedDB.deleteDatabase('smallworks-journal').addEventListener('success', resolve);
    });
  });
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('The log that was here is gone');
  await expectGoodPage(page);
  await page.reload();
  await expect(page.getByText('No runs yet.')).toBeVisible();
  await expect(page.getByText('The log that was here is gone')).toHaveCount(0);
  await browse(page);
  await goTo(page, 'Audit');
  await page.getByRole('button', { name: 'Check the log' }).click();
  await expect(page.getByRole('cell', { name: 'lost', exact: true })).toHaveCount(1);
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

test('a passkey opens the log, and beside it nothing but itself', async ({
  page,
  policy,
  baseURL,
  browserName,
}) => {
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
  const home = baseURL!.replace('127.0.0.1', 'localhost');
  policy.addHome(home);
  await page.goto(home);
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

  await goTo(page, 'Keys');
  await page.getByText('Set a passphrase').click();
  await page.getByLabel(/New passphrase/).fill(passphrase);
  await page.getByRole('button', { name: 'Save the passphrase' }).click();
  await expectSaid(page, /The other ways in still open the log/);
  await page.getByText('Take a way in away').click();
  const removal = page.locator('slm-log-keys details[open]', { hasText: 'Away goes' });
  await removal.getByRole('combobox').selectOption('passphrase');
  await removal.getByRole('button', { name: 'Take it away' }).click();
  await expectSaid(page, /That way in is gone/);
  await expect(page.getByText(/role opens by a passkey\./)).toBeVisible();

  await page.getByText('curator: not set up').click();
  await page.getByRole('button', { name: 'Set up the curator with a passkey' }).click();
  await expectSaid(page, /The role curator has a secret/);
  await goTo(page, 'Roles');
  await page.getByRole('radio', { name: /^curator/ }).check();
  await page.getByRole('button', { name: 'Unlock with a passkey' }).click();
  await expect(page.getByText('open as curator', { exact: true })).toBeVisible();

  await goTo(page, 'Roles');
  await page.getByRole('button', { name: 'Lock now' }).click();
  await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await page.getByRole('button', { name: 'Unlock with a passkey' }).click();
  await expectSaid(page, /The passkey was not used/);
  await expect(page.getByRole('heading', { name: 'The log is locked' })).toBeVisible();
});
