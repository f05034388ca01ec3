/**
 * From a secret to the key that wraps a role's keys: Argon2id for a passphrase (RFC 9106; memory, passes and lanes as the
 * OWASP Password Storage Cheat Sheet asks for), HKDF-SHA256 (RFC 5869) for what a passkey gave, and the key of this
 * browser profile as it is. Knows nothing of what is wrapped.
 */
import type {
  Bytes,
  PassphraseCost,
  SealedText,
  UnlockSecret,
  UnlockType,
  WrappedSecret,
} from '../../protocol/vault.ts';
import { randomBytes, toBytes } from './encoding.ts';
import { openBytes, sealBytes } from './seal.ts';

/** OWASP: 19 MiB of memory, two passes, one lane. */
export const passphraseCost: PassphraseCost = { memoryKib: 19_456, passes: 2, lanes: 1 };

const saltLength = 16;

export interface WrapOptions {
  readonly message: Bytes;
  readonly secret: UnlockSecret;
  /** What the message belongs to. */
  readonly facts: Bytes;
  readonly deviceKey: CryptoKey | undefined;
}

/** Wraps a message so that `secret` opens it again. Throws TypeError for `device` without a device key. */
export async function wrapSecret({ message, secret, facts, deviceKey }: WrapOptions): Promise<WrappedSecret> {
  switch (secret.type) {
    case 'device': {
      if (deviceKey === undefined) throw new TypeError('There is no device key.');
      return { type: 'device', ...(await sealBytes(deviceKey, message, facts)) };
    }
    case 'passphrase': {
      const salt = randomBytes(saltLength);
      const key = await passphraseKey(secret.passphrase, salt, passphraseCost);
      return {
        type: 'passphrase',
        salt,
        cost: passphraseCost,
        ...(await sealBytes(key, message, facts)),
      };
    }
    case 'passkey': {
      const salt = randomBytes(saltLength);
      const key = await passkeyKey(secret.prf, salt);
      const { credentialId } = secret;
      return { type: 'passkey', credentialId, salt, ...(await sealBytes(key, message, facts)) };
    }
    default:
      return secret satisfies never;
  }
}

export interface UnwrapOptions {
  /** All the ways into one role; empty where there is no such role. */
  readonly wrapped: readonly WrappedSecret[];
  readonly secret: UnlockSecret;
  readonly facts: Bytes;
  readonly deviceKey: CryptoKey | undefined;
  /** Salt for a role without a passphrase: the derivation is done all the same. */
  readonly decoySalt: Bytes;
}

/** The message; undefined where the secret opens nothing. A passphrase costs one derivation either way. */
export async function unwrapSecret(options: UnwrapOptions): Promise<Bytes | undefined> {
  const { wrapped, secret, facts, deviceKey, decoySalt } = options;
  switch (secret.type) {
    case 'device': {
      const found = wrapped.find((one) => one.type === 'device');
      return found === undefined || deviceKey === undefined
        ? undefined
        : await openBytes(deviceKey, found, facts);
    }
    case 'passphrase': {
      const found = wrapped.find((one) => one.type === 'passphrase');
      const { salt, cost } = found ?? { salt: decoySalt, cost: passphraseCost };
      return openBytes(await passphraseKey(secret.passphrase, salt, cost), found ?? decoy(), facts);
    }
    case 'passkey': {
      const found = wrapped.find((one) => one.type === 'passkey' && one.credentialId === secret.credentialId);
      const stored = found?.type === 'passkey' ? found.salt : decoySalt;
      // HKDF takes a salt with zeros behind it for the same salt; here it is another.
      const salt = stored.length === saltLength ? stored : decoySalt;
      return openBytes(await passkeyKey(secret.prf, salt), found ?? decoy(), facts);
    }
    default:
      return secret satisfies never;
  }
}

/** Replaces the way of one type by another; a passkey stands beside other passkeys. */
export function withSecret(
  wrapped: readonly WrappedSecret[],
  added: WrappedSecret,
): readonly WrappedSecret[] {
  const isSame = (one: WrappedSecret): boolean =>
    one.type === added.type &&
    (one.type !== 'passkey' || added.type !== 'passkey' || one.credentialId === added.credentialId);
  return [...wrapped.filter((one) => !isSame(one)), added];
}

export function withoutSecret(wrapped: readonly WrappedSecret[], type: UnlockType): readonly WrappedSecret[] {
  return wrapped.filter((one) => one.type !== type);
}

/** A key of this browser profile: it never leaves WebCrypto, and whoever runs this page in this profile can use it. */
export async function makeDeviceKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Texts that look alike count as one: NFC, as RFC 8265 has it for passwords. */
export async function passphraseKey(
  passphrase: string,
  salt: Bytes,
  { memoryKib, passes, lanes }: PassphraseCost,
): Promise<CryptoKey> {
  // Fetched where somebody has a passphrase.
  const { argon2id } = await import('hash-wasm');
  const bytes = await argon2id({
    // Empty is refused by the library; it must cost what every other wrong one costs.
    password: toBytes(`${passphrase.normalize('NFC')}\0`),
    salt,
    memorySize: memoryKib,
    iterations: passes,
    parallelism: lanes,
    hashLength: 32,
    outputType: 'binary',
  });
  return importWrapKey(new Uint8Array(bytes));
}

async function passkeyKey(prf: Bytes, salt: Bytes): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', prf, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt, info: toBytes('smallworks/passkey') },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

async function importWrapKey(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** What no key opens. */
function decoy(): SealedText {
  return { iv: randomBytes(12), data: randomBytes(512) };
}
