/**
 * A list of records in an IndexedDB database of its own, for what is worth keeping and no fault to lose. What cannot be
 * stored or read is an empty list; whoever keeps something is told whether it is kept. Knows nothing of the records.
 */
import { openDB } from 'idb';

type Database = Awaited<ReturnType<typeof openDB>>;

export interface SmallStoreOptions<Item> {
  readonly databaseName: string;
  /** Records of versions that are not known, and torn ones, are passed over. */
  readonly isItem: (value: unknown) => value is Item;
}

const storeName = 'items';

export class SmallStore<Item extends { readonly id: string }> {
  readonly #options: SmallStoreOptions<Item>;

  constructor(options: SmallStoreOptions<Item>) {
    this.#options = options;
  }

  /** Adds, or replaces those of the same ids. False: this browser stores nothing. */
  async put(items: readonly Item[]): Promise<boolean> {
    const kept = await this.#use(async (database) => {
      const work = database.transaction(storeName, 'readwrite');
      await Promise.all([...items.map((item) => work.store.put(item, item.id)), work.done]);
      return true;
    });
    return kept === true;
  }

  /** By id. */
  async list(): Promise<readonly Item[]> {
    const values: readonly unknown[] = (await this.#use((database) => database.getAll(storeName))) ?? [];
    return values.filter(this.#options.isItem);
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#use(async (database) => {
      const work = database.transaction(storeName, 'readwrite');
      await Promise.all([...ids.map((id) => work.store.delete(id)), work.done]);
    });
  }

  async #use<Result>(work: (database: Database) => Promise<Result>): Promise<Result | undefined> {
    try {
      const database = await openDB(this.#options.databaseName, 1, {
        upgrade: (created) => void created.createObjectStore(storeName),
      });
      try {
        return await work(database);
      } finally {
        database.close();
      }
    } catch (error) {
      if (error instanceof DOMException) return undefined;
      throw error;
    }
  }
}
