/**
 * The vault of one log: opens a role, holds its keys while it is open, asks the table of permissions and writes the audit
 * log. Locked, it still seals: what a run writes is never lost to an idle timer. Knows keys and roles; knows nothing of
 * runs (sealed-runs) and of how charters are changed (vault-admin).
 */
import type { JsonObject } from '../../protocol/json.ts';
import type {
  AuditExport,
  AuditReceipt,
  Bytes,
  CharterRow,
  CharterStatement,
  DeviceKeyRow,
  GrantRow,
  KeyPurpose,
  Role,
  UnlockSecret,
  VaultCall,
  VaultRow,
  VaultSettings,
} from '../../protocol/vault.ts';
import { checked } from '../journal-store.ts';
import type { JournalStore } from '../journal-store.ts';
import { AuditLog } from './audit-log.ts';
import type { AuditCommit, AuditWriter } from './audit-log.ts';
import { bundleDigest, importVerifyKey, isSigned, statementOf } from './charter.ts';
import { factBytes, fromBase64, parsePadded, sameBytes } from './encoding.ts';
import { damagedFault, lockedFault, mayCall, refusedFault, unlockFault } from './permissions.ts';
import { importBundle, makeWitness, openBundle, secretFacts } from './role-keys.ts';
import type { GenerationKeys, RoleBundle, RoleSecret } from './role-keys.ts';
import { importKeyPair, importPublicKey } from './sealed-box.ts';
import { unwrapSecret } from './unlock-key.ts';

/** The rows of the vault's own store, as they are on disk. */
export interface VaultRows {
  readonly charter: CharterRow;
  readonly statement: CharterStatement;
  readonly grants: Readonly<Partial<Record<Role, GrantRow>>>;
  readonly deviceKey: CryptoKey | undefined;
}

/** What sealing needs; it stays when the vault is locked. */
export interface SealingKeys {
  readonly vaultId: string;
  readonly generation: number;
  readonly publicKeys: Readonly<Record<KeyPurpose, CryptoKey>>;
  readonly witness: CryptoKey;
  readonly masking: Bytes;
}

/** A role that is open. */
interface OpenRole {
  readonly role: Role;
  readonly pair: CryptoKeyPair;
  readonly keys: ReadonlyMap<number, GenerationKeys>;
}

/** A role's texts, for work that changes the charter; held no longer than that. */
export interface OpenedTexts {
  readonly secret: RoleSecret;
  readonly secretBytes: Bytes;
  readonly pair: CryptoKeyPair;
  readonly bundle: RoleBundle;
}

/** No row of a vault is older. */
const firstVersion = 2;

const secretRemedy = 'Restore the log from a backup.';

/** Roles and keys of one log: unlock, lock, who may do what, and the audit of all of it. */
export class Vault {
  readonly audit: AuditLog;
  readonly #store: JournalStore;
  #rows: VaultRows;
  #open: OpenRole | undefined;
  #sealing: SealingKeys | undefined;
  /** Who was open last: the entries of a locked vault that still seals are this role's. */
  #actor: Role | undefined;
  #auditKey: CryptoKey;
  /** Checks the owner's signature; known once a role was open. */
  #verifyKey: CryptoKey | undefined;
  #idle: { readonly afterMs: number; timer?: ReturnType<typeof setTimeout> } | undefined;
  readonly #listeners = new Set<() => void>();
  /** Scopes that this unlocking has read, and that are written down. */
  readonly #noted = new Set<string>();

