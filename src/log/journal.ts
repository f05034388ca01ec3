/**
 * The log of all runs, in IndexedDB, sealed. What `append` has acknowledged is on disk, in order, also when the tab dies
 * the moment after. Several tabs may write at once. Each call asks the vault whether the open role may make it.
 * Knows how events become records; knows nothing of what a run does (agent) or what is learned from it (flywheel), and
 * nothing of how a row is sealed (vault/).
 */
import { deleteDB } from 'idb';
import type { Fault } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { PromotionDecision, ShadowTrial } from '../protocol/promotion.ts';
import type { Episode, Feedback, RunSummary } from '../protocol/record.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import type { AuditReceipt, Erasure, Role, UnlockSecret, VaultCheck } from '../protocol/vault.ts';
import { defaultJournalName } from './journal-name.ts';
import { JournalStore } from './journal-store.ts';
import type { LogLoss } from './lost-log.ts';
import { openDatabase } from './open-database.ts';
import { openVault } from './open-vault.ts';
import { checkBackup, readBackup, writeBackup } from './vault/backup.ts';
import { checkVault } from './vault/check-vault.ts';
import { applyRetention, eraseSelected } from './vault/erase.ts';
import type { EraseSelection } from './vault/erase.ts';
import { reduceEvent, reduceFeedback, reduceTrial } from './vault/reduce-event.ts';
import { sealPlaintext } from './vault/seal-plaintext.ts';
import { SealedRuns, decisionsId } from './vault/sealed-runs.ts';
import type { RunPosition, TimeSpan } from './vault/sealed-runs.ts';
import { VaultAdmin } from './vault/vault-admin.ts';
import type { Vault } from './vault/vault.ts';

/** Which log is opened, by whom, and what becomes of waiting for other tabs. */
export interface OpenJournalOptions {
  /** Name of the database; `smallworks-journal` unless told. */
  readonly name?: string;
  /**
   * Called when another tab holds an older version open; opening then waits until that tab closes.
   * Without it, a blocked opening is refused with `journal-unavailable`.
   */
  readonly onBlocked?: () => void;
  /**
   * The role to open and its secret; a new log gets this secret as its owner's. Absent: the key of this browser profile,
   * where the log has one, as a new log does; else the journal is locked, until `vault.unlock`.
   */
  readonly unlock?: { readonly role: Role; readonly secret: UnlockSecret };
  /** `strict` unless told: acknowledged is on disk. `relaxed`: in the browser's hands. For measuring. */
  readonly durability?: 'strict' | 'relaxed';
  /** Called with the runs that were erased, so that rows derived from them can be dropped; erasing waits for it. */
  readonly onErased?: (runIds: readonly Id[]) => Promise<void> | void;
}

/**
 * All methods throw Fault `journal-unavailable` once the journal is closed or the browser took it away; `vault-locked`
 * while no role is open, and `vault-refused` where the open one may not make the call (vault/permissions).
 */
