/** What a run took, as the page shows it; and that the prices the user gave are there the next time. */
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { PriceStore } from '../../src/app/price-store.ts';
import { SmallStore } from '../../src/app/small-store.ts';
import type { PriceList } from '../../src/protocol/economics.ts';
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
