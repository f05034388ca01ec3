/**
 * A turn with an IndexedDB database of one store, for what is worth keeping and no fault to lose: where the browser stores
 * nothing, there is no result. Knows nothing of what is kept.
 */
import { openDB } from 'idb';
import type { IDBPDatabase } from 'idb';

/** Opens, works, and closes. Undefined where the browser refuses. */
export async function useDatabase<Result>(
  { databaseName, storeName }: { readonly databaseName: string; readonly storeName: string },
  work: (database: IDBPDatabase) => Promise<Result>,
): Promise<Result | undefined> {
  try {
    const database = await openDB(databaseName, 1, {
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
