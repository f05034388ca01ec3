/**
 * What a role holds. Its secret, wrapped by a way to unlock, is one private key and the key to check the owner's signature
 * with; its bundle, sealed to that private key's other half, is the private keys of every generation that the role may
 * read. So the owner can give a role the keys of a new generation without its passphrase.
 * Knows which keys a role gets; knows nothing of storage.
 */
import type { Bytes, KeyPurpose, Role, SealedBox } from '../../protocol/vault.ts';
import { factBytes, fromBase64, paddedJson, parsePadded, randomBytes, toBase64 } from './encoding.ts';
import { importKeyPair, importPublicKey, makeKeyPair, openWithKey, sealToKey } from './sealed-box.ts';
import type { KeyPairText } from './sealed-box.ts';

/** Purposes whose private keys a role has. */
const readable: Readonly<Record<Role, readonly KeyPurpose[]>> = {
  owner: ['content', 'originals', 'audit'],
  curator: ['content'],
  contributor: [],
  auditor: ['audit'],
};

export interface RoleSecret {
  readonly pair: KeyPairText;
  /** Raw point of the owner's signature key, base64. */
  readonly verifyKey: string;
}

/** One generation of keys, as texts. */
export interface GenerationText {
  readonly generation: number;
  /** Key of HMAC-SHA256, base64: what only the roles can have written carries its code. */
  readonly witness: string;
  readonly pairs: Readonly<Partial<Record<KeyPurpose, KeyPairText>>>;
}

export interface RoleBundle {
  readonly generations: readonly GenerationText[];
  /** The owner's signature key, PKCS #8, base64. */
  readonly signKey?: string;
}

/** Keys of one generation, ready for use; none of them can be exported. */
export interface GenerationKeys {
  readonly witness: CryptoKey;
  readonly pairs: Readonly<Partial<Record<KeyPurpose, CryptoKeyPair>>>;
}

export async function makeGeneration(generation: number): Promise<GenerationText> {
  const [content, originals, audit] = await Promise.all([makeKeyPair(), makeKeyPair(), makeKeyPair()]);
  return { generation, witness: toBase64(randomBytes(32)), pairs: { content, originals, audit } };
}

/** The part of the owner's bundle that another role gets. */
export function bundleFor(role: Role, owner: RoleBundle): RoleBundle {
  if (role === 'owner') return owner;
  return {
    generations: owner.generations.map(({ generation, witness, pairs }) => ({
      generation,
      witness,
      pairs: Object.fromEntries(readable[role].map((purpose) => [purpose, pairs[purpose]])),
    })),
  };
}

export async function sealBundle(
  bundle: RoleBundle,
  { publicKey, vaultId, role }: { readonly publicKey: string; readonly vaultId: string; readonly role: Role },
): Promise<SealedBox> {
  return sealToKey(await importPublicKey(publicKey), paddedJson(bundle), bundleFacts(vaultId, role));
}

/** Undefined where it does not open. */
export async function openBundle(
  sealed: SealedBox,
  { pair, vaultId, role }: { readonly pair: CryptoKeyPair; readonly vaultId: string; readonly role: Role },
): Promise<RoleBundle | undefined> {
  const bytes = await openWithKey(pair, sealed, bundleFacts(vaultId, role));
  return bytes === undefined ? undefined : (parsePadded(bytes) as unknown as RoleBundle);
}

/** Imports a bundle's keys, so that none of them can leave WebCrypto. */
export async function importBundle({
  generations,
}: RoleBundle): Promise<ReadonlyMap<number, GenerationKeys>> {
  const imported = await Promise.all(
    generations.map(async ({ generation, witness, pairs }) => {
      const entries = await Promise.all(
        Object.entries(pairs).map(async ([purpose, texts]) => [purpose, await importKeyPair(texts)] as const),
      );
      const keys: GenerationKeys = {
        witness: await importWitness(fromBase64(witness)),
        pairs: Object.fromEntries(entries),
      };
      return [generation, keys] as const;
    }),
  );
  return new Map(imported);
}

export async function makeWitness(key: CryptoKey, facts: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, facts));
}

export async function checkWitness(key: CryptoKey, code: Bytes, facts: Bytes): Promise<boolean> {
  return crypto.subtle.verify('HMAC', key, code, facts);
}

/** What a wrapped secret belongs to. */
export function secretFacts(vaultId: string, role: Role): Bytes {
  return factBytes('smallworks/secret', vaultId, role);
}

function bundleFacts(vaultId: string, role: Role): Bytes {
  return factBytes('smallworks/bundle', vaultId, role);
}

async function importWitness(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}