export interface Journal {
  /** Roles, keys and the audit log. */
  readonly vault: Vault;
  /** What the owner changes. */
  readonly admin: VaultAdmin;
  /** The log that was here before this one, where opening found that the browser had lost it; else undefined. */
  readonly loss: LogLoss | undefined;
  /**
   * Stores one event; `step-streamed` is passed over. Settles when the event is on disk (`durability: 'strict'`).
   * Calls made without waiting keep their order. What the owner's settings leave out is left out. `originals` is what was
   * masked in the event, for the owner alone. Throws Fault `storage-full`: then nothing of this event is stored.
   */
  append(event: TaskEvent, options?: { readonly originals?: JsonObject | undefined }): Promise<void>;
  /** Stores what a person said of a run; the same id again replaces it. Throws Fault `storage-full`. */
  addFeedback(feedback: Feedback): Promise<void>;
  /** Runs, newest first: at most `limit` (50) of those that started before `before`. */
  runs(options?: { readonly limit?: number; readonly before?: RunPosition }): Promise<RunSummary[]>;
  /** Ids of all runs, or of those that started in a span of time, newest first. Nothing is opened for it. */
  runIds(span?: TimeSpan): Promise<Id[]>;
  /** What the list says of these runs, in their order; those that are gone are left out. */
  summaries(runIds: readonly Id[]): Promise<RunSummary[]>;
  /** Everything known of one run, and what of it is damaged. A run that is not there has no events. */
  episode(runId: Id): Promise<Episode>;
  /** What was masked in a run, by the number of its event; undefined values are damaged. */
  originals(runId: Id): Promise<ReadonlyMap<number, JsonObject | undefined>>;
  /** What was masked in the first event of each of these runs; absent: nothing, or it is damaged. */
  firstOriginals(runIds: readonly Id[]): Promise<ReadonlyMap<Id, JsonObject>>;
  /**
   * All runs, or some, one at a time, oldest first unless told. Holds one episode and one page of ids, and no transaction.
   * `purpose` goes into the audit log.
   */
  episodes(options?: EpisodesOptions): AsyncGenerator<Episode, void>;
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
  /** Erases runs, those that name a subject, or those that a query finds. Throws what `onErased` throws. */
  erase(selection: EraseSelection): Promise<Erasure>;
  /** Erases what is older, or more, than the owner's settings keep. */
  applyRetention(): Promise<Erasure>;
  /** Opens every row, and holds the runs against the audit chain; with a receipt, the chain against that. */
  check(options?: { readonly receipt?: AuditReceipt }): Promise<VaultCheck>;
  /**
   * The whole log as one encrypted file, for `restoreJournal`. The passphrase opens it, and the restored log as its owner.
   * Throws Fault `vault-locked` where `owner` is not the owner's secret.
   */
  backup(options: { readonly owner: UnlockSecret; readonly passphrase: string }): Promise<Blob>;
  /** Ends the connection once writes in flight are through. Closing twice is fine. */
  close(): void;
}

interface EpisodesOptions {
  readonly order?: 'oldest' | 'newest';
  readonly purpose?: 'read' | 'export';
  /** These alone, in this order; absent: all. */
  readonly runIds?: readonly Id[];
}

/** Runs whose ids are read ahead while all episodes are walked through. */
const idsPerPage = 64;

/**
 * Opens the journal: makes or upgrades its database, makes or unlocks its vault, and seals what an older version left in
 * the open.
 * @throws Fault `journal-unavailable`: no IndexedDB, a newer version on disk, a blocked upgrade. `vault-locked`: `unlock`
 * does not fit. `vault-damaged`: the keys are not what was written.
 */
export async function openJournal({
  name = defaultJournalName,
  onBlocked,
  unlock,
  durability = 'strict',
  onErased,
}: OpenJournalOptions = {}): Promise<Journal> {
  const connection: { lost?: Fault; said?: string } = {};
  const database = await openDatabase({
    name,
    onBlocked,
    onLost: (fault) => (connection.lost ??= fault),
    onDataLoss: (said) => (connection.said = said),
  });
  const store = new JournalStore({ database, connection, durability });
  try {
    const { vault, loss } = await openVault(store, { name, unlock, said: connection.said });
    const runs = new SealedRuns({ store, vault });
    if (vault.canSeal) await sealPlaintext(store, runs);
    return new SealedJournal({ store, vault, runs, loss, onErased });
  } catch (error) {
    store.close();
    throw error;
  }
}

/**
 * Writes a backup into a log that is not there yet, and opens it as its owner. With `replaces`, a log of that name goes
 * once the whole backup has been opened; who has it open loses it.
 * @throws Fault `vault-damaged`: it is no backup, was changed or cut, or the passphrase is another; `journal-unavailable`:
 * there is a log of that name; `storage-full`. Then nothing is written.
 */
