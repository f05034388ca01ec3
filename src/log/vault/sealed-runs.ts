/**
 * All runs of a log, sealed: hands each its writer, reads runs and their list, and takes runs away with their keys.
 * Knows stores and rows; asks nobody's permission (journal does).
 */
import type { Id } from '../../protocol/id.ts';
import type { ShadowTrial } from '../../protocol/promotion.ts';
import type { RunSummary } from '../../protocol/record.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { AnnexRow, RunHeader, RunRow } from '../../protocol/vault.ts';
import { WriteConflict, checked, keysOf } from '../journal-store.ts';
import type { JournalStore, ReadTransaction, WriteTransaction } from '../journal-store.ts';
import { openRunKey } from './run-keys.ts';
import { openHeader, readRun } from './run-reader.ts';
import type { RunReading, RunRows } from './run-reader.ts';
import { annexFacts, annexName, digestOf, originalsFacts, originalsName } from './run-rows.ts';
import { RunWriter, runStores } from './run-writer.ts';
import { openJson } from './seal.ts';
import type { Vault } from './vault.ts';

/** Where a page of runs ends; the last run of the page before. */
export type RunPosition = Pick<RunSummary, 'runId' | 'startedAt'>;

/** Milliseconds since the epoch; absent: no bound. */
export interface TimeSpan {
  readonly from?: number;
  readonly to?: number;
}

/** Decisions on adapters belong to no run; they are kept like the annexes of one, which no list shows. */
export const decisionsId = 'decisions';

/** Writers that are kept ready; more runs than that are hardly written at once. */
const mostWriters = 32;
/** Rows that are read at a time while trials are looked for. */
const rowsPerPage = 64;
/** Ids that one audit entry names. */
const idsPerEntry = 500;
const mostTries = 100;

/** A run's key and header, opened. */
interface OpenRun {
  readonly key: CryptoKey;
  readonly generation: number;
  readonly header: RunHeader | undefined;
}

export class SealedRuns {
  readonly #store: JournalStore;
  readonly #vault: Vault;
  /** In the order of their last use. */
  readonly #writers = new Map<Id, RunWriter>();

  constructor({ store, vault }: { readonly store: JournalStore; readonly vault: Vault }) {
    this.#store = store;
    this.#vault = vault;
  }

