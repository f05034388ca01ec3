/**
 * Writes and reads the audit log: each entry is chained to the one before, sealed to the audit key, and witnessed where a
 * role is unlocked. An entry goes to disk with what it is about, in one transaction. Several tabs may write: whoever comes
 * second finds the place taken and chains anew.
 * Knows nothing of what actions mean.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type {
  AuditAction,
  AuditEntry,
  AuditExport,
  AuditLine,
  AuditRow,
  Bytes,
} from '../../protocol/vault.ts';
import { WriteConflict, together } from '../journal-store.ts';
import type { JournalStore, StoreName, WriteTransaction } from '../journal-store.ts';
import { recordVersion } from '../migrate.ts';
import { chainEntry, chainRoot, entryOf } from './audit-chain.ts';
import { factBytes, paddedJson, parsePadded, sameBytes, sha256, toBase64, toBytes } from './encoding.ts';
import { checkWitness, makeWitness } from './role-keys.ts';
import type { GenerationKeys } from './role-keys.ts';
import { openWithKey, sealToKey } from './sealed-box.ts';

/** What an entry is written with. */
export interface AuditWriter {
  readonly vaultId: string;
  readonly generation: number;
  readonly publicKey: CryptoKey;
  readonly actor: AuditEntry['actor'];
  readonly witness: CryptoKey | undefined;
}

export interface AuditDraft {
  readonly action: AuditAction;
  readonly details?: JsonObject;
}

export interface AuditCommit {
  readonly entries: readonly AuditDraft[];
  readonly stores?: readonly StoreName[];
  /** Goes to disk with the entries, or not at all. Called again where another tab's entry came first. */
  readonly work?: (transaction: WriteTransaction) => Promise<unknown>;
}

/** Times that entries are chained anew behind those of other tabs. */
const mostTries = 100;

export class AuditLog {
  readonly #store: JournalStore;
  readonly #writer: () => AuditWriter;
  /** Commits of this tab go one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Entries that found the disk full; they go first with the next ones. */
  #waiting: readonly AuditDraft[] = [];

  constructor(store: JournalStore, writer: () => AuditWriter) {
    this.#store = store;
    this.#writer = writer;
  }

  /**
   * Writes entries, with `work` in the same transaction. Throws what JournalStore.write throws; WriteConflict only where
   * `work` threw it.
   */
  async commit(commit: AuditCommit): Promise<void> {
    const turn = this.#turn.then(() => this.#commit(commit));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Writes down what is about to be shown. Reading is not refused because the disk is full, so that a full log can still be
   * exported: the entry is then written with the next.
   */
  async note(entry: AuditDraft): Promise<void> {
    try {
      await this.commit({ entries: [entry] });
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== faultCodes.storageFull) throw error;
      this.#waiting = [...this.#waiting, entry];
    }
  }

  async #commit({ entries, stores = [], work }: AuditCommit): Promise<void> {
    const waiting = this.#waiting;
    for (let tries = 0; ; tries += 1) {
      const rows = await this.#seal([...waiting, ...entries]);
      const own = { failed: false };
      try {
        await this.#store.write([...new Set<StoreName>(['audit', ...stores])], async (transaction) => {
          const audit = transaction.objectStore('audit');
          await together(rows.map((row) => async () => audit.add(row)));
          try {
            await work?.(transaction);
          } catch (error) {
            own.failed = true;
            throw error;
          }
        });
        this.#waiting = this.#waiting.slice(waiting.length);
        return;
      } catch (error) {
        if (!(error instanceof WriteConflict) || own.failed || tries >= mostTries) throw error;
      }
    }
  }

  async #seal(drafts: readonly AuditDraft[]): Promise<AuditRow[]> {
    const { vaultId, generation, publicKey, actor, witness } = this.#writer();
    const last = await this.#last();
    let sequence = (last?.sequence ?? -1) + 1;
    let previous = last?.hash ?? (await chainRoot(vaultId));
    const rows: AuditRow[] = [];
    for (const { action, details = {} } of drafts) {
      const entry: AuditEntry = { sequence, at: Date.now(), actor, action, details };
      const { text, hash } = await chainEntry(entry, previous);
      const facts = rowFacts({ v: recordVersion, vaultId, sequence, generation, previous, hash });
      rows.push({
        v: recordVersion,
        sequence,
        generation,
        previous,
        hash,
        ...(await sealToKey(publicKey, paddedJson(text), facts)),
        ...(witness === undefined ? {} : { witness: await makeWitness(witness, facts) }),
      });
      sequence += 1;
      previous = hash;
    }
    return rows;
  }

  async #last(): Promise<AuditRow | undefined> {
    return this.#store.read(['audit'], async (transaction) => {
      const cursor = await transaction.objectStore('audit').openCursor(null, 'prev');
      return cursor?.value;
    });
  }

  /** The whole chain, opened. A row that does not open, or whose witness is wrong, is an entry that breaks the chain. */
  async export(keys: ReadonlyMap<number, GenerationKeys>): Promise<AuditExport> {
    const { vaultId } = this.#writer();
    const rows = await this.#store.read(['audit'], (transaction) =>
      transaction.objectStore('audit').getAll(),
    );
    const lines = await Promise.all(rows.map((row) => openRow(row, vaultId, keys)));
    return { format: 'smallworks-audit', v: 1, vaultId, lines };
  }

  /** Sequence and hash at the end of the chain; undefined: it is empty. Needs no key. */
  async head(): Promise<{ readonly sequence: number; readonly hash: string } | undefined> {
    const last = await this.#last();
    return last === undefined ? undefined : { sequence: last.sequence, hash: toBase64(last.hash) };
  }
}

async function openRow(
  row: AuditRow,
  vaultId: string,
  keys: ReadonlyMap<number, GenerationKeys>,
): Promise<AuditLine> {
  const { generation, hash, witness } = row;
  const own = keys.get(generation);
  const pair = own?.pairs.audit;
  const facts = rowFacts({ ...row, vaultId });
  const bytes = pair === undefined ? undefined : await openWithKey(pair, row, facts);
  const sealed = bytes === undefined ? '' : parsePadded(bytes);
  const text = typeof sealed === 'string' ? sealed : '';
  const isWitnessed =
    witness !== undefined && own !== undefined && (await checkWitness(own.witness, witness, facts));
  // Only who had no role leaves no witness; a wrong one, or none of a role, is the work of somebody else.
  const isOwn = isWitnessed || (witness === undefined && entryOf(text)?.actor === 'nobody');
  const isWhole = isOwn && sameBytes(await sha256(toBytes(text)), hash);
  return { text: isWhole ? text : '', hash: toBase64(hash), witnessed: isWitnessed };
}

function rowFacts(row: {
  readonly v: number;
  readonly vaultId: string;
  readonly sequence: number;
  readonly generation: number;
  readonly previous: Bytes;
  readonly hash: Bytes;
}): Bytes {
  return factBytes(
    'smallworks/audit',
    row.v,
    row.vaultId,
    row.sequence,
    row.generation,
    row.previous,
    row.hash,
  );
}