export async function restoreJournal(options: {
  readonly name?: string;
  readonly file: Blob;
  readonly passphrase: string;
  readonly replaces?: boolean;
}): Promise<Journal> {
  const { name = defaultJournalName, file, passphrase, replaces = false } = options;
  if (replaces) {
    await checkBackup(file, passphrase);
    await deleteDB(name);
  }
  const connection: { lost?: Fault } = {};
  const database = await openDatabase({ name, onLost: (fault) => (connection.lost ??= fault) });
  const store = new JournalStore({ database, connection, durability: 'strict' });
  try {
    await readBackup(store, file, passphrase);
  } finally {
    store.close();
  }
  const secret = { type: 'passphrase', passphrase } as const;
  const journal = await openJournal({ name, unlock: { role: 'owner', secret } });
  await journal.vault.audit.note({ action: 'restored' });
  return journal;
}

interface SealedJournalOptions {
  readonly store: JournalStore;
  readonly vault: Vault;
  readonly runs: SealedRuns;
  readonly loss: LogLoss | undefined;
  readonly onErased: OpenJournalOptions['onErased'];
}

class SealedJournal implements Journal {
  readonly vault: Vault;
  readonly admin: VaultAdmin;
  readonly loss: LogLoss | undefined;
  readonly #store: JournalStore;
  readonly #runs: SealedRuns;
  readonly #onErased: OpenJournalOptions['onErased'];

  constructor({ store, vault, runs, loss, onErased }: SealedJournalOptions) {
    this.vault = vault;
    this.admin = new VaultAdmin(vault);
    this.loss = loss;
    this.#store = store;
    this.#runs = runs;
    this.#onErased = onErased;
  }

  async append(
    event: TaskEvent,
    { originals }: { readonly originals?: JsonObject | undefined } = {},
  ): Promise<void> {
    if (event.type === 'step-streamed') return;
    await this.vault.require('write');
    const { recording } = this.vault.settings;
    if (recording === 'off') return;
    const writer = this.#runs.writer(event.runId);
    if (recording === 'metadata-only') await writer.add({ events: [{ event: reduceEvent(event) }] });
    else await writer.add({ events: [{ event, ...(originals === undefined ? {} : { originals }) }] });
  }

  async addFeedback(feedback: Feedback): Promise<void> {
    await this.vault.require('label');
    const { recording } = this.vault.settings;
    if (recording === 'off') return;
    const value = recording === 'full' ? feedback : reduceFeedback(feedback);
    const { id, runId } = feedback;
    await this.#runs.writer(runId).add({ annexes: [{ kind: 'feedback', id, value, isNew: false }] });
  }

  async runs({ limit = 50, before }: { limit?: number; before?: RunPosition } = {}): Promise<RunSummary[]> {
    await this.#beginRead('list');
    return this.#runs.list({ limit, before });
  }

  async runIds(span: TimeSpan = {}): Promise<Id[]> {
    await this.#beginRead('list');
    return this.#runs.idsBetween(span);
  }

  async summaries(runIds: readonly Id[]): Promise<RunSummary[]> {
    await this.#beginRead('list');
    return this.#runs.summaries(runIds);
  }

  async episode(runId: Id): Promise<Episode> {
    await this.#beginRead(`run/${runId}`, { runId });
    return this.#episode(runId);
  }

  async originals(runId: Id): Promise<ReadonlyMap<number, JsonObject | undefined>> {
    await this.vault.require('read-originals');
    await this.vault.noteRead(`originals/${runId}`, { runId });
    return this.#runs.originals(runId);
  }

