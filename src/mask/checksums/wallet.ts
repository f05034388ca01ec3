/**
 * Addresses of wallets: Base58Check (Bitcoin), bech32 and bech32m (BIP-173, BIP-350), and Ethereum's mixed-case check
 * (EIP-55). Every function answers for any text and never throws.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base58, bech32, bech32m, createBase58check } from '@scure/base';

const base58check = createBase58check(sha256);

const base58Only = /^[1-9A-HJ-NP-Za-km-z]{25,36}$/;

/** Four bytes of a double SHA-256 end an address of 25 bytes. */
export function isBase58Check(address: string): boolean {
  if (!base58Only.test(address)) return false;
  const bytes = base58.decode(address);
  if (bytes.length !== 25) return false;
  const check = sha256(sha256(bytes.subarray(0, 21)));
  return [0, 1, 2, 3].every((at) => check[at] === bytes[21 + at]);
}

/** A Base58Check address of a version byte and twenty others. */
export function base58CheckOf(version: number, payload: Uint8Array): string {
  const bytes = new Uint8Array(21);
  bytes[0] = version;
  bytes.set(payload.subarray(0, 20), 1);
  return base58check.encode(bytes);
}

export function base58Of(bytes: Uint8Array): string {
  return base58.encode(bytes);
}

/** Segwit addresses: bech32 for version 0, bech32m for the later ones. */
export function isSegwit(address: string): boolean {
  const text = address.toLowerCase();
  const divider = text.lastIndexOf('1');
  if (text.length > 90 || divider < 1) return false;
  // "q" stands for 0.
  const isFirst = text.charAt(divider + 1) === 'q';
  const decoded = (isFirst ? bech32 : bech32m).decodeUnsafe(text);
  return decoded !== undefined && (decoded.words[0] === 0) === isFirst;
}

/** A segwit address of version 0 with twenty bytes. */
export function segwitOf(prefix: string, program: Uint8Array): string {
  return bech32.encode(prefix, [0, ...bech32.toWords(program.subarray(0, 20))]);
}

/** Forty hexadecimal digits with the letter case that their Keccak-256 asks for. */
export function withEthereumCase(hex: string): string {
  const lower = hex.toLowerCase();
  const hash = bytesToHex(keccak_256(utf8ToBytes(lower)));
  return Array.from(lower, (character, at) =>
    Number.parseInt(hash.charAt(at), 16) > 7 ? character.toUpperCase() : character,
  ).join('');
}

/** `hex`: forty digits after "0x". One letter case throughout carries no check. */
export function isEthereumCase(hex: string): boolean {
  return hex === hex.toLowerCase() || hex === hex.toUpperCase() || hex === withEthereumCase(hex);
}
