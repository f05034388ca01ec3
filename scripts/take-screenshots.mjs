/**
 * `node scripts/take-screenshots.mjs [PAGE…]`: the pictures of the pages in `docs/images`, each after its page did something, from
 * the built site in a real Chromium. Takes some minutes: the models of the pages run.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { runCommandLine } = await import('./command-line.mjs');
const { UsageError, parse } = await import('./read-arguments.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const images = join(root, 'docs/images');
const print = console.error;

/** A small model on a slow machine takes its time. Milliseconds. */
const longest = 180_000;

/**
 * @typedef {import('playwright').Page} Page
 * @typedef {{ name: string, path: string, dark?: boolean, whole?: boolean, act?: (page: Page) => Promise<void> }} Picture
 */

/** @param {Page} page @param {string} name */
async function press(page, name) {
  await page.getByRole('button', { name }).first().click();
}

/** @param {import('playwright').Locator} locator */
async function seen(locator) {
  await locator.first().waitFor({ timeout: longest });
}

/** @param {Page} page */
async function solve(page) {
  await press(page, 'What is 12.5');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await seen(page.getByRole('heading', { name: 'Answer', exact: true }));
}

/** @type {readonly Picture[]} */
const pictures = [
  { name: 'home', path: '', act: solve },
  {
    name: 'home-ar',
    path: '',
    dark: true,
    act: async (page) => {
      await page.getByRole('combobox', { name: 'Language' }).selectOption('ar');
      await seen(page.locator('html[lang="ar"]'));
    },
  },
  {
    name: 'desk',
    path: 'demos/desk/',
    whole: true,
    act: async (page) => {
      await press(page, 'Put sample things on it');
      await page.getByLabel('What should be done?').fill('Add a todo: buy stamps for the invitations.');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await seen(page.getByRole('button', { name: 'Approve' }));
    },
  },
  {
    name: 'inbox',
    path: 'demos/inbox/',
    dark: true,
    act: async (page) => {
      await press(page, 'Sort: Invoice 4411');
      await seen(page.getByRole('heading', { name: 'Allow todo_add?' }));
      await press(page, 'Approve');
      await seen(page.getByRole('button', { name: 'Keep it' }));
    },
  },
  {
    name: 'form',
    path: 'demos/form/',
    act: async (page) => {
      await press(page, 'Fill in the form');
      await seen(page.getByRole('button', { name: 'Save the form' }));
    },
  },
  {
    name: 'flywheel',
    path: 'demos/flywheel/',
    whole: true,
    act: async (page) => {
      await press(page, 'Open the sample log');
      await press(page, 'Mask three requests');
      await seen(page.getByRole('region', { name: 'As it was, As it is kept, Found' }));
      await press(page, 'Look the log through');
      await seen(page.getByText('38 rows looked through'));
      await press(page, 'Find the tasks');
      await seen(page.getByRole('region', { name: 'Task, Rows, For example' }));
    },
  },
  {
    name: 'bench',
    path: 'demos/bench/',
    act: async (page) => {
      await press(page, 'Measure this device');
      await seen(page.getByRole('heading', { name: 'This device', exact: true }));
    },
  },
  {
    name: 'workflows',
    path: 'demos/workflows/',
    act: async (page) => {
      await press(page, 'Run the workflow');
      await seen(page.getByRole('heading', { name: /^Allow / }));
    },
  },
  { name: 'dataset', path: 'demos/dataset/' },
  { name: 'train', path: 'demos/train/' },
  { name: 'lab', path: 'demos/lab/' },
  { name: 'select', path: 'demos/select/' },
  { name: 'docs', path: 'docs/specialists.html' },
];

/** @param {Page} page @param {boolean} whole */
async function picture(page, whole) {
  const session = await page.context().newCDPSession(page);
  const { cssContentSize } = await session.send('Page.getLayoutMetrics');
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality: 80,
    captureBeyondViewport: whole,
    ...(whole
      ? { clip: { x: 0, y: 0, width: cssContentSize.width, height: cssContentSize.height, scale: 1 } }
      : {}),
  });
  return Buffer.from(data, 'base64');
}

const usage = `Usage: node scripts/take-screenshots.mjs [PAGE...]\n\n  PAGE  one of: ${pictures.map(({ name }) => name).join(', ')} (default: all)`;

/** @param {string[]} words */
function read(words) {
  const { values, positionals } = parse({ typed: words, options: { help: { type: 'boolean', short: 'h' } } });
  if (values['help'] === true) return 'help';
  const unknown = positionals.find((word) => pictures.every(({ name }) => name !== word));
  if (unknown !== undefined) throw new UsageError(`There is no page ${unknown}.`);
  return positionals;
}

/** @param {readonly string[]} wanted */
async function takeScreenshots(wanted) {
  const { openBuiltSite } = await import('./open-site.mjs');
  const { browser, origin, close } = await openBuiltSite({ root, print });
  mkdirSync(images, { recursive: true });
  try {
    for (const { name, path, dark = false, whole = false, act } of pictures) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const page = await browser.newPage({
        viewport: { width: 1280, height: 900 },
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
      });
      await page.goto(`${origin}/${path}`);
      await page.waitForLoadState('networkidle');
      await act?.(page);
      await page.evaluate(() => scrollTo(0, 0));
      writeFileSync(join(images, `${name}.webp`), await picture(page, whole));
      print(`${name}.webp`);
      await page.close();
    }
  } finally {
    await close();
  }
}

await runCommandLine({ read, usage, run: takeScreenshots, failed: 'The pictures were not taken:' });
