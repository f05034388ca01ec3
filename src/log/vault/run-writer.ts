/**
 * Writes one run: seals what is to be added before a transaction is opened, because an await inside would end it, and puts
 * it in only where the run is still as it was. Where another tab was first, it is sealed again behind that. What waits
 * while a transaction is under way goes into the next one together.
 * Knows transactions and the order of writes; knows nothing of what a row holds (run-change) or who may write (vault).
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { WriteConflict, checked, together } from '../journal-store.ts';
import type { JournalStore, StoreName, WriteTransaction } from '../journal-store.ts';
import { refusedFault } from './permissions.ts';
import { emptyState, prepareChange } from './run-change.ts';
import type { PreparedChange, RunChange, RunState } from './run-change.ts';
import { makeRunKey, openRunKey } from './run-keys.ts';
import { openHeader } from './run-reader.ts';
import type { Vault } from './vault.ts';

/** What may go with a change, in its transaction. */
export interface ChangeOptions {
  /** The run must be there already; where it is not, nothing is written. */
  readonly onlyIfThere?: boolean;
  /** More work of the same transaction. Throwing WriteConflict drops the change. */
  readonly also?: {
    readonly stores: readonly StoreName[];
    readonly work: (transaction: WriteTransaction) => Promise<unknown>;
  };
}

export const runStores = ['runKeys', 'sealedRuns', 'sealedRecords', 'annexes', 'originals'] as const;

/** Events that one transaction takes. */
const mostTogether = 64;
/** Times that a change is sealed anew behind another tab's. */
const mostTries = 100;

interface Waiting {
  readonly change: RunChange;
  /** Present: it wants a transaction of its own. */
  readonly options: ChangeOptions | undefined;
  readonly resolve: (stored: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export class RunWriter {
  readonly #store: JournalStore;
  readonly #vault: Vault;
  readonly #runId: string;
  #state: RunState | undefined;
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(options: { readonly store: JournalStore; readonly vault: Vault; readonly runId: string }) {
    this.#store = options.store;
    this.#vault = options.vault;
    this.#runId = options.runId;
  }

  /** Nothing waits, and nothing is under way. */
  get isIdle(): boolean {
    return !this.#busy;
  }

  /**
   * Adds to the run; settles when it is on disk. Calls keep their order. False: `onlyIfThere`, and the run is not there.
   * @throws Fault `storage-full`, `journal-unavailable`: nothing of it is stored. `vault-refused` where another tab
   * writes the run and this role cannot read it, so that it cannot go on behind it.
   */
  async add(change: RunChange, options?: ChangeOptions): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, options, resolve, reject });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    for (let next = this.#next(); next.length > 0; next = this.#next()) {
      if (next.length > 1 && (await this.#addTogether(next))) continue;
      // One of them may be too big or no JSON: each gets its own answer.
      for (const { change, options, resolve, reject } of next) {
        await this.#write(change, options ?? {}).then(resolve, reject);
      }
    }
    this.#busy = false;
  }

  /** What goes into one transaction: what waits, up to the first that wants one of its own. */
  #next(): Waiting[] {
    const apart = this.#waiting.findIndex(({ options }) => options !== undefined);
    const count = apart === -1 ? this.#waiting.length : Math.max(1, apart);
    return this.#waiting.splice(0, Math.min(count, mostTogether));
  }

