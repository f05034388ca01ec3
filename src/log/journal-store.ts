/**
 * Transactions on the journal's database: one for each piece of work, all or nothing, on disk when acknowledged.
 * Knows what IndexedDB throws and what a conflict of two writers is; knows nothing of what is stored.
 */
import type { IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { Fault } from '../protocol/fault.ts';
import type { JournalSchema } from './migrate.ts';
import { recordVersion } from './migrate.ts';
import { journalUnavailable, readFault, writeFault, writtenByNewer } from './storage-fault.ts';

export type StoreName = StoreNames<JournalSchema>;

export type ReadTransaction = IDBPTransaction<JournalSchema, StoreName[]>;

export type WriteTransaction = IDBPTransaction<JournalSchema, StoreName[], 'readwrite'>;

/** Somebody else wrote first what this write was prepared for: to be prepared again. */
export class WriteConflict extends Error {
  constructor() {
    super('Another writer was first.');
    this.name = 'WriteConflict';
  }
}

export interface JournalStoreOptions {
  readonly database: IDBPDatabase<JournalSchema>;
  /** Filled where the connection was lost. */
  readonly connection: { lost?: Fault };
  /** `strict`: acknowledged is past the browser's buffers. */
  readonly durability: 'strict' | 'relaxed';
}

export class JournalStore {
  readonly #database: IDBPDatabase<JournalSchema>;
  readonly #connection: { lost?: Fault };
  readonly #durability: 'strict' | 'relaxed';

  constructor({ database, connection, durability }: JournalStoreOptions) {
    this.#database = database;
    this.#connection = connection;
    this.#durability = durability;
  }

  /** `work` may await requests of the transaction only. Throws Fault `journal-unavailable`. */
  async read<Result>(
    stores: StoreName[],
    work: (transaction: ReadTransaction) => Promise<Result>,
  ): Promise<Result> {
    this.requireOpen();
    try {
      const transaction = this.#database.transaction(stores, 'readonly');
      // Its requests tell what fails; its end alone, as when the site's data is cleared, is nobody's to catch.
      transaction.done.catch(() => undefined);
      return await work(transaction);
    } catch (error) {
      throw this.#connection.lost ?? readFault(error);
    }
  }

  /**
   * Settles when the transaction is complete. `work` may await requests of it only.
   * @throws Fault `storage-full`, `journal-unavailable`; WriteConflict where `work` threw it, or a row to be added was
   * there.
   */
  async write(stores: StoreName[], work: (transaction: WriteTransaction) => Promise<unknown>): Promise<void> {
    this.requireOpen();
    let transaction: WriteTransaction;
    try {
      transaction = this.#database.transaction(stores, 'readwrite', { durability: this.#durability });
    } catch (error) {
      throw this.#connection.lost ?? readFault(error);
    }
    const [worked, completed] = await Promise.allSettled([
      work(transaction).catch((error: unknown) => {
        abort(transaction);
        throw error;
      }),
      transaction.done,
    ]);
    if (completed.status === 'fulfilled' && worked.status === 'fulfilled') return;
    // A full disk shows in the transaction's own error; a request then only says that it was aborted.
    const errors = [worked, completed].flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    if (errors.some(isConflict)) throw new WriteConflict();
    const telling =
      errors.find((error) => !(error instanceof DOMException && error.name === 'AbortError')) ?? errors[0];
    throw await writeFault(telling);
  }

  /** Throws Fault `journal-unavailable` where the connection is gone. */
  requireOpen(): void {
    if (this.#connection.lost !== undefined) throw this.#connection.lost;
  }

  close(): void {
    this.#connection.lost ??= journalUnavailable({
      reason: 'It was closed.',
      remedy: 'Open it again with openJournal().',
    });
    this.#database.close();
  }
}

/** The row itself. Throws Fault `journal-unavailable` where a newer version wrote it. */
export function checked<Stored extends { readonly v: number } | undefined>(row: Stored): Stored {
  if (row !== undefined && row.v > recordVersion) throw writtenByNewer('record', row.v, recordVersion);
  return row;
}

/** Requests of one transaction, made at once. What throws instead of failing, as a value that cannot be cloned does, fails. */
export async function together(requests: readonly (() => Promise<unknown>)[]): Promise<void> {
  await Promise.all(requests.map(async (request) => request()));
}

/** All keys that begin with these parts: an array sorts after every number and every text. */
export function keysOf(...parts: readonly (string | number)[]): IDBKeyRange {
  return IDBKeyRange.bound([...parts], [...parts, []]);
}

function isConflict(error: unknown): boolean {
  return (
    error instanceof WriteConflict || (error instanceof DOMException && error.name === 'ConstraintError')
  );
}

/** Aborts what may have aborted itself already. */
function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error;
  }
}
