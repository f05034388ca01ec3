/**
 * A message that everybody can seal to a public key and only its private half opens: HPKE in base mode (RFC 9180) with
 * DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, by `@hpke/core` on WebCrypto.
 * Knows nothing of what is sealed, and nothing of who a key belongs to.
 */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256, HpkeError } from '@hpke/core';
import type { Bytes, SealedBox } from '../../protocol/vault.ts';
import { fromBase64, toBase64 } from './encoding.ts';

const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

const curve = { name: 'ECDH', namedCurve: 'P-256' } as const;

/** A key pair as texts, to be sealed: raw point and PKCS #8, base64. */
export interface KeyPairText {
  readonly publicKey: string;
  readonly privateKey: string;
}

export async function makeKeyPair(): Promise<KeyPairText> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(curve, true, ['deriveBits']);
  return {
    publicKey: toBase64(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))),
    privateKey: toBase64(new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey))),
  };
}

export async function importPublicKey(publicKey: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', fromBase64(publicKey), curve, true, []);
}

/** The pair for opening; its private half cannot be exported again. */
export async function importKeyPair(texts: KeyPairText): Promise<CryptoKeyPair> {
  const [publicKey, privateKey] = await Promise.all([
    importPublicKey(texts.publicKey),
    crypto.subtle.importKey('pkcs8', fromBase64(texts.privateKey), curve, false, ['deriveBits']),
  ]);
  return { publicKey, privateKey };
}

export async function sealToKey(publicKey: CryptoKey, message: Bytes, facts: Bytes): Promise<SealedBox> {
  const sender = await suite.createSenderContext({ recipientPublicKey: publicKey });
  const data = await sender.seal(message, facts);
  return { enc: new Uint8Array(sender.enc), data: new Uint8Array(data) };
}

/** The message; undefined where the key is another, or anything was changed. */
export async function openWithKey(
  pair: CryptoKeyPair,
  { enc, data }: SealedBox,
  facts: Bytes,
): Promise<Bytes | undefined> {
  if (!(enc instanceof Uint8Array && data instanceof Uint8Array)) return undefined;
  try {
    const recipient = await suite.createRecipientContext({ recipientKey: pair, enc });
    return new Uint8Array(await recipient.open(data, facts));
  } catch (error) {
    if (error instanceof HpkeError) return undefined;
    throw error;
  }
}
