/**
 * The page that trains: rows of a file teach the site's own model in this tab, a pause outlasts a reload, and the adapter
 * comes onto the shelf of its model.
 */
import type { Page } from '@playwright/test';
import { isTrialRun } from '../../src/app/train/log-rows.ts';
import { logSide } from '../../src/flywheel/split.ts';
import { sampleId, sampleRun } from '../fixtures/journal/sample-run.ts';
import { expectGoodOnNarrowScreens } from './good-page.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

const artists = ['Miles Davis', 'Nina Simone', 'Fela Kuti', 'Mercedes Sosa'];
const rows = artists.map((artist) => ({
  prompt: `<|im_start|>user\nPlay something by ${artist}<|im_end|>\n<|im_start|>assistant\n`,
  completion: `{"name":"PlayMusic","arguments":{"artist":"${artist}"}}<|im_end|>`,
}));
const file = {
  name: 'teaching.rendered.jsonl',
  mimeType: 'application/jsonl',
  buffer: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
};
const steps = 12;

async function begin(page: Page): Promise<void> {
  await page.goto('demos/train/');
  await page.getByLabel('Choose a file').setInputFiles(file);
  await expect(page.getByText('teaching.rendered.jsonl: 4 rows.')).toBeVisible();
  await page.getByLabel('Steps').fill(String(steps));
  await page.getByRole('button', { name: 'Train' }).click();
}

