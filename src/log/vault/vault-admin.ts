/**
 * What changes the charter: making a vault, granting and revoking roles, changing secrets, rotating keys, settings. Each
 * asks for the owner's secret again, because the private keys that it hands on cannot be taken out of an open vault.
 * Knows nothing of runs.
 */
import { newId } from '../../protocol/id.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type {
  AuditAction,
  CharterRow,
  GrantRow,
  Role,
  UnlockSecret,
  UnlockType,
  VaultSettings,
  WrappedSecret,
} from '../../protocol/vault.ts';
import { roles } from '../../protocol/vault.ts';
import { WriteConflict } from '../journal-store.ts';
import type { JournalStore, WriteTransaction } from '../journal-store.ts';
import { recordVersion } from '../migrate.ts';
import { makeDecoySalt, makeSignKey, statementOf, writeCharter } from './charter.ts';
import type { CharterRows, Grant } from './charter.ts';
import { paddedJson, sameBytes } from './encoding.ts';
import { unlockFault } from './permissions.ts';
import { makeGeneration, secretFacts } from './role-keys.ts';
import type { RoleBundle, RoleSecret } from './role-keys.ts';
import { makeKeyPair } from './sealed-box.ts';
import { makeDeviceKey, withSecret, withoutSecret, wrapSecret } from './unlock-key.ts';
import { Vault, vaultRowsOf } from './vault.ts';
import type { OpenedTexts, VaultRows } from './vault.ts';

/** What a log records before its owner has said anything. */
const firstSettings: VaultSettings = { recording: 'full', retention: {} };

/**
 * Makes a vault where there is none, and opens it as its owner. `secret` absent: the key of this browser profile, so that a
 * log works at once. Where another tab made one first, that one is opened.
 */
export async function foundVault(
  store: JournalStore,
  { secret = { type: 'device' } }: { readonly secret?: UnlockSecret } = {},
): Promise<Vault> {
  const vaultId = newId();
  const deviceKey = secret.type === 'device' ? await makeDeviceKey() : undefined;
  const [{ signKey, verifyKey }, generation, pair] = await Promise.all([
    makeSignKey(),
    makeGeneration(1),
    makeKeyPair(),
  ]);
  const ownSecret: RoleSecret = { pair, verifyKey };
  const wrapped = await wrapRole({ secret: ownSecret, by: secret, vaultId, role: 'owner', deviceKey });
  const { charter, grants } = await writeCharter({
    vaultId,
    decoySalt: makeDecoySalt(),
    settings: firstSettings,
    grants: { owner: { publicKey: pair.publicKey, secrets: [wrapped] } },
    owner: { generations: [generation], signKey },
  });
  try {
    await store.write(['vault'], async (transaction) => {
      const rows = transaction.objectStore('vault');
      await rows.add(charter);
      for (const grant of grants) await rows.add(grant);
      if (deviceKey !== undefined) await rows.add({ name: 'device-key', v: recordVersion, key: deviceKey });
    });
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
  }
  const vault = await Vault.find(store);
  if (vault === undefined) throw new WriteConflict();
  await vault.unlock({ role: 'owner', secret });
  if (vault.id === vaultId) await vault.audit.note({ action: 'vault-made' });
  return vault;
}

