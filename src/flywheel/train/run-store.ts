/**
 * Where a training stands, kept in this browser by run, so that a reload or a crash costs a few steps. A checkpoint is
 * written in one transaction: the old one stays until the new one is whole. Knows IndexedDB; nothing of training.
 */
import { useDatabase } from '../../engine/use-database.ts';
import type { TrainingCheckpoint } from './training-run.ts';

const storeName = 'runs';

export class RunStore {
  readonly #place: Parameters<typeof useDatabase>[0];

  constructor({ databaseName = 'smallworks-training' }: { readonly databaseName?: string } = {}) {
    this.#place = { databaseName, storeName };
  }

  /** Undefined: nothing is kept of this run, or a version of the site wrote it that is not known here. */
  async read(run: string): Promise<TrainingCheckpoint | undefined> {
    const stored = await useDatabase(
      this.#place,
      async (database) => (await database.get(storeName, run)) as TrainingCheckpoint | undefined,
    );
    return stored?.v === 1 ? stored : undefined;
  }

  /** False: this browser keeps nothing. */
  async write(run: string, checkpoint: TrainingCheckpoint): Promise<boolean> {
    const kept = await useDatabase(this.#place, async (database) => {
      // Strict: it is on the disk when it is told, and not only on its way.
      const work = database.transaction(storeName, 'readwrite', { durability: 'strict' });
      await Promise.all([work.store.put(checkpoint, run), work.done]);
      return true;
    });
    return kept === true;
  }

  /** Drops what is kept of all runs. */
  async clear(): Promise<void> {
    await useDatabase(this.#place, async (database) => database.clear(storeName));
  }
}
