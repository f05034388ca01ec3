/** What the built-in tools wrote on the user's desk. Knows its database by name. */
import type { Page } from '@playwright/test';

/** How many records of a kind the user's desk holds. */
export async function countKept(page: Page, store: 'todos' | 'notes'): Promise<number> {
  return await page.evaluate(
    async (name) =>
      await new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('smallworks-desk');
        opening.addEventListener('error', () => reject(new Error('The desk cannot be opened.')));
        opening.addEventListener('success', () => {
          const database = opening.result;
          const counting = database.transaction(name).objectStore(name).count();
          counting.addEventListener('success', () => {
            database.close();
            resolve(counting.result);
          });
        });
      }),
    store,
  );
}
