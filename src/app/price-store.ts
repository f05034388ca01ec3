/**
 * Keeps the prices that the user gave, in a database of its own. What is not a price list of this version is none.
 */
import type { PriceList } from '../protocol/economics.ts';
import { SmallStore } from './small-store.ts';

interface StoredPrices {
  readonly id: 'prices';
  readonly version: 1;
  readonly prices: PriceList;
}

const amounts = [
  'inputPerMillion',
  'cachedPerMillion',
  'outputPerMillion',
  'perKilowattHour',
  'watts',
] as const;

export class PriceStore {
  readonly #store: SmallStore<StoredPrices>;

  constructor({ databaseName = 'smallworks-prices' }: { readonly databaseName?: string } = {}) {
    this.#store = new SmallStore({ databaseName, isItem: isStoredPrices });
  }

  /** The prices that were kept last; undefined: none. */
  async read(): Promise<PriceList | undefined> {
    return (await this.#store.list())[0]?.prices;
  }

  /** False: this browser stores nothing. */
  async keep(prices: PriceList): Promise<boolean> {
    return await this.#store.put([{ id: 'prices', version: 1, prices }]);
  }
}

function isStoredPrices(value: unknown): value is StoredPrices {
  if (typeof value !== 'object' || value === null) return false;
  const { version, prices } = value as { readonly version?: unknown; readonly prices?: unknown };
  if (version !== 1 || typeof prices !== 'object' || prices === null) return false;
  const list = prices as { readonly [name: string]: unknown };
  return (
    typeof list['currency'] === 'string' &&
    amounts.every((name) => typeof list[name] === 'number' && Number.isFinite(list[name]))
  );
}
