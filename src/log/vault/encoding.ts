/**
 * Bytes and texts: base64, hashes, and the one way in which facts become associated data. Knows nothing of keys.
 */
import type { Json } from '../../protocol/json.ts';
import type { Bytes } from '../../protocol/vault.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export function toBytes(text: string): Bytes {
  return encoder.encode(text);
}

/** @throws TypeError where the bytes are no UTF-8. */
export function toText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** @throws DOMException `InvalidCharacterError` where the text is no base64. */
export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export function concatenate(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Facts as bytes, without ambiguity: a JSON list has one reading only. Bytes go in as base64. */
export function factBytes(...facts: readonly (string | number | null | Uint8Array)[]): Bytes {
  return toBytes(
    JSON.stringify(facts.map((fact) => (fact instanceof Uint8Array ? ['bytes', toBase64(fact)] : fact))),
  );
}

/**
 * A value as JSON, padded with spaces, which a JSON parser passes over: of its length, only the bucket shows. The buckets
 * are those of Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs",
 * PoPETs 2019), at most 12 % longer, and never less than 256 bytes.
 * @throws TypeError where the value is no JSON: what would be lost silently is refused.
 */
export function paddedJson(value: unknown): Bytes {
  const bytes = toBytes(JSON.stringify(value, refuseLost));
  const padded = new Uint8Array(bucketLength(bytes.length)).fill(32);
  padded.set(bytes);
  return padded;
}

/** @throws SyntaxError, TypeError where the bytes are no JSON. */
export function parsePadded(bytes: Uint8Array): Json {
  return JSON.parse(toText(bytes)) as Json;
}

/** The length that a text of `length` bytes is padded to. */
export function bucketLength(length: number): number {
  if (length <= 256) return 256;
  const exponent = Math.floor(Math.log2(length));
  const kept = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** Math.max(0, exponent - kept);
  return Math.ceil(length / step) * step;
}

function refuseLost(_key: string, value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`A ${typeof value} cannot be stored.`);
  }
  return value;
}
