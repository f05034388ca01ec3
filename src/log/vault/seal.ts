/**
 * One record, sealed and opened: AES-256-GCM of WebCrypto with a random IV of 96 bits (NIST SP 800-38D, 8.2.2), and what
 * may not be changed, swapped or moved as associated data. Knows nothing of stores and nothing of who may read.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { Bytes, SealedText } from '../../protocol/vault.ts';
import { paddedJson, parsePadded, randomBytes } from './encoding.ts';

/**
 * Messages under one key. NIST SP 800-38D, 8.3, allows 2^32 with random IVs; a quarter of that leaves room for writes that
 * were sealed and never counted, because the tab died with them.
 */
export const messageLimit = 2 ** 30;

export async function sealBytes(key: CryptoKey, bytes: Bytes, facts: Bytes): Promise<SealedText> {
  const iv = randomBytes(12);
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: facts }, key, bytes);
  return { iv, data: new Uint8Array(data) };
}

/** The bytes; undefined where key, facts or text are not those it was sealed with. */
export async function openBytes(
  key: CryptoKey,
  { iv, data }: SealedText,
  facts: Bytes,
): Promise<Bytes | undefined> {
  if (!(iv instanceof Uint8Array && data instanceof Uint8Array) || iv.length !== 12) return undefined;
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: facts }, key, data),
    );
  } catch (error) {
    // WebCrypto says nothing else of a tag that does not fit; what is shorter than a tag fails likewise.
    if (error instanceof DOMException && error.name === 'OperationError') return undefined;
    throw error;
  }
}

/** @throws TypeError where the value is no JSON. */
export async function sealJson(key: CryptoKey, value: unknown, facts: Bytes): Promise<SealedText> {
  return sealBytes(key, paddedJson(value), facts);
}

/** What was sealed, as its type: who sealed it had the key. Undefined where it does not open. */
export async function openJson<Value>(
  key: CryptoKey,
  sealed: SealedText,
  facts: Bytes,
): Promise<Value | undefined> {
  const bytes = await openBytes(key, sealed, facts);
  return bytes === undefined ? undefined : (parsePadded(bytes) as Value);
}

/** @throws Fault `vault-damaged` where a key has sealed as much as it may. */
export function requireMessagesLeft(messages: number): void {
  if (messages <= messageLimit) return;
  throw new Fault({
    code: faultCodes.vaultDamaged,
    message: 'This run is too long for one key.',
    reason: `A key seals at most ${String(messageLimit)} messages; more would weaken every one of them.`,
    remedy: 'Start another run.',
  });
}