  /** False: it failed, and nothing of it is stored. */
  async #addTogether(waiting: readonly Waiting[]): Promise<boolean> {
    const change: RunChange = {
      events: waiting.flatMap((one) => one.change.events ?? []),
      annexes: waiting.flatMap((one) => one.change.annexes ?? []),
    };
    const stored = await this.#write(change, {}).catch(() => false);
    if (stored) for (const { resolve } of waiting) resolve(true);
    return stored;
  }

  async #write(change: RunChange, options: ChangeOptions): Promise<boolean> {
    for (let tries = 0; ; tries += 1) {
      const state = await this.#stateFor(change);
      if (state.revision === 0 && options.onlyIfThere === true) {
        this.#state = undefined;
        return false;
      }
      const prepared = await prepareChange(state, change);
      try {
        await this.#commit(prepared, options);
        this.#state = prepared.after;
        return true;
      } catch (error) {
        // What was sealed counts, whether it came to disk or not.
        const { messages } = prepared.after.header;
        this.#state = { ...state, header: { ...state.header, messages } };
        if (!(error instanceof WriteConflict) || tries >= mostTries) throw error;
        await this.#refuseTaken(change);
        this.#state = undefined;
      }
    }
  }

  /** Throws a ConstraintError where an annex that must be new is there: trying again would not help. */
  async #refuseTaken({ annexes = [] }: RunChange): Promise<void> {
    for (const { kind, id, isNew } of annexes) {
      if (!isNew) continue;
      const found = await this.#store.read(['annexes'], (transaction) =>
        transaction.objectStore('annexes').getKey([this.#runId, kind, id]),
      );
      if (found !== undefined) throw new DOMException(`The ${kind} ${id} is there.`, 'ConstraintError');
    }
  }

  async #stateFor({ events = [] }: RunChange): Promise<RunState> {
    const state = (this.#state ??= await this.#load());
    if (state.originalsKey !== undefined || events.every(({ originals }) => originals === undefined)) {
      return state;
    }
    return (this.#state = await this.#withOriginals(state));
  }

  async #load(): Promise<RunState> {
    const runId = this.#runId;
    const { run, keyRow } = await this.#store.read(['runKeys', 'sealedRuns'], async (transaction) => ({
      run: checked(await transaction.objectStore('sealedRuns').get(runId)),
      keyRow: checked(await transaction.objectStore('runKeys').get([runId, 'content'])),
    }));
    if (keyRow === undefined) return this.#begin();
    const vault = this.#vault;
    const reader = await openRunKey(vault, keyRow, 'decrypt');
    const place = { vaultId: vault.id, generation: keyRow.generation };
    const header = reader === undefined ? undefined : await openHeader(reader, run, place);
    const key = await openRunKey(vault, keyRow, 'encrypt');
    if (header === undefined || key === undefined || run === undefined) throw this.#occupied();
    const { startedAt, revision, bytes } = run;
    return { runId, place, key, originalsKey: undefined, made: [], revision, startedAt, bytes, header };
  }

  async #begin(): Promise<RunState> {
    const runId = this.#runId;
    await this.#vault.refresh();
    const sealing = this.#vault.sealing();
    const { vaultId, generation } = sealing;
    const { key, row } = await makeRunKey(sealing, { runId, purpose: 'content' });
    return emptyState({ runId, place: { vaultId, generation }, key, made: [row] });
  }

  /** Originals have a key of their own, sealed for the owner alone. */
  async #withOriginals(state: RunState): Promise<RunState> {
    const runId = this.#runId;
    const found = await this.#store.read(['runKeys'], (transaction) =>
      transaction.objectStore('runKeys').get([runId, 'originals']),
    );
    if (found === undefined) {
      const { key, row } = await makeRunKey(this.#vault.sealing(), { runId, purpose: 'originals' });
      return { ...state, originalsKey: key, made: [...state.made, row] };
    }
    const originalsKey = await openRunKey(this.#vault, checked(found), 'encrypt');
    if (originalsKey === undefined) throw this.#occupied();
    return { ...state, originalsKey };
  }

  #occupied(): Fault {
    const { role } = this.#vault;
    if (
      role !== undefined &&
      this.#vault.keys(this.#vault.sealing().generation)?.pairs.content === undefined
    ) {
      return refusedFault(role, 'read');
    }
    return new Fault({
      code: role === undefined ? faultCodes.vaultLocked : faultCodes.vaultDamaged,
      message: 'This run cannot be gone on with.',
      reason:
        role === undefined
          ? 'It was begun elsewhere, and the log is locked.'
          : 'Its key or its header is not what was written.',
      remedy: 'Unlock the log, or start another run.',
      details: { what: 'run', runId: this.#runId },
    });
  }

  async #commit(prepared: PreparedChange, { also }: ChangeOptions): Promise<void> {
    const { keys, records, originals, annexes, run, entries } = prepared;
    const rows = { runKeys: keys, sealedRuns: [run], sealedRecords: records, originals, annexes };
    const stores = [...runStores.filter((store) => rows[store].length > 0), ...(also?.stores ?? [])];
    const work = async (transaction: WriteTransaction): Promise<void> => {
      const runs = transaction.objectStore('sealedRuns');
      // All at once: what was found is known before the last of them is done, and throwing undoes them.
      await together([
        async () => {
          const found = await runs.get(this.#runId);
          if ((found?.revision ?? 0) !== run.revision - 1) throw new WriteConflict();
          if (also === undefined) transaction.commit();
        },
        ...keys.map((row) => async () => transaction.objectStore('runKeys').add(row)),
        ...records.map((row) => async () => transaction.objectStore('sealedRecords').add(row)),
        ...originals.map((row) => async () => transaction.objectStore('originals').add(row)),
        ...annexes.map(({ row, isNew }) => async () => {
          const table = transaction.objectStore('annexes');
          return isNew ? table.add(row) : table.put(row);
        }),
        async () => runs.put(run),
      ]);
      await also?.work(transaction);
    };
    await (entries.length === 0
      ? this.#store.write(stores, work)
      : this.#vault.commit({ entries, stores, work }));
  }
}
