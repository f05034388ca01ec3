/**
 * The charter: which public keys the log is sealed to, which roles there are, what is recorded. The owner signs it (ECDSA,
 * P-256, SHA-256), and every role checks it with a key that lies in its own wrapped secret: who can write to the disk
 * cannot put keys of their own in. Also how it is changed. Knows nothing of storage.
 */
import type {
  CharterRow,
  CharterStatement,
  GrantRow,
  Role,
  SealedBox,
  VaultSettings,
  WrappedSecret,
} from '../../protocol/vault.ts';
import { roles } from '../../protocol/vault.ts';
import { recordVersion } from '../migrate.ts';
import { concatenate, fromBase64, randomBytes, sha256, toBase64, toBytes } from './encoding.ts';
import { bundleFor, sealBundle } from './role-keys.ts';
import type { GenerationText, RoleBundle } from './role-keys.ts';

const signing = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signature = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** A role as the owner knows it: the public key that its bundle is sealed to, and its wrapped secrets. */
export interface Grant {
  readonly publicKey: string;
  readonly secrets: readonly WrappedSecret[];
}

export interface CharterDraft {
  readonly vaultId: string;
  readonly decoySalt: string;
  readonly settings: VaultSettings;
  readonly grants: Readonly<Partial<Record<Role, Grant>>>;
  readonly owner: RoleBundle;
}

export interface CharterRows {
  readonly charter: CharterRow;
  readonly grants: readonly GrantRow[];
}

/** A new signature key: PKCS #8 for the owner's bundle, raw point for every role's secret; base64. */
export async function makeSignKey(): Promise<{ readonly signKey: string; readonly verifyKey: string }> {
  const pair = await crypto.subtle.generateKey(signing, true, ['sign', 'verify']);
  return {
    signKey: toBase64(new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))),
    verifyKey: toBase64(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))),
  };
}

export async function importVerifyKey(verifyKey: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', fromBase64(verifyKey), signing, false, ['verify']);
}

/** Seals every role's bundle anew and signs the whole. */
export async function writeCharter(draft: CharterDraft): Promise<CharterRows> {
  const { vaultId, decoySalt, settings, owner } = draft;
  const grants: GrantRow[] = [];
  const stated: Partial<Record<Role, { publicKey: string; bundle: string }>> = {};
  for (const role of roles) {
    const grant = draft.grants[role];
    if (grant === undefined) continue;
    const { publicKey, secrets } = grant;
    const bundle = await sealBundle(bundleFor(role, owner), { publicKey, vaultId, role });
    grants.push({ name: `grant-${role}`, v: recordVersion, secrets, bundle });
    stated[role] = { publicKey, bundle: await bundleDigest(bundle) };
  }
  const { generation, pairs } = newest(owner);
  const statement: CharterStatement = {
    vaultId,
    generation,
    publicKeys: {
      content: pairs.content?.publicKey ?? '',
      originals: pairs.originals?.publicKey ?? '',
      audit: pairs.audit?.publicKey ?? '',
    },
    grants: stated,
    decoySalt,
    settings,
  };
  const text = JSON.stringify(statement);
  const key = await crypto.subtle.importKey('pkcs8', fromBase64(owner.signKey ?? ''), signing, false, [
    'sign',
  ]);
  return {
    charter: {
      name: 'charter',
      v: recordVersion,
      statement: text,
      signature: new Uint8Array(await crypto.subtle.sign(signature, key, signedBytes(text))),
    },
    grants,
  };
}

/** What it says, before anybody can check it; undefined where it cannot be read. */
export function statementOf({ statement }: CharterRow): CharterStatement | undefined {
  try {
    return JSON.parse(statement) as CharterStatement;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function isSigned(row: CharterRow, verifyKey: CryptoKey): Promise<boolean> {
  return crypto.subtle.verify(signature, verifyKey, row.signature, signedBytes(row.statement));
}

export async function bundleDigest({ enc, data }: SealedBox): Promise<string> {
  return toBase64(await sha256(concatenate(enc, data)));
}

export function makeDecoySalt(): string {
  return toBase64(randomBytes(16));
}

function newest({ generations }: RoleBundle): GenerationText {
  const last = generations.at(-1);
  if (last === undefined) throw new TypeError('A bundle has at least one generation.');
  return last;
}

function signedBytes(statement: string): ReturnType<typeof toBytes> {
  return toBytes(`smallworks/charter\n${statement}`);
}
