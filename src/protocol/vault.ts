/**
 * What the vault keeps on disk, row by row, and what it hands out: roles, calls, audit entries, damage, receipts.
 * Everything here is data. Knows nothing of how a row is sealed (log/vault) and nothing of IndexedDB.
 */
import type { Id } from './id.ts';
import type { JsonObject } from './json.ts';
import type { RecordDamage, StoredEvent } from './record.ts';

/** Bytes as WebCrypto takes them: in a buffer of their own thread. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * - `owner`: everything: reads, originals, keys, erases.
 * - `curator`: reads what was recorded (masked, where there is a masker), labels, exports.
 * - `contributor`: writes, and reads nothing, not even what it wrote.
 * - `auditor`: reads and checks the audit chain, and nothing of a run.
 */
export const roles = ['owner', 'curator', 'contributor', 'auditor'] as const;

/** Who opens a log: each role has a secret and may make some calls. */
export type Role = (typeof roles)[number];

/** What a caller can ask of the vault; `log/vault/permissions` says who may. */
export type VaultCall =
  'write' | 'label' | 'decide' | 'read' | 'export' | 'read-originals' | 'erase' | 'manage' | 'read-audit';

/** What of a run is kept: all of it, only types, names, timings and counts, or nothing. */
export type RecordingMode = 'full' | 'metadata-only' | 'off';

/** How long runs are kept, and how much room they take; absent: no limit. */
export interface Retention {
  readonly maxAgeMs?: number;
  /** Bytes of sealed records, of all runs together. */
  readonly maxBytes?: number;
}

/** What is recorded, how long it is kept, and when an open role is closed. */
export interface VaultSettings {
  readonly recording: RecordingMode;
  readonly retention: Retention;
  /** A person has said what is recorded; absent: nobody was asked yet. */
  readonly isChosen?: boolean;
  /** Milliseconds without a call after which an open role is closed; absent: it stays open. */
  readonly lockAfterMs?: number;
}

/** What opens a role. `passkey`: the 32 bytes that the WebAuthn PRF extension gave. */
export type UnlockSecret =
  | { readonly type: 'device' }
  | { readonly type: 'passphrase'; readonly passphrase: string }
  | { readonly type: 'passkey'; readonly credentialId: string; readonly prf: Bytes };

export type UnlockType = UnlockSecret['type'];

/** Memory in KiB, passes, lanes: the cost of Argon2id, stored with the salt so that it can be raised later. */
export interface PassphraseCost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** An AES-256-GCM message: its IV, and the ciphertext that ends with the tag. */
export interface SealedText {
  readonly iv: Bytes;
  readonly data: Bytes;
}

/** A message sealed to a public key (RFC 9180): the encapsulated key, and the ciphertext with its tag. */
export interface SealedBox {
  readonly enc: Bytes;
  readonly data: Bytes;
}

/** The secret of a role, wrapped once for each way to unlock it. */
export type WrappedSecret = SealedText &
  (
    | { readonly type: 'device' }
    | { readonly type: 'passphrase'; readonly salt: Bytes; readonly cost: PassphraseCost }
    | { readonly type: 'passkey'; readonly credentialId: string; readonly salt: Bytes }
  );

/** The vault's constitution. `statement` is the text that the owner signed; a `CharterStatement` as JSON. */
export interface CharterRow {
  readonly name: 'charter';
  readonly v: number;
  readonly statement: string;
  readonly signature: Bytes;
}

/** Keys are raw points in base64. */
export interface CharterStatement {
  readonly vaultId: Id;
  readonly generation: number;
  readonly publicKeys: Readonly<Record<KeyPurpose, string>>;
  /** Each role that was granted: its public key, and the SHA-256 of its sealed bundle. */
  readonly grants: Readonly<Partial<Record<Role, { readonly publicKey: string; readonly bundle: string }>>>;
  /** For who names a role that has no passphrase: the same work is done with it. */
  readonly decoySalt: string;
  readonly settings: VaultSettings;
}

export interface GrantRow {
  readonly name: `grant-${Role}`;
  readonly v: number;
  readonly secrets: readonly WrappedSecret[];
  /** The private keys of the role, sealed to its public key. */
  readonly bundle: SealedBox;
}

/** The key of this browser profile. It cannot be exported, and it does not travel in a backup. */
export interface DeviceKeyRow {
  readonly name: 'device-key';
  readonly v: number;
  readonly key: CryptoKey;
}

export type VaultRow = CharterRow | GrantRow | DeviceKeyRow;

/** What a key pair of a generation is for. */
export type KeyPurpose = 'content' | 'originals' | 'audit';