  writer(runId: Id): RunWriter {
    const writer =
      this.#writers.get(runId) ?? new RunWriter({ store: this.#store, vault: this.#vault, runId });
    this.#writers.delete(runId);
    this.#writers.set(runId, writer);
    for (const [id, { isIdle }] of this.#writers) {
      if (this.#writers.size <= mostWriters) break;
      if (isIdle && id !== runId) this.#writers.delete(id);
    }
    return writer;
  }

  async read(runId: Id): Promise<RunReading> {
    return readRun(this.#vault, await this.rows(runId));
  }

  /** All rows of a run but its originals, of one moment. */
  async rows(runId: Id): Promise<RunRows> {
    return this.#store.read(['runKeys', 'sealedRuns', 'sealedRecords', 'annexes'], (transaction) =>
      rowsOf(transaction, runId),
    );
  }

  /**
   * What was masked, by the number of its event; of one event where `index` is given. Undefined values: damaged, or not
   * for the open role.
   */
  async originals(runId: Id, index?: number): Promise<ReadonlyMap<number, JsonObject | undefined>> {
    const { keyRow, rows } = await this.#store.read(['runKeys', 'originals'], async (transaction) => ({
      keyRow: checked(await transaction.objectStore('runKeys').get([runId, 'originals'])),
      rows: await transaction
        .objectStore('originals')
        .getAll(index === undefined ? keysOf(runId) : IDBKeyRange.only([runId, index])),
    }));
    if (rows.length === 0) return new Map();
    const key = keyRow === undefined ? undefined : await openRunKey(this.#vault, keyRow, 'decrypt');
    const header = (await this.#open(runId))?.header;
    const entries = rows.map(async (row): Promise<[number, JsonObject | undefined]> => {
      const facts = originalsFacts(checked(row), this.#vault.id);
      const value = key === undefined ? undefined : await openJson<JsonObject>(key, row, facts);
      const digest = header?.annexes[originalsName(row.index)];
      return [row.index, value !== undefined && digest === (await digestOf(row)) ? value : undefined];
    });
    return new Map(await Promise.all(entries));
  }

  /** Runs, newest first. One whose header is damaged is listed by what its events say. */
  async list({ limit, before }: { limit: number; before?: RunPosition | undefined }): Promise<RunSummary[]> {
    if (limit <= 0) return [];
    const range =
      before === undefined ? null : IDBKeyRange.upperBound([before.startedAt, before.runId], true);
    const rows = await this.#store.read(['sealedRuns', 'runKeys'], async (transaction) => {
      const found: RunRow[] = [];
      let cursor = await transaction.objectStore('sealedRuns').index('byStart').openCursor(range, 'prev');
      while (cursor !== null && found.length < limit) {
        found.push(checked(cursor.value));
        cursor = found.length < limit ? await cursor.continue() : null;
      }
      return found;
    });
    return Promise.all(rows.map(async (row) => this.#summary(row)));
  }

  /** Ids and start times of a page of runs. */
  async page(options: {
    readonly order: 'oldest' | 'newest';
    readonly after: RunPosition | undefined;
    readonly limit: number;
  }): Promise<(RunPosition & { readonly bytes: number })[]> {
    const { order, after, limit } = options;
    const key = after === undefined ? undefined : [after.startedAt, after.runId];
    const isForward = order === 'oldest';
    const range =
      key === undefined
        ? null
        : isForward
          ? IDBKeyRange.lowerBound(key, true)
          : IDBKeyRange.upperBound(key, true);
    return this.#store.read(['sealedRuns'], async (transaction) => {
      const page: (RunPosition & { bytes: number })[] = [];
      const index = transaction.objectStore('sealedRuns').index('byStart');
      let cursor = await index.openCursor(range, isForward ? 'next' : 'prev');
      while (cursor !== null) {
        const [startedAt, runId] = cursor.key;
        page.push({ runId, startedAt, bytes: cursor.value.bytes });
        cursor = page.length < limit ? await cursor.continue() : null;
      }
      return page;
    });
  }

  async countEvents(): Promise<number> {
    return this.#store.read(['sealedRecords'], (transaction) =>
      transaction.objectStore('sealedRecords').count(),
    );
  }

  /** Trials of an adapter, newest first. */
  async trials({
    adapter,
    limit,
  }: {
    readonly adapter: string;
    readonly limit: number;
  }): Promise<ShadowTrial[]> {
    const found: ShadowTrial[] = [];
    const runs = new Map<Id, OpenRun | undefined>();
    let before: Id | undefined;
    while (found.length < limit) {
      const rows = await this.#annexPage('trial', before);
      for (const row of rows) {
        if (!runs.has(row.runId)) runs.set(row.runId, await this.#open(row.runId));
        const trial = await this.#openAnnex<ShadowTrial>(row, runs.get(row.runId));
        if (trial?.adapter === adapter && found.length < limit) found.push(trial);
      }
      before = rows.at(-1)?.id;
      if (before === undefined) break;
    }
    return found;
  }

  /** Whether there is anything of a run. */
  async has(runId: Id): Promise<boolean> {
    return this.#store.read(['sealedRuns', 'runKeys'], async (transaction) => {
      const keys = await transaction.objectStore('runKeys').count(keysOf(runId));
      return keys > 0 || (await transaction.objectStore('sealedRuns').getKey(runId)) !== undefined;
    });
  }

  /** All ids that have a key or a header, decisions apart. */
  async ids(): Promise<Id[]> {
    return this.#store.read(['sealedRuns', 'runKeys'], allIds);
  }

  /**
   * Takes runs away, keys first of all: what a copy of the disk still holds of their rows cannot be opened. The audit chain
   * names them, in the same transaction.
   */
  async erase(runIds: readonly Id[], reason: string): Promise<void> {
    for (let start = 0; start < runIds.length; start += idsPerEntry) {
      const some = runIds.slice(start, start + idsPerEntry);
      await this.#vault.commit({
        entries: [{ action: 'erased', details: { reason, runIds: some } }],
        stores: runStores,
        work: (transaction) => Promise.all(some.map((runId) => eraseRun(transaction, runId))),
      });
      for (const runId of some) this.#writers.delete(runId);
    }
  }

  /** Takes every run away, and leaves the decisions. Gives their ids. */
  async eraseAll(): Promise<Id[]> {
    for (let tries = 0; ; tries += 1) {
      const ids = await this.ids();
      const parts = Math.max(1, Math.ceil(ids.length / idsPerEntry));
      const entries = Array.from({ length: parts }, (_, part) => ({
        action: 'erased' as const,
        details: { reason: 'all', runIds: ids.slice(part * idsPerEntry, (part + 1) * idsPerEntry) },
      }));
      try {
        await this.#vault.commit({
          entries,
          stores: runStores,
          work: (transaction) => clearAll(transaction, ids),
        });
        this.#writers.clear();
        return ids;
      } catch (error) {
        if (!(error instanceof WriteConflict) || tries >= mostTries) throw error;
      }
    }
  }

  async #open(runId: Id): Promise<OpenRun | undefined> {
    const { keyRow, run } = await this.#store.read(['runKeys', 'sealedRuns'], async (transaction) => ({
      keyRow: checked(await transaction.objectStore('runKeys').get([runId, 'content'])),
      run: checked(await transaction.objectStore('sealedRuns').get(runId)),
    }));
    const key = keyRow === undefined ? undefined : await openRunKey(this.#vault, keyRow, 'decrypt');
    if (keyRow === undefined || key === undefined) return undefined;
    const { generation } = keyRow;
    return { key, generation, header: await openHeader(key, run, { vaultId: this.#vault.id, generation }) };
  }

  async #openAnnex<Value>(row: AnnexRow, run: OpenRun | undefined): Promise<Value | undefined> {
    if (run === undefined) return undefined;
    const { key, generation, header } = run;
    const value = await openJson<Value>(
      key,
      row,
      annexFacts(checked(row), { vaultId: this.#vault.id, generation }),
    );
    if (value === undefined || header === undefined) return value;
    return header.annexes[annexName(row)] === (await digestOf(row)) ? value : undefined;
  }

  async #annexPage(kind: AnnexRow['kind'], before: Id | undefined): Promise<AnnexRow[]> {
    const range =
      before === undefined ? keysOf(kind) : IDBKeyRange.bound([kind], [kind, before], false, true);
    return this.#store.read(['annexes'], async (transaction) => {
      const rows: AnnexRow[] = [];
      let cursor = await transaction.objectStore('annexes').index('byKind').openCursor(range, 'prev');
      while (cursor !== null) {
        rows.push(cursor.value);
        cursor = rows.length < rowsPerPage ? await cursor.continue() : null;
      }
      return rows;
    });
  }

  /** Ids of the runs that started in a span of time, both ends within it, newest first. Opens nothing. */
  async idsBetween({ from = -Infinity, to = Infinity }: TimeSpan): Promise<Id[]> {
    const range = IDBKeyRange.bound([from], [to, []]);
    const ids = await this.#store.read(['sealedRuns'], (transaction) =>
      transaction.objectStore('sealedRuns').index('byStart').getAllKeys(range),
    );
    return ids.toReversed();
  }

  /** What the list says of these runs, in their order; those that are gone are left out. */
  async summaries(runIds: readonly Id[]): Promise<RunSummary[]> {
    const rows = await this.#store.read(['sealedRuns'], (transaction) =>
      Promise.all(runIds.map((runId) => transaction.objectStore('sealedRuns').get(runId))),
    );
    return Promise.all(rows.flatMap((row) => (row === undefined ? [] : [this.#summary(checked(row))])));
  }

  async #summary({ runId, startedAt = 0 }: RunRow): Promise<RunSummary> {
    const header = (await this.#open(runId))?.header;
    if (header !== undefined) {
      const { goal, modelId, outcome, tools } = header;
      return {
        runId,
        startedAt,
        goal,
        modelId,
        ...(outcome === undefined ? {} : { outcome }),
        ...(tools === undefined ? {} : { tools }),
      } as RunSummary;
    }
    const { events } = await this.read(runId);
    const begin = events.find((event) => event.type === 'run-started');
    const end = events.findLast((event) => event.type === 'run-finished');
    return {
      runId,
      startedAt,
      goal: begin?.goal ?? '',
      modelId: begin?.model.modelId ?? '',
      ...(end === undefined ? {} : { outcome: end.outcome.type }),
    };
  }
}

async function rowsOf(transaction: ReadTransaction, runId: Id): Promise<RunRows> {
  const [key, run, records, annexes] = await Promise.all([
    transaction.objectStore('runKeys').get([runId, 'content']),
    transaction.objectStore('sealedRuns').get(runId),
    transaction.objectStore('sealedRecords').getAll(keysOf(runId)),
    transaction.objectStore('annexes').getAll(keysOf(runId)),
  ]);
  return { runId, key, run, records, annexes };
}

async function allIds(transaction: Pick<ReadTransaction, 'objectStore'>): Promise<Id[]> {
  const [runs, keys] = await Promise.all([
    transaction.objectStore('sealedRuns').getAllKeys(),
    transaction.objectStore('runKeys').getAllKeys(),
  ]);
  return [...new Set([...runs, ...keys.map(([runId]) => runId)])].filter((id) => id !== decisionsId);
}

async function eraseRun(transaction: WriteTransaction, runId: Id): Promise<unknown> {
  return Promise.all([
    transaction.objectStore('runKeys').delete(keysOf(runId)),
    transaction.objectStore('sealedRuns').delete(runId),
    transaction.objectStore('sealedRecords').delete(keysOf(runId)),
    transaction.objectStore('annexes').delete(keysOf(runId)),
    transaction.objectStore('originals').delete(keysOf(runId)),
  ]);
}

/** Throws WriteConflict where a run was begun or erased since `ids` were read. */
async function clearAll(transaction: WriteTransaction, ids: readonly Id[]): Promise<void> {
  const found = await allIds(transaction as unknown as ReadTransaction);
  if (found.length !== ids.length || found.some((id, index) => id !== ids[index])) throw new WriteConflict();
  const kept = await rowsOf(transaction as unknown as ReadTransaction, decisionsId);
  await Promise.all(runStores.map((store) => transaction.objectStore(store).clear()));
  const { key, run, annexes } = kept;
  await Promise.all([
    ...(key === undefined ? [] : [transaction.objectStore('runKeys').put(key)]),
    ...(run === undefined ? [] : [transaction.objectStore('sealedRuns').put(run)]),
    ...annexes.map((row) => transaction.objectStore('annexes').put(row)),
  ]);
}