  async firstOriginals(runIds: readonly Id[]): Promise<ReadonlyMap<Id, JsonObject>> {
    await this.vault.require('read-originals');
    await this.vault.noteRead('originals/first');
    const found = await Promise.all(
      runIds.map(async (runId) => [runId, (await this.#runs.originals(runId, 0)).get(0)] as const),
    );
    return new Map(found.flatMap(([runId, first]) => (first === undefined ? [] : [[runId, first]])));
  }

  async *episodes({ order = 'oldest', purpose = 'read', runIds }: EpisodesOptions = {}): AsyncGenerator<
    Episode,
    void
  > {
    if (purpose === 'export') {
      await this.vault.require('export');
      await this.vault.audit.note({ action: 'exported', details: { what: 'runs' } });
    } else {
      await this.#beginRead('all');
    }
    for await (const runId of runIds ?? this.#idsInOrder(order)) {
      const episode = await this.#episode(runId);
      // Deleted since its id was read.
      if (episode.events.length > 0 || episode.damage !== undefined) yield episode;
    }
  }

  async *#idsInOrder(order: 'oldest' | 'newest'): AsyncGenerator<Id, void> {
    let after: RunPosition | undefined;
    for (;;) {
      const page = await this.#runs.page({ order, after, limit: idsPerPage });
      for (const { runId } of page) yield runId;
      after = page.at(-1);
      if (after === undefined) return;
    }
  }

  async countEvents(): Promise<number> {
    await this.vault.require('read');
    return this.#runs.countEvents();
  }

  async addDecision(decision: PromotionDecision): Promise<void> {
    await this.vault.require('decide');
    const { id } = decision;
    await this.#runs
      .writer(decisionsId)
      .add({ annexes: [{ kind: 'decision', id, value: decision, isNew: true }] }, {});
  }

  async decisions(): Promise<PromotionDecision[]> {
    await this.#beginRead('decisions');
    return [...(await this.#runs.read(decisionsId)).decisions];
  }

  async addTrial(trial: ShadowTrial): Promise<void> {
    await this.vault.require('write');
    const { recording } = this.vault.settings;
    if (recording === 'off') return;
    const value = recording === 'full' ? trial : reduceTrial(trial);
    const { runId, id } = trial;
    await this.#runs
      .writer(runId)
      .add({ annexes: [{ kind: 'trial', id, value, isNew: true }] }, { onlyIfThere: true });
  }

  async trials(options: { readonly adapter: string; readonly limit: number }): Promise<ShadowTrial[]> {
    await this.#beginRead('trials');
    return this.#runs.trials(options);
  }

  async deleteRun(runId: Id): Promise<void> {
    await this.vault.require('erase');
    if (!(await this.#runs.has(runId))) return;
    await this.#runs.erase([runId], 'run');
    await this.#onErased?.([runId]);
  }

  async clear(): Promise<void> {
    await this.vault.require('erase');
    const runIds = await this.#runs.eraseAll();
    await this.#onErased?.(runIds);
  }

  async erase(selection: EraseSelection): Promise<Erasure> {
    await this.vault.require('erase');
    const erasure = await eraseSelected(this.#runs, selection);
    await this.#onErased?.(erasure.runIds);
    return erasure;
  }

  async applyRetention(): Promise<Erasure> {
    await this.vault.require('write');
    const erasure = await applyRetention(this.#runs, this.vault.settings.retention);
    if (erasure.runIds.length > 0) await this.#onErased?.(erasure.runIds);
    return erasure;
  }

  async check({ receipt }: { readonly receipt?: AuditReceipt } = {}): Promise<VaultCheck> {
    await this.#beginRead('check');
    return checkVault({ vault: this.vault, runs: this.#runs, receipt });
  }

  async backup(options: { readonly owner: UnlockSecret; readonly passphrase: string }): Promise<Blob> {
    const owner = await this.admin.travellingGrant(options);
    await this.vault.audit.note({ action: 'backed-up' });
    return writeBackup(this.#store, { passphrase: options.passphrase, owner });
  }

  close(): void {
    this.vault.dispose();
    this.#store.close();
  }

  async #beginRead(scope: string, details: JsonObject = {}): Promise<void> {
    await this.vault.require('read');
    await this.vault.noteRead(scope, details);
  }

  async #episode(runId: Id): Promise<Episode> {
    const { events, feedback, damage } = await this.#runs.read(runId);
    return { runId, events, feedback, ...(damage.length === 0 ? {} : { damage }) };
  }
}