/** All of them throw Fault `vault-refused` for who is no owner, `vault-locked` for a wrong secret of the owner. */
export class VaultAdmin {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Gives a role a secret. A role that is there keeps its other ways to unlock it. */
  async grant(options: {
    readonly owner: UnlockSecret;
    readonly role: Exclude<Role, 'owner'>;
    readonly secret: UnlockSecret;
  }): Promise<void> {
    const { owner, role, secret } = options;
    const { texts, rows } = await this.#begin(owner);
    const { vaultId } = rows.statement;
    // A role that is there keeps neither key nor secrets: nobody can add a way into it without opening it.
    const pair = await makeKeyPair();
    const ownSecret: RoleSecret = { pair, verifyKey: texts.secret.verifyKey };
    const wrapped = await wrapRole({
      secret: ownSecret,
      by: secret,
      vaultId,
      role,
      deviceKey: rows.deviceKey,
    });
    await this.#rewrite({
      texts,
      rows,
      action: 'granted',
      details: { role, by: secret.type },
      grants: { ...grantsOf(rows), [role]: { publicKey: pair.publicKey, secrets: [wrapped] } },
    });
  }

  /** Takes a role away and rotates: what is written from now on is not for the keys it had. */
  async revoke(options: {
    readonly owner: UnlockSecret;
    readonly role: Exclude<Role, 'owner'>;
  }): Promise<void> {
    const { texts, rows } = await this.#begin(options.owner);
    const { [options.role]: _revoked, ...grants } = grantsOf(rows);
    const details = { role: options.role };
    await this.#rewrite({ texts: await withGeneration(texts), rows, action: 'revoked', details, grants });
  }

  /** New keys for what is written from now on. No row is written again: readers keep the keys they have. */
  async rotate({ owner }: { readonly owner: UnlockSecret }): Promise<void> {
    const { texts, rows } = await this.#begin(owner);
    const grants = grantsOf(rows);
    await this.#rewrite({ texts: await withGeneration(texts), rows, action: 'rotated', details: {}, grants });
  }

  /** What is recorded and for how long; the owner signs it. */
  async setSettings(options: {
    readonly owner: UnlockSecret;
    readonly settings: Partial<VaultSettings>;
  }): Promise<void> {
    const { texts, rows } = await this.#begin(options.owner);
    const settings = { ...rows.statement.settings, ...options.settings };
    await this.#rewrite({
      texts,
      rows,
      action: 'settings-changed',
      details: { recording: settings.recording, retention: { ...settings.retention } },
      grants: grantsOf(rows),
      settings,
    });
  }

  /**
   * Adds a way to unlock the owner's role, and takes the ways of the types in `instead` away. After a passphrase `instead`
   * of `device`, the key of this browser profile is deleted: the log is closed to who only has the profile.
   */
  async setOwnerSecret(options: {
    readonly owner: UnlockSecret;
    readonly secret: UnlockSecret;
    readonly instead?: readonly UnlockType[];
  }): Promise<void> {
    const { owner, secret, instead = [] } = options;
    const { texts, rows } = await this.#begin(owner);
    const { vaultId } = rows.statement;
    const { deviceKey } = rows;
    const wrapped = await wrapRole({ secret: texts.secret, by: secret, vaultId, role: 'owner', deviceKey });
    const kept = instead.reduce<readonly WrappedSecret[]>(withoutSecret, rows.grants.owner?.secrets ?? []);
    const grants = grantsOf(rows);
    await this.#rewrite({
      texts,
      rows,
      action: 'secret-changed',
      details: { role: 'owner', by: secret.type, instead: [...instead] },
      grants: {
        ...grants,
        owner: { publicKey: texts.secret.pair.publicKey, secrets: withSecret(kept, wrapped) },
      },
      dropDeviceKey: instead.includes('device') && secret.type !== 'device',
    });
  }

  /** The owner's grant as it goes into a backup: `passphrase` opens it, and what is bound to this browser does not. */
  async travellingGrant(options: {
    readonly owner: UnlockSecret;
    readonly passphrase: string;
  }): Promise<GrantRow> {
    const { owner, passphrase } = options;
    const { texts, rows } = await this.#begin(owner);
    const grant = rows.grants.owner;
    if (grant === undefined) throw unlockFault();
    const { vaultId } = rows.statement;
    const by = { type: 'passphrase', passphrase } as const;
    const wrapped = await wrapRole({
      secret: texts.secret,
      by,
      vaultId,
      role: 'owner',
      deviceKey: undefined,
    });
    return { ...grant, secrets: withSecret(withoutSecret(grant.secrets, 'device'), wrapped) };
  }

  async #begin(owner: UnlockSecret): Promise<{ readonly texts: OpenedTexts; readonly rows: VaultRows }> {
    await this.#vault.require('manage');
    await this.#vault.refresh();
    const { rows } = this.#vault;
    const texts = await this.#vault.openTexts({ role: 'owner', secret: owner });
    if (texts !== undefined) return { texts, rows };
    await this.#vault.audit.note({ action: 'unlock-refused', details: { role: 'owner', by: owner.type } });
    throw unlockFault();
  }

  /** Throws WriteConflict where another tab changed the charter meanwhile. */
  async #rewrite(change: {
    readonly texts: OpenedTexts;
    readonly rows: VaultRows;
    readonly action: AuditAction;
    readonly details: JsonObject;
    readonly grants: Readonly<Partial<Record<Role, Grant>>>;
    readonly settings?: VaultSettings;
    readonly dropDeviceKey?: boolean;
  }): Promise<void> {
    const { texts, rows, action, details, grants, dropDeviceKey = false } = change;
    const { vaultId, decoySalt, settings } = rows.statement;
    const written = await writeCharter({
      vaultId,
      decoySalt,
      settings: change.settings ?? settings,
      grants,
      owner: texts.bundle,
    });
    const isKept = !dropDeviceKey && rows.deviceKey !== undefined;
    await this.#vault.commit({
      entries: [{ action, details }],
      stores: ['vault'],
      work: (transaction) => putCharter(transaction, { before: rows.charter, written, dropDeviceKey }),
    });
    await this.#vault.adopt('owner', texts, {
      ...vaultRowsOf([written.charter, ...written.grants]),
      deviceKey: isKept ? rows.deviceKey : undefined,
    });
  }
}