/** The key of one run, sealed to a generation's public key. Deleting it is the erasure of all that it sealed. */
export interface RunKeyRow extends SealedBox {
  readonly v: number;
  readonly runId: Id;
  readonly purpose: 'content' | 'originals';
  readonly generation: number;
  /** HMAC-SHA256 by a key that every role has and the disk has not: nobody else can add a run. */
  readonly witness: Bytes;
}

/** The sealed header of a run; `startedAt` is absent where nothing but feedback is known of it. */
export interface RunRow extends SealedText {
  readonly v: number;
  readonly runId: Id;
  readonly startedAt?: number;
  /** Counts the writes: two that were prepared for the same one do not both go in. */
  readonly revision: number;
  /** Bytes of the run's sealed records. */
  readonly bytes: number;
}

export interface RecordRow extends SealedText {
  readonly v: number;
  readonly runId: Id;
  readonly index: number;
  /** SHA-256 over the record before: its own `previous`, IV and data. */
  readonly previous: Bytes;
}

/** What stands beside the events of a run. */
export type AnnexKind = 'feedback' | 'trial' | 'decision';

export interface AnnexRow extends SealedText {
  readonly v: number;
  readonly runId: Id;
  readonly kind: AnnexKind;
  readonly id: Id;
}

/** What was masked in one event, for the owner alone. */
export interface OriginalsRow extends SealedText {
  readonly v: number;
  readonly runId: Id;
  readonly index: number;
}

/** What a run's header says once it is opened. */
export interface RunHeader {
  readonly count: number;
  /** The link of the last record, base64. */
  readonly link: string;
  /** Messages sealed with the run's key so far. */
  readonly messages: number;
  /** Digest of each annex, base64, by `kind/id`; of each original by `originals/index`. */
  readonly annexes: Readonly<Record<string, string>>;
  readonly goal: string;
  readonly modelId: string;
  readonly outcome?: string;
  /** Names of the tools that were called, each once; absent: none, or an older version wrote it. */
  readonly tools?: readonly string[];
}

export type AuditAction =
  | 'vault-made'
  | 'lost'
  | 'unlocked'
  | 'unlock-refused'
  | 'locked'
  | 'call-refused'
  | 'run-begun'
  | 'run-ended'
  | 'read'
  | 'exported'
  | 'erased'
  | 'granted'
  | 'revoked'
  | 'secret-changed'
  | 'rotated'
  | 'settings-changed'
  | 'backed-up'
  | 'restored';

/** One entry of the audit log. It names runs by id and calls by name, and holds nothing of a run's content. */
export interface AuditEntry {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: Role | 'nobody';
  readonly action: AuditAction;
  readonly details: JsonObject;
}

export interface AuditRow extends SealedBox {
  readonly v: number;
  readonly sequence: number;
  readonly generation: number;
  readonly previous: Bytes;
  readonly hash: Bytes;
  /** HMAC-SHA256 of the hash; absent: written while no role was unlocked. */
  readonly witness?: Bytes;
}

/** One entry as it is exported: `text` is what was hashed, to the letter, and begins with the hash before. */
export interface AuditLine {
  readonly text: string;
  /** SHA-256 of the text, base64. */
  readonly hash: string;
  /** False: written while no role was unlocked, so anybody with access to the disk can have written it. */
  readonly witnessed: boolean;
}

/** The audit log as a file that can be checked elsewhere. */
export interface AuditExport {
  readonly format: 'smallworks-audit';
  readonly v: 1;
  readonly vaultId: Id;
  readonly lines: readonly AuditLine[];
}

/** The end of the chain at some time. Whoever holds one notices that what came before it was cut off. */
export interface AuditReceipt {
  readonly vaultId: Id;
  readonly sequence: number;
  readonly hash: string;
}

/** Whether an audit chain is whole, or where it breaks and why. */
export type AuditVerdict =
  | { readonly type: 'whole'; readonly entries: readonly AuditEntry[]; readonly receipt: AuditReceipt }
  | { readonly type: 'broken'; readonly sequence: number; readonly reason: string };

/** The whole log, checked row by row and against the audit chain. */
export interface VaultCheck {
  readonly audit: AuditVerdict;
  readonly damage: readonly RecordDamage[];
  /** Begun by the chain, not erased by it, and not there. */
  readonly missingRuns: readonly Id[];
  /** There, and not begun by the chain, or erased by it. */
  readonly unexpectedRuns: readonly Id[];
}

/** An event on its way into the log, with what was taken out of it. */
export interface EventEntry {
  readonly event: StoredEvent;
  readonly originals?: JsonObject;
}

/** Runs that were erased; whoever derived rows from them drops those. */
export interface Erasure {
  readonly runIds: readonly Id[];
  /** Runs that could not be searched, because they are damaged. They were left as they are. */
  readonly unsearched: readonly Id[];
}
