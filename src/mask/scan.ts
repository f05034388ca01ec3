/**
 * The one pass over a text that everything else builds on: words and numbers with their form and meaning, and where an
 * "@" or a ":" stands. Linear in the text. Knows characters; nothing of personal data.
 */
import { keywordStep, meaningsOf } from './keywords.ts';

/** What a token is made of. */
export const form = {
  letters: 1,
  digits: 2,
  /** Begins with a capital. */
  capital: 4,
  hasLower: 8,
  /** Letters outside ASCII. */
  wide: 16,
} as const;

const none = 0;
const lower = 1;
const upper = 2;
const digit = 3;
const unknown = 255;

/** Classes of all UTF-16 units; those outside ASCII are looked up when they are first met. */
const classes = new Uint8Array(65_536).fill(unknown);
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code);
  classes[code] = /[a-z]/.test(character)
    ? lower
    : /[A-Z]/.test(character)
      ? upper
      : /\d/.test(character)
        ? digit
        : none;
}

function classify(code: number): number {
  const character = String.fromCharCode(code);
  const found = /\p{Lu}/u.test(character) ? upper : /[\p{L}\p{M}]/u.test(character) ? lower : none;
  classes[code] = found;
  return found;
}

export interface Scan {
  readonly text: string;
  /** Number of tokens: runs of letters and digits. */
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly forms: Uint8Array;
  /** Bits of `meaningBits`. */
  readonly meanings: Int32Array;
  readonly ats: readonly number[];
  readonly colons: readonly number[];
  /** No word begins with a capital: capitals tell nothing here. */
  readonly caseless: boolean;
}

export function scanText(text: string): Scan {
  // Something stands between two tokens: there are no more than this.
  const room = (text.length >>> 1) + 1;
  const starts = new Int32Array(room);
  const ends = new Int32Array(room);
  const meanings = new Int32Array(room);
  const forms = new Uint8Array(room);
  const ats: number[] = [];
  const colons: number[] = [];
  let count = 0;
  let capitals = 0;
  const { length } = text;
  for (let at = 0; at < length;) {
    let code = text.charCodeAt(at);
    let kind = classes[code] ?? none;
    if (kind === unknown) kind = classify(code);
    if (kind === none) {
      if (code === 64) ats.push(at);
      else if (code === 58) colons.push(at);
      at += 1;
      continue;
    }
    const start = at;
    let shape: number = kind === upper ? form.capital : 0;
    let hash = 0;
    do {
      if (kind === digit) shape |= form.digits;
      else {
        shape |= form.letters;
        if (kind === lower) shape |= form.hasLower;
        if (code > 127) shape |= form.wide;
      }
      hash = keywordStep(hash, code);
      at += 1;
      if (at === length) break;
      code = text.charCodeAt(at);
      kind = classes[code] ?? none;
      if (kind === unknown) kind = classify(code);
    } while (kind !== none);
    starts[count] = start;
    ends[count] = at;
    forms[count] = shape;
    if ((shape & form.digits) === 0) meanings[count] = meaningsOf(hash);
    if ((shape & form.capital) !== 0 && at - start > 1) capitals += 1;
    count += 1;
  }
  return { text, count, starts, ends, forms, meanings, ats, colons, caseless: capitals === 0 };
}

/** All meanings of the `reach` tokens before `token` together. */
export function meaningsBefore(scan: Scan, token: number, reach: number): number {
  let found = 0;
  for (let at = Math.max(0, token - reach); at < token; at += 1) found |= scan.meanings[at] ?? 0;
  return found;
}

/** Whether a word with such a meaning stands among the `reach` tokens before `token`, in the same paragraph. */
export function isBefore(scan: Scan, token: number, meaning: number, reach: number): boolean {
  return distanceBefore(scan, token, meaning, reach) > 0;
}

/** How many tokens back the nearest such word stands, 0 for none. */
export function distanceBefore(scan: Scan, token: number, meaning: number, reach: number): number {
  for (let back = 1; back <= reach && token - back >= 0; back += 1) {
    if (((scan.meanings[token - back] ?? 0) & meaning) !== 0) return back;
  }
  return 0;
}

/** Whether one stands among the `reach` tokens from `token` on. */
export function isAfter(scan: Scan, token: number, meaning: number, reach: number): boolean {
  for (let at = token; at < token + reach && at < scan.count; at += 1) {
    if (((scan.meanings[at] ?? 0) & meaning) !== 0) return true;
  }
  return false;
}
