/**
 * The user's own things: notes, to-dos, calendar entries and documents, in an IndexedDB database of their own.
 * A record is on disk when the promise settles. Knows no tool; knows nothing of the run log, which is another database.
 */
import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { newId } from '../../protocol/id.ts';
import type { Id } from '../../protocol/id.ts';

interface Note {
  readonly id: Id;
  /** Milliseconds since the epoch, here and below. */
  readonly createdAt: number;
  readonly text: string;
}

export interface Todo {
  readonly id: Id;
  readonly createdAt: number;
  readonly text: string;
  readonly doneAt?: number;
}

export interface CalendarEntry {
  readonly id: Id;
  readonly createdAt: number;
  readonly title: string;
  readonly startsAt: number;
  /** False for something that takes the whole day. */
  readonly hasTime: boolean;
}

export interface UserDocument {
  readonly id: Id;
  readonly createdAt: number;
  readonly title: string;
  readonly text: string;
}

interface DeskRecords {
  readonly notes: Note;
  readonly todos: Todo;
  readonly events: CalendarEntry;
  readonly documents: UserDocument;
}

export type DeskStore = keyof DeskRecords;

interface DeskSchema extends DBSchema {
  notes: { key: Id; value: Note };
  todos: { key: Id; value: Todo };
  events: { key: Id; value: CalendarEntry; indexes: { startsAt: number } };
  documents: { key: Id; value: UserDocument };
}

/** What a caller gives; id and time are added. */
export type Draft<Record> = Omit<Record, 'id' | 'createdAt'>;

const version = 1;
export const defaultDeskName = 'smallworks-desk';

/** The user's notes, to-dos, calendar entries and documents, in this browser. */
export class Desk {
  readonly #name: string;
  readonly #now: () => Date;
  #database: Promise<IDBPDatabase<DeskSchema>> | undefined;

  /** Opens nothing yet: the database is opened by the first call. */
  constructor(options: { readonly databaseName?: string; readonly now?: () => Date } = {}) {
    this.#name = options.databaseName ?? defaultDeskName;
    this.#now = options.now ?? (() => new Date());
  }

  /** Stores a record and returns it as stored. Throws Fault `storage-full` or `unsupported`. */
  async add<Store extends DeskStore>(
    store: Store,
    draft: Draft<DeskRecords[Store]>,
  ): Promise<DeskRecords[Store]> {
    const record = { ...draft, id: newId(), createdAt: this.#now().getTime() } as DeskRecords[Store];
    await this.put(store, record);
    return record;
  }

  /** Stores a record under its id, over the one before. */
  async put<Store extends DeskStore>(store: Store, record: DeskRecords[Store]): Promise<void> {
    const database = await this.#open();
    try {
      const transaction = database.transaction(store, 'readwrite', { durability: 'strict' });
      await Promise.all([transaction.store.put(record), transaction.done]);
    } catch (error) {
      throw storageFault(error);
    }
  }

  /** Every record, oldest first. */
  async list<Store extends DeskStore>(store: Store): Promise<readonly DeskRecords[Store][]> {
    const records: DeskSchema[Store]['value'][] = await (await this.#open()).getAll(store);
    // The two types name the same records; the compiler does not see it through the generic key.
    return records as DeskRecords[Store][];
  }

  /** Entries that start from `from` (inclusive) to `to` (exclusive), both milliseconds, earliest first. */
  async listEvents(from: number, to: number): Promise<readonly CalendarEntry[]> {
    const range = IDBKeyRange.bound(from, to, false, true);
    return (await this.#open()).getAllFromIndex('events', 'startsAt', range);
  }

  /** Number of records and the newest id: changes whenever a record is added, by any tab. */
  async revision(store: DeskStore): Promise<string> {
    const transaction = (await this.#open()).transaction(store);
    const [count, newest] = await Promise.all([
      transaction.store.count(),
      transaction.store.openKeyCursor(null, 'prev'),
    ]);
    return `${count} ${newest?.key ?? ''}`;
  }

  /** Closes the database; the next call opens it again. */
  async close(): Promise<void> {
    const database = await this.#database;
    this.#database = undefined;
    database?.close();
  }

  #open(): Promise<IDBPDatabase<DeskSchema>> {
    this.#database ??= this.#connect().catch((error: unknown) => {
      this.#database = undefined;
      throw storageFault(error);
    });
    return this.#database;
  }

  #connect(): Promise<IDBPDatabase<DeskSchema>> {
    return openDB<DeskSchema>(this.#name, version, {
      upgrade: (database) => {
        for (const store of ['notes', 'todos', 'documents'] as const) {
          database.createObjectStore(store, { keyPath: 'id' });
        }
        database.createObjectStore('events', { keyPath: 'id' }).createIndex('startsAt', 'startsAt');
      },
      // A newer version in another tab wants to upgrade: let it, and open again when asked.
      blocking: () => void this.close(),
      terminated: () => {
        this.#database = undefined;
      },
    });
  }
}

function storageFault(error: unknown): unknown {
  const name = error instanceof Error ? error.name : '';
  if (name === 'QuotaExceededError') {
    return new Fault(
      {
        code: faultCodes.storageFull,
        message: 'The browser has no room left for this.',
        remedy: 'Free some space on this device or for this site, then try again.',
      },
      { cause: error },
    );
  }
  if (name === 'VersionError') {
    return new Fault(
      {
        code: faultCodes.unsupported,
        message: 'Your notes were written by a newer version of this page.',
        remedy: 'Reload the page to get the newer version.',
        details: { feature: 'desk' },
      },
      { cause: error },
    );
  }
  if (typeof indexedDB === 'undefined') {
    return new Fault(
      {
        code: faultCodes.unsupported,
        message: 'This browser offers no IndexedDB, so nothing can be kept.',
        remedy: 'Leave private browsing, or use another browser.',
        details: { feature: 'indexeddb' },
      },
      { cause: error },
    );
  }
  return error;
}
