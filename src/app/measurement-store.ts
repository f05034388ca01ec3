/**
 * Keeps what evaluations on this device have measured, to choose models by. A database of its own: the log is about
 * runs, and clearing it says nothing of models. What cannot be stored or read costs an evaluation, so it is no fault;
 * whoever keeps something is told whether it is kept.
 */
import { openDB } from 'idb';
import type { Measurement } from '../protocol/selection.ts';

const storeName = 'measurements';

type Database = Awaited<ReturnType<typeof openDB>>;

export class MeasurementStore {
  readonly #name: string;

  constructor({ databaseName = 'smallworks-measurements' }: { readonly databaseName?: string } = {}) {
    this.#name = databaseName;
  }

  /** False: this browser stores nothing. */
  async keep(measurements: readonly Measurement[]): Promise<boolean> {
    const kept = await this.#use(async (database) => {
      const work = database.transaction(storeName, 'readwrite');
      await Promise.all([...measurements.map((one) => work.store.put(one, one.id)), work.done]);
      return true;
    });
    return kept === true;
  }

  /** All that are kept, and of a version that is known. */
  async list(): Promise<readonly Measurement[]> {
    const values: readonly unknown[] = (await this.#use((database) => database.getAll(storeName))) ?? [];
    return values.filter(isMeasurement);
  }

  /** Forgets what was measured on some rows. */
  async forget(taskId: string): Promise<void> {
    const found = (await this.list()).filter((one) => one.taskId === taskId);
    await this.#use(async (database) => {
      const work = database.transaction(storeName, 'readwrite');
      await Promise.all([...found.map(({ id }) => work.store.delete(id)), work.done]);
    });
  }

  async #use<Result>(work: (database: Database) => Promise<Result>): Promise<Result | undefined> {
    try {
      const database = await openDB(this.#name, 1, {
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

function isMeasurement(value: unknown): value is Measurement {
  if (typeof value !== 'object' || value === null) return false;
  const { v, taskId, subject, rows, exact } = value as Partial<Record<keyof Measurement, unknown>>;
  return (
    v === 1 &&
    typeof taskId === 'string' &&
    typeof subject === 'object' &&
    typeof rows === 'number' &&
    rows > 0 &&
    typeof exact === 'number'
  );
}
