/**
 * A name to 64 bits, whatever its case and accents: "Ünal", "UNAL" and "unal" are one. Works on a stretch of a text
 * without cutting it out. Knows letters; nothing of lists.
 */

/** Letters that Unicode does not take apart, by their code; the second letter of a pair is in `secondOf`. */
const undivided: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ð: 'd',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  ŋ: 'n',
  þ: 'th',
  ŧ: 't',
};

const tableSize = 0x250;

/** 0: leave out; 32: a blank; otherwise the folded letter. */
const firstOf = new Uint16Array(tableSize);
const secondOf = new Uint16Array(tableSize);
for (let code = 0; code < tableSize; code += 1) {
  const lower = String.fromCharCode(code).toLowerCase();
  const folded = undivided[lower] ?? lower.normalize('NFD');
  firstOf[code] = folded.charCodeAt(0);
  if (undivided[lower] !== undefined && folded.length > 1) secondOf[code] = folded.charCodeAt(1);
}
for (const blank of ' \t\n\r-\u00A0') firstOf[blank.charCodeAt(0)] = 32;
for (const left of ".'`´") firstOf[left.charCodeAt(0)] = 0;

function finish(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * Writes two hashes of the folded stretch into `into`. Blanks, line breaks and hyphens count as one blank; full stops
 * and apostrophes as nothing. Two multiplicative hashes, finished as MurmurHash3 does.
 */
export function foldHash(text: string, start: number, end: number, into: Uint32Array): void {
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  let blankPending = false;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    let first: number;
    let second = 0;
    if (code < tableSize) {
      first = firstOf[code] ?? 0;
      second = secondOf[code] ?? 0;
    } else if (code === 0x2019 || (code >= 0x300 && code < 0x370)) first = 0;
    else first = code < 0x370 ? code : lowerOf(code);
    if (first === 0) continue;
    if (first === 32) {
      blankPending = at > start;
      continue;
    }
    if (blankPending) {
      one = Math.imul(one ^ 32, 0x01000193);
      other = Math.imul(other + 32, 0x5bd1e995) ^ (other >>> 15);
      blankPending = false;
    }
    one = Math.imul(one ^ first, 0x01000193);
    other = Math.imul(other + first, 0x5bd1e995) ^ (other >>> 15);
    if (second !== 0) {
      one = Math.imul(one ^ second, 0x01000193);
      other = Math.imul(other + second, 0x5bd1e995) ^ (other >>> 15);
    }
  }
  into[0] = finish(one);
  into[1] = finish(other ^ (one << 7));
}

/** Greek and Cyrillic with their accents off; scripts without case stay as they are. */
function lowerOf(code: number): number {
  if (code >= 0x530 && (code < 0x1e00 || code >= 0x2000)) return code;
  return String.fromCharCode(code).toLowerCase().normalize('NFD').charCodeAt(0);
}
