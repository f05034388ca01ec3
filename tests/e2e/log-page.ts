/**
 * The log's window as a user works it: by labels and buttons. Knows no test's purpose.
 */
import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { withoutFilePicker } from './agent-page.ts';
import { seedLog } from './seed-log.ts';
import type { SeededRun } from './seed-log.ts';

const masked = {
  type: 'PERSON',
  rule: 'a first name before a surname',
  original: 'Anna Berg',
  replacement: 'Marie Holm',
};
export const errands: readonly SeededRun[] = [
  { goal: 'Call Marie Holm tomorrow', masked, tool: 'todo_add', outcome: 'answered' },
  { goal: 'What is 15 % of 240?', tool: 'calculator', outcome: 'answered' },
  { goal: 'Convert 10 km to miles', tool: 'convert_unit', outcome: 'failed' },
  { goal: 'A goal that goes on and on and on and on and on until nobody can follow it any more' },
];
export const passphrase = 'correct horse battery';

/** The site with these runs in its log, and the log open in its window. */
export async function openLog(
  page: Page,
  runs: readonly SeededRun[] = errands,
  hoursApart = 30,
): Promise<void> {
  await withoutFilePicker(page);
  await page.goto('');
  await seedLog(page, runs, hoursApart);
  await page.reload();
  await browse(page);
  await expect(rows(page).first()).toBeVisible();
}

export async function browse(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Browse and protect|Unlock) the log…$/ }).click();
  await expect(page.getByRole('dialog', { name: 'Log' })).toBeVisible();
}

export function rows(page: Page): Locator {
  return page.getByRole('listbox', { name: 'Runs' }).getByRole('option');
}

export async function goTo(page: Page, part: 'Runs' | 'Keeping' | 'Keys' | 'Audit' | 'Roles'): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Parts of the log' })
    .getByRole('button', { name: part })
    .click();
}

/** What the window says of the last thing that was asked for. */
export async function expectSaid(page: Page, text: RegExp): Promise<void> {
  await expect(page.locator('slm-log-browser').getByRole('status').first()).toContainText(text, {
    timeout: 60_000,
  });
}

/** Puts the owner's log under a passphrase. */
export async function setPassphrase(page: Page): Promise<void> {
  await goTo(page, 'Keys');
  await page.getByText('Set a passphrase').click();
  await page.getByLabel(/New passphrase/).fill(passphrase);
  await page.getByRole('button', { name: 'Save the passphrase' }).click();
  await expectSaid(page, /nobody opens this log as its owner/);
}

export async function unlock(page: Page, role: string, secret: string): Promise<void> {
  await page.getByRole('radio', { name: new RegExp(`^${role}`) }).check();
  await page.getByLabel(`Passphrase of the ${role}`).fill(secret);
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
}
