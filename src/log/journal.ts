/**
 * The log of all runs, in IndexedDB. What `append` has acknowledged is on disk, in order, also when the tab dies the
 * moment after. Several tabs may write at once: every write is one transaction, and the browser runs those in turn.
 * Knows how events become records; knows nothing of what a run does (agent) or what is learned from it (flywheel).
 */
import type { IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { Fault } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { PromotionDecision, ShadowTrial } from '../protocol/promotion.ts';
import type { Episode, Feedback, RunSummary, StoredEvent } from '../protocol/record.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import { recordVersion } from './migrate.ts';
import type { JournalSchema, RunRecord } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { journalUnavailable, readFault, writeFault, writtenByNewer } from './storage-fault.ts';

export interface OpenJournalOptions {
  /** Name of the database; `smallworks-journal` unless told. */
  readonly name?: string;
  /**
   * Called when another tab holds an older version open; opening then waits until that tab closes.
   * Without it, a blocked opening is refused with `journal-unavailable`.
   */
  readonly onBlocked?: () => void;
}

/** Where a page of runs ends; the last run of the page before. */
type RunPosition = Pick<RunSummary, 'runId' | 'startedAt'>;

/** All methods throw Fault `journal-unavailable` once the journal is closed or the browser took it away. */
export interface Journal {
  /**
   * Stores one event; `step-streamed` is passed over. Settles when the event is on disk (`durability: 'strict'`).
   * Calls made without waiting keep their order. Throws Fault `storage-full`: then nothing of this event is stored.
   */
  append(event: TaskEvent): Promise<void>;
  /** Stores what a person said of a run; the same id again replaces it. Throws Fault `storage-full`. */
  addFeedback(feedback: Feedback): Promise<void>;
  /** Runs, newest first: at most `limit` (50) of those that started before `before`. */
  runs(options?: { readonly limit?: number; readonly before?: RunPosition }): Promise<RunSummary[]>;
  /** Everything known of one run. A run that is not there has no events. */
  episode(runId: Id): Promise<Episode>;
  /** All runs, one at a time, oldest first unless told. Holds one episode and one page of ids, and no transaction. */
  episodes(options?: { readonly order?: 'oldest' | 'newest' }): AsyncGenerator<Episode, void>;
  countEvents(): Promise<number>;
  /** Stores a decision on an adapter. Throws Fault `storage-full`. */
  addDecision(decision: PromotionDecision): Promise<void>;
  /** All decisions, in the order they were made. */
  decisions(): Promise<PromotionDecision[]>;
  /**
   * Stores what an adapter in the shadow did at a step; passed over where the run is not in the log any more. Throws
   * Fault `storage-full`.
   */
  addTrial(trial: ShadowTrial): Promise<void>;
  /** Trials of an adapter, newest first, at most `limit`. */
  trials(options: { readonly adapter: string; readonly limit: number }): Promise<ShadowTrial[]>;
  /** Forgets a run with its events, its feedback and what was tried beside it. */
  deleteRun(runId: Id): Promise<void>;
  /** Forgets every run, as `deleteRun` does. Decisions on adapters stay: they are settings, and hold nothing of a run. */
  clear(): Promise<void>;
  /** Ends the connection once writes in flight are through. Closing twice is fine. */
  close(): void;
}

/** Runs whose ids are read ahead while all episodes are walked through. */
const idsPerPage = 64;

/**
 * Opens the journal, making or upgrading its database.
 * @throws Fault `journal-unavailable`: no IndexedDB, a newer version on disk, a blocked upgrade.
 */
export async function openJournal({
  name = 'smallworks-journal',
  onBlocked,
}: OpenJournalOptions = {}): Promise<Journal> {
  const connection: { lost?: Fault } = {};
  const database = await openDatabase({ name, onBlocked, onLost: (fault) => (connection.lost ??= fault) });
  return new IndexedDbJournal(database, connection);
}

type StoreName = StoreNames<JournalSchema>;

class IndexedDbJournal implements Journal {
  readonly #database: IDBPDatabase<JournalSchema>;
  readonly #connection: { lost?: Fault };

  constructor(database: IDBPDatabase<JournalSchema>, connection: { lost?: Fault }) {
    this.#database = database;
    this.#connection = connection;
  }

  async append(event: TaskEvent): Promise<void> {
    if (event.type === 'step-streamed') return;
    const { runId } = event;
    await this.#write(['runs', 'events'], async (transaction) => {
      const runs = transaction.objectStore('runs');
      const before = checked(await runs.get(runId));
      const after = withEvent(before, event);
      const index = after.eventCount - 1;
      await transaction.objectStore('events').add({ v: recordVersion, runId, index, event });
      await runs.put(after);
    });
  }

  async addFeedback(feedback: Feedback): Promise<void> {
    const { id, runId } = feedback;
    await this.#write(['feedback'], (transaction) =>
      transaction.objectStore('feedback').put({ v: recordVersion, id, runId, feedback }),
    );
  }

  async runs({ limit = 50, before }: { limit?: number; before?: RunPosition } = {}): Promise<RunSummary[]> {
    const range =
      before === undefined ? null : IDBKeyRange.upperBound([before.startedAt, before.runId], true);
    return this.#read(['runs'], async (transaction) => {
      const found: RunSummary[] = [];
      if (limit <= 0) return found;
      let cursor = await transaction.objectStore('runs').index('byStart').openCursor(range, 'prev');
      while (cursor !== null && found.length < limit) {
        found.push(summaryOf(cursor.value));
        cursor = found.length < limit ? await cursor.continue() : null;
      }
      return found;
    });
  }

  async episode(runId: Id): Promise<Episode> {
    return this.#read(['events', 'feedback'], async (transaction) => {
      const [events, feedback] = await Promise.all([
        transaction.objectStore('events').getAll(keysOf(runId)),
        transaction.objectStore('feedback').index('byRun').getAll(keysOf(runId)),
      ]);
      return {
        runId,
        events: events.map((record) => checked(record).event),
        feedback: feedback.map((record) => checked(record).feedback),
      };
    });
  }

  async *episodes({ order = 'oldest' }: { order?: 'oldest' | 'newest' } = {}): AsyncGenerator<Episode, void> {
    let last: RunPosition | undefined;
    for (;;) {
      const page = await this.#page(order, last);
      for (const { runId } of page) {
        const episode = await this.episode(runId);
        // Deleted since its id was read.
        if (episode.events.length > 0) yield episode;
      }
      last = page.at(-1);
      if (last === undefined) return;
    }
  }

  async countEvents(): Promise<number> {
    return this.#read(['events'], (transaction) => transaction.objectStore('events').count());
  }

  async addDecision(decision: PromotionDecision): Promise<void> {
    await this.#write(['decisions'], (transaction) =>
      transaction.objectStore('decisions').add({ v: recordVersion, id: decision.id, decision }),
    );
  }

  async decisions(): Promise<PromotionDecision[]> {
    return this.#read(['decisions'], async (transaction) =>
      (await transaction.objectStore('decisions').getAll()).map((record) => checked(record).decision),
    );
  }

  async addTrial(trial: ShadowTrial): Promise<void> {
    const { runId, id, adapter } = trial;
    await this.#write(['runs', 'trials'], async (transaction) => {
      if ((await transaction.objectStore('runs').getKey(runId)) === undefined) return;
      await transaction.objectStore('trials').add({ v: recordVersion, runId, id, adapter, trial });
    });
  }

  async trials({ adapter, limit }: { adapter: string; limit: number }): Promise<ShadowTrial[]> {
    return this.#read(['trials'], async (transaction) => {
      const found: ShadowTrial[] = [];
      const index = transaction.objectStore('trials').index('byAdapter');
      let cursor = await index.openCursor(IDBKeyRange.bound([adapter], [adapter, []]), 'prev');
      while (cursor !== null && found.length < limit) {
        found.push(checked(cursor.value).trial);
        cursor = await cursor.continue();
      }
      return found;
    });
  }

  async deleteRun(runId: Id): Promise<void> {
    await this.#write(['runs', 'events', 'feedback', 'trials'], async (transaction) => {
      const feedback = transaction.objectStore('feedback');
      const ids = await feedback.index('byRun').getAllKeys(keysOf(runId));
      await Promise.all([
        transaction.objectStore('runs').delete(runId),
        transaction.objectStore('events').delete(keysOf(runId)),
        transaction.objectStore('trials').delete(keysOf(runId)),
        ...ids.map((id) => feedback.delete(id)),
      ]);
    });
  }

  async clear(): Promise<void> {
    const stores: StoreName[] = ['runs', 'events', 'feedback', 'trials'];
    await this.#write(stores, (transaction) =>
      Promise.all(stores.map((store) => transaction.objectStore(store).clear())),
    );
  }

  close(): void {
    this.#connection.lost ??= journalUnavailable({
      reason: 'It was closed.',
      remedy: 'Open it again with openJournal().',
    });
    this.#database.close();
  }

  /** The next page of runs after a position, ids and start times only. */
  async #page(order: 'oldest' | 'newest', last: RunPosition | undefined): Promise<RunPosition[]> {
    const key = last === undefined ? undefined : [last.startedAt, last.runId];
    const oldestFirst = order === 'oldest';
    const range =
      key === undefined
        ? null
        : oldestFirst
          ? IDBKeyRange.lowerBound(key, true)
          : IDBKeyRange.upperBound(key, true);
    return this.#read(['runs'], async (transaction) => {
      const page: RunPosition[] = [];
      const index = transaction.objectStore('runs').index('byStart');
      let cursor = await index.openKeyCursor(range, oldestFirst ? 'next' : 'prev');
      while (cursor !== null) {
        const [startedAt, runId] = cursor.key;
        page.push({ runId, startedAt });
        cursor = page.length < idsPerPage ? await cursor.continue() : null;
      }
      return page;
    });
  }

  async #read<Result>(
    stores: StoreName[],
    work: (transaction: IDBPTransaction<JournalSchema, StoreName[]>) => Promise<Result>,
  ): Promise<Result> {
    if (this.#connection.lost !== undefined) throw this.#connection.lost;
    try {
      const transaction = this.#database.transaction(stores, 'readonly');
      // Its requests tell what fails; its end alone, as when the site's data is cleared, is nobody's to catch.
      transaction.done.catch(() => undefined);
      return await work(transaction);
    } catch (error) {
      throw this.#connection.lost ?? readFault(error);
    }
  }

  /** One transaction, all or nothing; settles when it is complete. `work` may await requests of it only. */
  async #write(
    stores: StoreName[],
    work: (transaction: IDBPTransaction<JournalSchema, StoreName[], 'readwrite'>) => Promise<unknown>,
  ): Promise<void> {
    if (this.#connection.lost !== undefined) throw this.#connection.lost;
    let transaction: IDBPTransaction<JournalSchema, StoreName[], 'readwrite'>;
    try {
      transaction = this.#database.transaction(stores, 'readwrite', { durability: 'strict' });
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
    const telling =
      errors.find((error) => !(error instanceof DOMException && error.name === 'AbortError')) ?? errors[0];
    throw await writeFault(telling);
  }
}

/** Aborts what may have aborted itself already. */
function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error;
  }
}

