/**
 * Vectors of texts, kept in this browser, so that a text is embedded once. A text is known by its hash: none lies here. What cannot
 * be kept is computed again. Knows IndexedDB; embeds nothing.
 */
import { useDatabase } from '../../engine/use-database.ts';

const place = { databaseName: 'smallworks-vectors', storeName: 'vectors' };

/** Keys of texts under these weights: vectors of other weights cannot be compared. */
export async function vectorKeys(texts: readonly string[], weightsHash: string): Promise<readonly string[]> {
  const encoder = new TextEncoder();
  return await Promise.all(
    texts.map(async (text) => {
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
      return `${weightsHash.slice(0, 16)}/${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    }),
  );
}

/** One a key; undefined: there is none. */
export async function readVectors(keys: readonly string[]): Promise<readonly (Float32Array | undefined)[]> {
  const found = await useDatabase(place, async (database) => {
    const { store } = database.transaction(place.storeName);
    return (await Promise.all(keys.map((key) => store.get(key)))) as readonly (Float32Array | undefined)[];
  });
  return found ?? keys.map(() => undefined);
}

export async function keepVectors(
  entries: readonly (readonly [key: string, vector: Float32Array])[],
): Promise<void> {
  await useDatabase(place, async (database) => {
    const work = database.transaction(place.storeName, 'readwrite');
    await Promise.all([...entries.map(([key, vector]) => work.store.put(vector, key)), work.done]);
  });
}

export async function dropVectors(): Promise<void> {
  await useDatabase(place, (database) => database.clear(place.storeName));
}