  private constructor(store: JournalStore, rows: VaultRows, auditKey: CryptoKey) {
    this.#store = store;
    this.#rows = rows;
    this.#auditKey = auditKey;
    this.audit = new AuditLog(store, () => this.#auditWriter());
  }

  /** The vault on disk, locked. Undefined: there is none. Throws Fault `vault-damaged`. */
  static async find(store: JournalStore): Promise<Vault | undefined> {
    const rows = await readVaultRows(store);
    if (rows === undefined) return undefined;
    return new Vault(store, rows, await importPublicKey(rows.statement.publicKeys.audit));
  }

  /** The role that is open; undefined: locked. */
  get role(): Role | undefined {
    return this.#open?.role;
  }

  get id(): string {
    return this.#rows.statement.vaultId;
  }

  get settings(): VaultSettings {
    return this.#rows.statement.settings;
  }

  get rows(): VaultRows {
    return this.#rows;
  }

  /** Whether the key of this browser profile opens the owner's role. */
  get opensByDevice(): boolean {
    const { deviceKey, grants } = this.#rows;
    return deviceKey !== undefined && (grants.owner?.secrets.some(({ type }) => type === 'device') ?? false);
  }

  /** Whether anything can be sealed. */
  get canSeal(): boolean {
    return this.#sealing !== undefined && (this.#open === undefined || mayCall(this.#open.role, 'write'));
  }

  /** Whether the open role may make a call. Asking is written down nowhere. */
  may(call: VaultCall): boolean {
    return mayCall(this.role, call);
  }

  /** Calls `listener` whenever a role was opened or closed, or its settings changed. Returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Opens a role; one that was open is closed. Throws Fault `vault-locked` where role and secret do not fit, after the
   * same work and in the same words whatever was wrong; `vault-damaged` where the keys are not the owner's.
   */
  async unlock({ role, secret }: { readonly role: Role; readonly secret: UnlockSecret }): Promise<void> {
    this.#rows = (await readVaultRows(this.#store)) ?? this.#rows;
    const texts = await this.openTexts({ role, secret });
    if (texts === undefined) {
      // Whoever is open stays open: a wrong guess must not stop a run that is being written.
      await this.audit.note({ action: 'unlock-refused', details: { role, by: secret.type } });
      throw unlockFault();
    }
    await this.#take(role, texts);
    await this.audit.note({ action: 'unlocked', details: { by: secret.type } });
    this.#touch();
  }

  /**
   * Takes over what the owner changed in another tab: settings, and the keys of a new generation. A role that was taken
   * away is closed. Throws Fault `vault-damaged` where the owner did not sign it.
   */
  async refresh(): Promise<void> {
    const rows = await readVaultRows(this.#store);
    const verifyKey = this.#verifyKey;
    if (rows === undefined || verifyKey === undefined) return;
    if (sameBytes(rows.charter.signature, this.#rows.charter.signature)) return;
    if (!(await isSigned(rows.charter, verifyKey))) throw damagedFault('charter', secretRemedy);
    this.#rows = rows;
    const open = this.#open;
    if (open === undefined) return;
    const bundle = await this.#openGrant(open);
    if (bundle !== undefined) return this.#take(open.role, { pair: open.pair, bundle });
    this.#close();
    this.#sealing = undefined;
    this.#tell();
  }

  /** Forgets every key that reads. What is begun goes on being written. */
  async lock(reason: 'asked' | 'idle' = 'asked'): Promise<void> {
    if (this.#open === undefined) return;
    this.#close();
    this.#tell();
    await this.audit.note({ action: 'locked', details: { reason } });
  }

  /** Locks by itself after so many milliseconds without a call; 0: never. */
  lockAfter(afterMs: number): void {
    clearTimeout(this.#idle?.timer);
    this.#idle = afterMs > 0 ? { afterMs } : undefined;
    this.#touch();
  }

  /** Ends the timer. */
  dispose(): void {
    this.lockAfter(0);
  }

  /**
   * Lets a call through, or refuses it and writes the refusal down.
   * @throws Fault `vault-locked`, `vault-refused`.
   */
  async require(call: VaultCall): Promise<void> {
    this.#store.requireOpen();
    this.#touch();
    const { role } = this;
    if (mayCall(role, call)) return;
    // What a locked vault still does: sealing needs no key that reads.
    if (call === 'write' && role === undefined && this.canSeal) return;
    await this.audit.note({ action: 'call-refused', details: { call, locked: role === undefined } });
    throw role === undefined ? lockedFault() : refusedFault(role, call);
  }

  /** Writes down that something was read, once for each scope and unlocking. */
  async noteRead(scope: string, details: JsonObject = {}): Promise<void> {
    if (this.#noted.has(scope)) return;
    this.#noted.add(scope);
    await this.audit.note({ action: 'read', details: { scope, ...details } });
  }

  /** Keys to seal with. Throws Fault `vault-locked` where no role was ever open. */
  sealing(): SealingKeys {
    if (this.#sealing === undefined) throw lockedFault();
    return this.#sealing;
  }

  /**
   * What a masker makes surrogates with: 32 bytes, the same for as long as the vault lives, so that one person stays one
   * surrogate. It opens nothing. Every role that writes has it. Throws Fault `vault-locked` where none was ever open.
   */
  maskingKey(): Bytes {
    return Uint8Array.from(this.sealing().masking);
  }

  /** Keys of a generation, also of one that another tab made; undefined where the role has none. */
  async keysFor(generation: number): Promise<GenerationKeys | undefined> {
    if (this.#open !== undefined && !this.#open.keys.has(generation)) await this.refresh();
    return this.keys(generation);
  }

  /** Keys of a generation that is known here. */
  keys(generation: number): GenerationKeys | undefined {
    return this.#open?.keys.get(generation);
  }

  /** Writes entries and work in one transaction. */
  async commit(commit: AuditCommit): Promise<void> {
    await this.audit.commit(commit);
  }

  /** The audit chain, for verifyAudit. For owner and auditor. */
  async exportAudit(): Promise<AuditExport> {
    await this.require('read-audit');
    await this.refresh();
    await this.audit.note({ action: 'exported', details: { what: 'audit' } });
    return this.audit.export(this.#open?.keys ?? new Map<number, GenerationKeys>());
  }

  /** The end of the chain now. To be kept outside of this browser. Anybody may have it: it says nothing. */
  async receipt(): Promise<AuditReceipt> {
    const { sequence, hash } = (await this.audit.head()) ?? { sequence: -1, hash: '' };
    return { vaultId: this.id, sequence, hash };
  }

  /** A role's own texts; undefined where role and secret do not fit. Throws Fault `vault-damaged`. */
  async openTexts(options: {
    readonly role: Role;
    readonly secret: UnlockSecret;
  }): Promise<OpenedTexts | undefined> {
    const { role, secret } = options;
    const { statement, charter, grants, deviceKey } = this.#rows;
    const grant = grants[role];
    const secretBytes = await unwrapSecret({
      wrapped: grant?.secrets ?? [],
      secret,
      facts: secretFacts(statement.vaultId, role),
      deviceKey,
      decoySalt: fromBase64(statement.decoySalt),
    });
    if (secretBytes === undefined || grant === undefined) return undefined;
    const opened = parsePadded(secretBytes) as unknown as RoleSecret;
    const verifyKey = await importVerifyKey(opened.verifyKey);
    if (!(await isSigned(charter, verifyKey))) throw damagedFault('charter', secretRemedy);
    this.#verifyKey = verifyKey;
    const pair = await importKeyPair(opened.pair);
    const bundle = await this.#openGrant({ role, pair });
    if (bundle === undefined) throw damagedFault('keys', secretRemedy);
    return { secret: opened, secretBytes, pair, bundle };
  }

  /** Takes over rows that were just written, with the keys of the role that is open. */
  async adopt(role: Role, texts: OpenedTexts, rows: VaultRows): Promise<void> {
    this.#rows = rows;
    await this.#take(role, texts);
  }

  /** The bundle of a role that the charter names; undefined: the role is gone. Throws Fault `vault-damaged`. */
  async #openGrant({
    role,
    pair,
  }: {
    readonly role: Role;
    readonly pair: CryptoKeyPair;
  }): Promise<RoleBundle | undefined> {
    const { statement, grants } = this.#rows;
    const [grant, stated] = [grants[role], statement.grants[role]];
    if (grant === undefined || stated === undefined) return undefined;
    const { vaultId } = statement;
    const bundle = await openBundle(grant.bundle, { pair, vaultId, role });
    if (bundle === undefined || stated.bundle !== (await bundleDigest(grant.bundle))) {
      throw damagedFault('keys', secretRemedy);
    }
    return bundle;
  }

  async #take(role: Role, { pair, bundle }: Pick<OpenedTexts, 'pair' | 'bundle'>): Promise<void> {
    const { statement } = this.#rows;
    const keys = await importBundle(bundle);
    const own = keys.get(statement.generation);
    const [oldest] = keys.values();
    if (own === undefined) throw damagedFault('keys', secretRemedy);
    const [content, originals, audit] = await Promise.all([
      importPublicKey(statement.publicKeys.content),
      importPublicKey(statement.publicKeys.originals),
      importPublicKey(statement.publicKeys.audit),
    ]);
    this.#close();
    this.#auditKey = audit;
    this.#sealing = {
      vaultId: statement.vaultId,
      generation: statement.generation,
      publicKeys: { content, originals, audit },
      witness: own.witness,
      masking: await makeWitness(oldest?.witness ?? own.witness, factBytes('smallworks/masking')),
    };
    this.#open = { role, pair, keys };
    this.#actor = role;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #close(): void {
    this.#open = undefined;
    this.#noted.clear();
    clearTimeout(this.#idle?.timer);
  }

  #touch(): void {
    const idle = this.#idle;
    if (idle === undefined) return;
    clearTimeout(idle.timer);
    if (this.#open === undefined) return;
    // A log that was closed meanwhile has nothing to write the locking down in.
    idle.timer = setTimeout(() => void this.lock('idle').catch(() => undefined), idle.afterMs);
  }

  #auditWriter(): AuditWriter {
    const { vaultId, generation } = this.#rows.statement;
    return {
      vaultId,
      generation: this.#sealing?.generation ?? generation,
      publicKey: this.#auditKey,
      actor: this.#actor ?? 'nobody',
      witness: this.#sealing?.witness,
    };
  }
}

/** Reads what is there; undefined: there is no vault yet. Throws Fault `vault-damaged`. */
async function readVaultRows(store: JournalStore): Promise<VaultRows | undefined> {
  const rows = await store.read(['vault'], (transaction) => transaction.objectStore('vault').getAll());
  return rows.length === 0 ? undefined : vaultRowsOf(rows);
}

export function vaultRowsOf(rows: readonly VaultRow[]): VaultRows {
  const charter = rows.find((row): row is CharterRow => row.name === 'charter');
  const statement = charter === undefined ? undefined : statementOf(checked(charter));
  const isKnown = rows.every(({ v }) => v >= firstVersion);
  if (charter === undefined || statement === undefined || !isKnown)
    throw damagedFault('charter', secretRemedy);
  const device = rows.find((row): row is DeviceKeyRow => row.name === 'device-key');
  return {
    charter,
    statement,
    grants: Object.fromEntries(
      rows.filter(isGrant).map((row) => [row.name.slice('grant-'.length), checked(row)]),
    ),
    deviceKey: device?.key,
  };
}

function isGrant(row: VaultRow): row is GrantRow {
  return row.name.startsWith('grant-');
}
