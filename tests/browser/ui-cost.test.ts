/** What a run took, as the page shows it; and that the prices the user gave are there the next time. */
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { PriceStore } from '../../src/app/price-store.ts';
import { SmallStore } from '../../src/app/small-store.ts';
import { Spending } from '../../src/app/spending.ts';
import type { PriceList } from '../../src/protocol/economics.ts';
import type { SpendingView } from '../../src/ui/spending-view.ts';
import { collect, expectGoodPage, setStage, show } from './ui-fixtures/stage.ts';
import { states } from './ui-fixtures/states.ts';

setStage('Cost');

const prices: PriceList = {
  currency: 'EUR',
  inputPerMillion: 3,
  cachedPerMillion: 0.3,
  outputPerMillion: 15,
  perKilowattHour: 0.35,
  watts: 20,
};

test('a run that ended says what it took, and asks for prices before it speaks of money', async () => {
  await show(states.answer);
  await expect.element(page.getByRole('heading', { name: 'What it took' })).toBeVisible();
  await expect.element(page.getByText('Calls decided on this device')).toBeVisible();
  expect(page.getByText('The same with the large model').elements()).toHaveLength(0);
  const given = collect('prices-change');
  await page.getByText('Prices and assumptions').click();
  await userEvent.fill(page.getByLabelText('A million tokens read', { exact: true }), '3');
  await userEvent.fill(page.getByLabelText('A million tokens written'), '15');
  await page.getByRole('button', { name: 'Keep these' }).click();
  expect(given).toEqual([
    {
      currency: 'USD',
      inputPerMillion: 3,
      cachedPerMillion: 0,
      outputPerMillion: 15,
      perKilowattHour: 0,
      watts: 15,
    },
  ]);
  await expectGoodPage('prices open');
});

test('limits are set beside what was spent today; money once there are prices', async () => {
  const spending = {
    limits: { runTokens: 5000, beyond: 'ask' as const },
    today: { tokens: 1234, money: 0.05 },
  };
  await show({ ...states.answer, spending });
  await expect.element(page.getByText('Today: 1,234 tokens')).toBeVisible();
  await page.getByText('Limits', { exact: true }).click();
  await expect.element(page.getByLabelText('Tokens a run')).toHaveValue(5000);
  await expect.element(page.getByLabelText('Money a day')).toBeDisabled();
  await expectGoodPage('limits without prices');

  const given = collect('spend-limits-change');
  await show({ ...states.answer, spending, prices });
  await expect.element(page.getByText('0.05 EUR')).toBeVisible();
  await page.getByText('Limits', { exact: true }).click();
  await userEvent.clear(page.getByLabelText('Tokens a run'));
  await userEvent.fill(page.getByLabelText('Money a day'), '0.5');
  await userEvent.selectOptions(page.getByLabelText('Before a limit is passed'), 'Stop');
  await page.getByRole('button', { name: 'Keep these limits' }).click();
  expect(given).toEqual([{ dayMoney: 0.5, beyond: 'refuse' }]);
  await expectGoodPage('limits');
});

test('what runs spend is counted by day, and bounds are there the next time', async () => {
  const databaseName = `spending-${crypto.randomUUID()}`;
  const views: SpendingView[] = [];
  let now = new Date(2026, 2, 4, 12).getTime();
  const open = (): Spending =>
    new Spending({
      databaseName,
      now: () => now,
      prices: { read: () => Promise.resolve(prices) },
      onChange: (view) => views.push(view),
    });
  const usage = {
    promptTokens: 1000,
    cachedTokens: 400,
    decodeTokens: 100,
    timeToFirstTokenMs: 0,
    prefillMs: 0,
    decodeMs: 0,
    totalMs: 0,
  };
  const step = async (spending: Spending, runId: string): Promise<void> => {
    await spending.note({
      type: 'step-finished',
      id: 'e',
      runId,
      at: now,
      stepId: 's',
      purpose: 'act',
      text: '',
      usage,
      verdict: { type: 'accepted' },
    });
  };

  const first = open();
  expect(await first.forRun()).toEqual({});
  await first.setLimits({ dayTokens: 5000, beyond: 'refuse' });
  await step(first, 'one');
  await step(first, 'one');
  const second = open();
  await second.forRun();
  await step(second, 'two');
  // No run was begun with a model of this device, so the steps cost: 600 read, 400 from cache, 100 written, three times.
  const money = (3 * (600 * 3 + 400 * 0.3 + 100 * 15)) / 1e6;
  expect(await open().forRun()).toEqual({
    spend: {
      limits: { dayTokens: 5000, beyond: 'refuse' },
      today: { tokens: 2100, money: expect.closeTo(money, 9) as number },
      prices,
    },
  });
  expect(views.at(-1)?.today.tokens).toBe(2100);
  // The next day begins at nothing.
  now += 86_400_000;
  expect((await open().forRun()).spend?.today).toEqual({ tokens: 0, money: 0 });
});

test('with prices it says what was saved, at every width', async () => {
  for (const width of [320, 1280]) {
    await page.viewport(width, 800);
    await show({ ...states.answer, prices });
    await expect.element(page.getByText('The same with the large model')).toBeVisible();
    await expectGoodPage(`${String(width)} px`);
  }
});

test('a run that goes on says nothing of it yet', async () => {
  await show(states.running);
  expect(page.getByRole('heading', { name: 'What it took' }).elements()).toHaveLength(0);
});

test('prices are kept; what is none is not read', async () => {
  const databaseName = `prices-${crypto.randomUUID()}`;
  const store = new PriceStore({ databaseName });
  expect(await store.read()).toBeUndefined();
  expect(await store.keep(prices)).toBe(true);
  expect(await new PriceStore({ databaseName }).read()).toEqual(prices);
  const raw = new SmallStore<{ readonly id: string; readonly version: number }>({
    databaseName,
    isItem: (value): value is { readonly id: string; readonly version: number } => value !== undefined,
  });
  await raw.put([{ id: 'prices', version: 2 }]);
  expect(await store.read()).toBeUndefined();
});
