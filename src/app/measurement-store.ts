/**
 * Keeps what evaluations on this device have measured, to choose models by. A database of its own: the log is about
 * runs, and clearing it says nothing of models. To lose it costs an evaluation.
 */
import type { Measurement } from '../protocol/selection.ts';
import { SmallStore } from './small-store.ts';

/** The measurements of this browser, in a database of their own. */
export class MeasurementStore {
  readonly #store: SmallStore<Measurement>;

  constructor({ databaseName = 'smallworks-measurements' }: { readonly databaseName?: string } = {}) {
    this.#store = new SmallStore({ databaseName, isItem: isMeasurement });
  }

  /** False: this browser stores nothing. */
  async keep(measurements: readonly Measurement[]): Promise<boolean> {
    return await this.#store.put(measurements);
  }

  /** All that are kept, and of a version that is known. */
  async list(): Promise<readonly Measurement[]> {
    return await this.#store.list();
  }

  /** Forgets what was measured on some rows. */
  async forget(taskId: string): Promise<void> {
    const found = (await this.#store.list()).filter((one) => one.taskId === taskId);
    await this.#store.remove(found.map(({ id }) => id));
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