async function putCharter(
  transaction: WriteTransaction,
  change: { readonly before: CharterRow; readonly written: CharterRows; readonly dropDeviceKey: boolean },
): Promise<void> {
  const store = transaction.objectStore('vault');
  const { before, written, dropDeviceKey } = change;
  const found = await store.get('charter');
  if (found?.name !== 'charter' || !sameBytes(found.signature, before.signature)) throw new WriteConflict();
  const names = new Set(written.grants.map(({ name }) => name));
  await Promise.all([
    store.put(written.charter),
    ...written.grants.map((grant) => store.put(grant)),
    ...roles
      .map((role): GrantRow['name'] => `grant-${role}`)
      .filter((name) => !names.has(name))
      .map((name) => store.delete(name)),
    ...(dropDeviceKey ? [store.delete('device-key')] : []),
  ]);
}

/** Wraps a role's secret by one way to unlock it. */
async function wrapRole(options: {
  readonly secret: RoleSecret;
  readonly by: UnlockSecret;
  readonly vaultId: string;
  readonly role: Role;
  readonly deviceKey: CryptoKey | undefined;
}): Promise<WrappedSecret> {
  const { secret, by, vaultId, role, deviceKey } = options;
  return wrapSecret({
    message: paddedJson(secret),
    secret: by,
    facts: secretFacts(vaultId, role),
    deviceKey,
  });
}

/** The grants as the charter on disk has them. */
function grantsOf(rows: VaultRows): Partial<Record<Role, Grant>> {
  const stated = statementOf(rows.charter)?.grants ?? {};
  return Object.fromEntries(
    roles.flatMap((role) => {
      const grant = rows.grants[role];
      const publicKey = stated[role]?.publicKey;
      return grant === undefined || publicKey === undefined
        ? []
        : [[role, { publicKey, secrets: grant.secrets }] as const];
    }),
  );
}

async function withGeneration(texts: OpenedTexts): Promise<OpenedTexts> {
  const { generations } = texts.bundle;
  const next = await makeGeneration((generations.at(-1)?.generation ?? 0) + 1);
  const bundle: RoleBundle = { ...texts.bundle, generations: [...generations, next] };
  return { ...texts, bundle };
}