test('rows become an adapter on the shelf, with a pause and a reload in between', async ({ page }) => {
  const watched = watchPage(page);
  await begin(page);
  await expect(page.getByText(/^Step [1-9]\d* of 12/)).toBeVisible({ timeout: 300_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('Paused.')).toBeVisible({ timeout: 120_000 });
  await expectGoodOnNarrowScreens(page);

  await begin(page);
  const started = page.getByRole('img', { name: /^Loss of \d+ steps/ });
  await expect(started).toBeVisible({ timeout: 300_000 });
  await expect(page.getByText('The adapter is made.')).toBeVisible({ timeout: 300_000 });
  const [first, last] = await page.evaluate(() => {
    const { losses } = window.trainingDesk.view;
    return [losses[0] ?? Number.NaN, losses.at(-1) ?? Number.NaN];
  });
  expect(last).toBeLessThan(first * 0.75);
  expect(await page.evaluate(() => window.trainingDesk.view.losses.length)).toBe(steps);
  await page.getByRole('button', { name: 'Put it on the shelf' }).click();
  await expect(page.getByText('The adapter is on the shelf of its model.')).toBeVisible({ timeout: 60_000 });
  await expectGoodOnNarrowScreens(page);
  expect(watched.troubles).toEqual([]);
});

test('a file without rows is refused in words', async ({ page }) => {
  await page.goto('demos/train/');
  await page.getByLabel('Choose a file').setInputFiles({
    name: 'notes.jsonl',
    mimeType: 'application/jsonl',
    buffer: Buffer.from('{"note":"no row"}\n'),
  });
  await expect(page.getByRole('alert')).toContainText('notes.jsonl has no rows to train on.');
});

/** What the built script exports, as far as it is used here. */
interface BuiltSite {
  openJournal(options: { readonly durability: 'relaxed' }): Promise<{
    append(event: object): Promise<void>;
    close(): void;
  }>;
  readonly createSession: () => {
    start(): Promise<void>;
    readonly adapters: { open(): Promise<void> };
    readonly promotion: { open(): Promise<void> };
    clearLog(): Promise<void>;
    readonly state: {
      readonly promotion?: { readonly adapters: readonly { readonly title: string }[] };
      readonly adapters: { readonly adapters: readonly { readonly warning?: string }[] };
    };
  };
}

function isTrial(number: number): boolean {
  return isTrialRun(sampleId(number, 'run'));
}

test('a log of some size keeps rows aside, and what is trained is tried on them', async ({ page }) => {
  await page.goto('demos/train/');
  // Few rows, so that no codes are hidden among them, which take minutes to ask for.
  const teaching = Array.from({ length: 400 }, (_, number) => number).filter(
    (number) => logSide(sampleId(number, 'run')) === 'training',
  );
  const numbers = [
    ...teaching.filter(isTrial).slice(0, 12),
    ...teaching.filter((number) => !isTrial(number)).slice(0, 40),
  ];
  const runs = numbers.map((number) => {
    const city = ['Oslo', 'Rome', 'Lima'][number % 3] ?? '';
    const output = { type: 'calls', calls: [{ name: 'weather', arguments: { city } }] } as const;
    const outcome = { type: 'answered', answer: 'Rain.' } as const;
    return sampleRun({ number, goal: `What is the weather in ${city}?`, steps: [{ output }], outcome });
  });
  await page.evaluate(
    async (logged) => {
      const path = '/assets/smallworks.js';
      const site = (await import(path)) as BuiltSite;
      const journal = await site.openJournal({ durability: 'relaxed' });
      await Promise.all(
        logged.map(async (events) => {
          for (const event of events) await journal.append(event);
        }),
      );
      journal.close();
    },
    runs as readonly (readonly object[])[],
  );
  await page.getByRole('button', { name: 'Take my own log' }).click();
  await expect(
    page.getByText(/It is tried on 12 other rows meanwhile, and the best is kept\./),
  ).toBeVisible();
  await page.getByLabel('Steps').fill('10');
  await page.getByRole('button', { name: 'Train' }).click();
  await expect(page.getByText(/The adapter is made, by 10 steps: \d+ of 12 trials are right\./)).toBeVisible({
    timeout: 300_000,
  });
  const { trials, source, trouble } = await page.evaluate(() => window.trainingDesk.view);
  expect(trouble).toBeUndefined();
  expect(trials.map(({ step, n }) => ({ step, n }))).toEqual([{ step: 10, n: source?.trialRows }]);
  // A candidate is on the shelf for its trial alone; what was made stays.
  await page.getByRole('button', { name: 'Put it on the shelf' }).click();
  await expect(page.getByText('The adapter is on the shelf of its model.')).toBeVisible({ timeout: 60_000 });
  const shelf = await page.evaluate(async () => {
    const path = '/assets/smallworks.js';
    const { createSession } = (await import(path)) as BuiltSite;
    const session = createSession();
    const warnings = (): string =>
      session.state.adapters.adapters.map(({ warning }) => warning ?? '').join('');
    await session.start();
    await session.adapters.open();
    await session.promotion.open();
    const titles = (session.state.promotion?.adapters ?? []).map(({ title }) => title);
    const before = warnings();
    await session.clearLog();
    await session.adapters.open();
    return { titles, before, after: warnings() };
  });
  expect(shelf.titles.filter((title) => title.startsWith('Trained here'))).toHaveLength(1);
  expect(shelf.titles.filter((title) => title.startsWith('Candidate'))).toEqual([]);
  // Erasing what taught it marks it.
  expect(shelf.before).toBe('');
  expect(shelf.after).toMatch(/^(\d+) of the \1 runs that taught it were erased since/);
  await expectGoodOnNarrowScreens(page);
});

test('on battery it waits, and goes on when the device is plugged in', async ({ page }) => {
  await page.addInitScript(() => {
    const battery = Object.assign(new EventTarget(), { charging: false });
    const plug = (charging: boolean): void => {
      battery.charging = charging;
      battery.dispatchEvent(new Event('chargingchange'));
    };
    Object.assign(navigator, { getBattery: async () => await Promise.resolve(battery) });
    Object.assign(window, { plug });
  });
  const plug = async (charging: boolean): Promise<void> => {
    await page.evaluate((on) => (window as unknown as { plug: (on: boolean) => void }).plug(on), charging);
  };
  await page.goto('demos/train/');
  await page.getByLabel('Choose a file').setInputFiles(file);
  await page.getByLabel('Steps').fill('24');
  await page.getByLabel('Only while plugged in').check();
  await page.getByRole('button', { name: 'Train' }).click();
  const waiting = page.getByText('On battery. It goes on when the device is plugged in.');
  await expect(waiting).toBeVisible();
  await plug(true);
  await expect(page.getByText(/^Step [1-9]\d* of 24/)).toBeVisible({ timeout: 300_000 });
  await plug(false);
  await expect(waiting).toBeVisible({ timeout: 120_000 });
  const done = await page.evaluate(() => window.trainingDesk.view.losses.length);
  expect(done).toBeGreaterThan(0);
  await plug(true);
  await expect(page.getByText('The adapter is made.')).toBeVisible({ timeout: 300_000 });
  expect(await page.evaluate(() => window.trainingDesk.view.losses.length)).toBe(24);
});

/** The tab's process ends, as it does where memory runs out. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const gone = page.waitForEvent('crash');
  // Nobody is left to answer.
  session.send('Page.crash').catch(() => undefined);
  await gone;
  await page.close();
}

test('a tab that crashes five times ends with the same adapter, byte for byte', async ({ context }) => {
  test.setTimeout(900_000);
  const settings = { layers: 4, steps: 22 };
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto('demos/train/');
    await page.getByLabel('Choose a file').setInputFiles(file);
    await expect(page.getByText('teaching.rendered.jsonl: 4 rows.')).toBeVisible();
    return page;
  };
  const finish = async (page: Page): Promise<string> =>
    await page.evaluate(async (how) => {
      await window.trainingDesk.train(how);
      const bytes = await window.trainingDesk.adapterFile()?.arrayBuffer();
      if (bytes === undefined) throw new Error(window.trainingDesk.view.trouble);
      const hash = await crypto.subtle.digest('SHA-256', bytes);
      return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }, settings);

  const undisturbed = await open();
  const wanted = await finish(undisturbed);
  await undisturbed.evaluate(async () => await window.trainingDesk.forget());
  await undisturbed.close();

  const resumedAt: number[] = [];
  for (let kill = 0; kill < 5; kill += 1) {
    const page = await open();
    // Later each time, so that checkpoints are gone on from: they are ten steps apart.
    const at = 1 + 4 * kill + Math.floor(Math.random() * 4);
    await page.evaluate((how) => void window.trainingDesk.train(how), settings);
    await page.waitForFunction(() => window.trainingDesk.view.stage === 'training');
    resumedAt.push(await page.evaluate(() => window.trainingDesk.view.losses.length));
    await page.waitForFunction((step) => window.trainingDesk.view.losses.length >= step, at);
    await crash(page);
  }
  console.log(`crashed five times; begun at steps ${resumedAt.join(', ')}`);
  expect(resumedAt.at(-1)).toBeGreaterThanOrEqual(10);
  const last = await open();
  expect(await finish(last)).toBe(wanted);
  expect(await last.evaluate(() => window.trainingDesk.view.losses.length)).toBe(settings.steps);
});