/** The run's record with one event more. */
function withEvent(before: RunRecord | undefined, event: StoredEvent): RunRecord {
  const run: RunRecord = before ?? {
    v: recordVersion,
    runId: event.runId,
    startedAt: event.at,
    goal: '',
    modelId: '',
    eventCount: 0,
  };
  const counted = { ...run, eventCount: run.eventCount + 1 };
  if (event.type === 'run-started') return { ...counted, goal: event.goal, modelId: event.model.modelId };
  if (event.type === 'run-finished') return { ...counted, outcome: event.outcome.type };
  return counted;
}

function summaryOf(record: RunRecord): RunSummary {
  const { runId, startedAt, goal, modelId, outcome } = checked(record);
  return { runId, startedAt, goal, modelId, ...(outcome === undefined ? {} : { outcome }) };
}

/** The record itself. Throws Fault `journal-unavailable` where a newer version wrote it. */
function checked<Stored extends { readonly v: number } | undefined>(record: Stored): Stored {
  if (record !== undefined && record.v > recordVersion)
    throw writtenByNewer('record', record.v, recordVersion);
  return record;
}

/** All keys that begin with the run: an array sorts after every number and every text. */
function keysOf(runId: Id): IDBKeyRange {
  return IDBKeyRange.bound([runId], [runId, []]);
}
