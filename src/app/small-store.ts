/**
 * A list of records in an IndexedDB database of its own, for what is worth keeping and no fault to lose. What cannot be
 * stored or read is an empty list; whoever keeps something is told whether it is kept. Knows nothing of the records.
 */
import { useDatabase } from '../engine/use-database.ts';

export interface SmallStoreOptions<Item> {
  readonly databaseName: string;
  /** Records of versions that are not known, and torn ones, are passed over. */
  readonly isItem: (value: unknown) => value is Item;
}

const storeName = 'items';

export class SmallStore<Item extends { readonly id: string }> {
  readonly #isItem: SmallStoreOptions<Item>['isItem'];
  readonly #place: Parameters<typeof useDatabase>[0];

  constructor({ databaseName, isItem }: SmallStoreOptions<Item>) {
    this.#isItem = isItem;
    this.#place = { databaseName, storeName };
  }

  /** Adds, or replaces those of the same ids. False: this browser stores nothing. */
  async put(items: readonly Item[]): Promise<boolean> {
    const kept = await useDatabase(this.#place, async (database) => {
      const work = database.transaction(storeName, 'readwrite');
      await Promise.all([...items.map((item) => work.store.put(item, item.id)), work.done]);
      return true;
    });
    return kept === true;
  }

  /** By id. */
  async list(): Promise<readonly Item[]> {
    const values: readonly unknown[] =
      (await useDatabase(this.#place, (database) => database.getAll(storeName))) ?? [];
    return values.filter(this.#isItem);
  }

  async remove(ids: readonly string[]): Promise<void> {
    await useDatabase(this.#place, async (database) => {
      const work = database.transaction(storeName, 'readwrite');
      await Promise.all([...ids.map((id) => work.store.delete(id)), work.done]);
    });
  }
}
