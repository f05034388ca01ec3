/**
 * Classes of characters as bits in a table: one read where a pattern would be asked for every character. Knows code
 * units; letters outside ASCII count as letters.
 */

export const characterBits = {
  digit: 1,
  letter: 2,
  hex: 4,
  /** May stand in the local part of an e-mail address, beside letters and digits. */
  local: 8,
  /** May stand in the name of a host, beside letters and digits. */
  host: 16,
  scheme: 32,
  /** Ends a URL. */
  outsideUrl: 64,
} as const;

const size = 128;
const table = new Uint8Array(size);
for (let code = 0; code < size; code += 1) {
  const character = String.fromCharCode(code);
  table[code] =
    (/\d/.test(character) ? characterBits.digit : 0) |
    (/[a-z]/i.test(character) ? characterBits.letter : 0) |
    (/[\da-f]/i.test(character) ? characterBits.hex : 0) |
    (/[.!#$%&'*+?^_`{|}~-]/.test(character) ? characterBits.local : 0) |
    (/[.-]/.test(character) ? characterBits.host : 0) |
    (/[a-z\d+.-]/i.test(character) ? characterBits.scheme : 0) |
    (/[\s\p{Cc}<>"'`()[\]{}|\\^]/u.test(character) ? characterBits.outsideUrl : 0);
}

const wideLetter = /[\p{L}\p{M}]/u;

/** Whether a code unit has one of the bits; false for what lies outside the text (NaN). */
export function isOneOf(code: number, bits: number): boolean {
  if (code < size) return ((table[code] ?? 0) & bits) !== 0;
  if ((bits & characterBits.letter) !== 0) return wideLetter.test(String.fromCharCode(code));
  return (
    (bits & characterBits.outsideUrl) !== 0 &&
    (code === 0xa0 || (code >= 0x2000 && code <= 0x206f) || code === 0x3000)
  );
}
