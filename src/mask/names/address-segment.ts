/**
 * One part of an address, between commas or line ends: which tokens it takes, and what stands in it. Knows words and the
 * forms of streets, units and postal codes; nothing of whole addresses.
 */
import { wordBits } from '../gazetteer/gazetteer.ts';
import { meaningBits } from '../keywords.ts';
import { form } from '../scan.ts';
import type { WordReader } from './word-reader.ts';

export interface Segment {
  readonly first: number;
  readonly last: number;
  readonly hasNumber: boolean;
  readonly hasStreet: boolean;
  readonly hasUnit: boolean;
  /** A postal code with its state, or of a form that nothing else has. */
  readonly hasCode: boolean;
  readonly isPlace: boolean;
  /** Words, then a short number: "Dašická 688". */
  readonly isNumbered: boolean;
  /** A number before such words too: "641 Dašická 688". */
  readonly isFlanked: boolean;
  /** How many of its tokens are words. */
  readonly words: number;
  /** Every word is an ordinary English one. */
  readonly isPlain: boolean;
}

const longestSegment = 12;

/** Dates, and words that other numbers are announced by. */
const labels =
  meaningBits.month |
  meaningBits.weekday |
  meaningBits.birth |
  meaningBits.phone |
  meaningBits.card |
  meaningBits.password |
  meaningBits.social |
  meaningBits.passport;

/** Ends of street names that are written as one word, in languages that do so. */
const streetEnd =
  /(?:stra(?:ss|ß)e|str|gasse|weg|platz|allee|ufer|damm|ring|steig|stieg|graben|straat|laan|plein|dijk|kade|gracht|singel|steeg|pad|hof|gatan|gata|vägen|vagen|väg|gränd|grand|stigen|torget|backen|vej|gade|vænget|stræde|allé|katu|kuja|tie|polku|kaari|vegur|stígur|gata|stræti|braut|utca|körút|sokak|veien|vegen|veg|gaten|gate|bakken)$/i;
const unitedKingdomCode = /^(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})(?![A-Za-z\d])/;
const stateAndCode = /^[A-Z]{2},? \d{4,5}(?:-\d{4})?(?![\d-])/;

/** The part that begins at a token, or undefined where none can. */
export function readSegment(words: WordReader, from: number): Segment | undefined {
  if (!mayBegin(words, from)) return undefined;
  let last = from;
  while (last - from < longestSegment && continues(words, last)) last += 1;
  const facts = { hasNumber: false, hasStreet: false, hasUnit: false, hasCode: false, words: 0, plain: 0 };
  for (let token = from; token <= last; token += 1) note(words, token, from, last, facts);
  let first = from;
  if (facts.hasNumber || facts.hasStreet) first = skipLead(words, from, last);
  // What ends in a small word goes on without it.
  while (last > first && words.means(last, meaningBits.particle) && !words.isCapital(last)) last -= 1;
  const isNumbered = endsInNumber(words, first, last);
  return {
    first,
    last,
    isNumbered,
    isFlanked: isNumbered && words.has(first, form.digits) && last > first + 1,
    hasNumber: facts.hasNumber,
    hasStreet: facts.hasStreet,
    hasUnit: facts.hasUnit,
    hasCode: facts.hasCode,
    words: facts.words,
    isPlace: facts.words > 0 && endsInPlace(words, first, last),
    isPlain: facts.words > 0 && facts.plain === facts.words,
  };
}

interface Facts {
  hasNumber: boolean;
  hasStreet: boolean;
  hasUnit: boolean;
  hasCode: boolean;
  words: number;
  plain: number;
}

function note(words: WordReader, token: number, first: number, last: number, facts: Facts): void {
  const { text } = words.scan;
  const start = words.start(token);
  const length = words.length(token);
  if (words.has(token, form.digits)) {
    facts.hasNumber = true;
    if (length <= 4 && text.charCodeAt(start) > 57 && isCodeToken(words, token)) facts.hasCode = true;
    return;
  }
  facts.words += 1;
  if (words.isOrdinary(token)) facts.plain += 1;
  const isNamed = token > first && words.isWord(token - 1) && isNameLike(words, token - 1);
  const isNumbered = token < last && words.has(token + 1, form.digits);
  const isLettered = words.isCapital(token) || words.scan.caseless;
  if (words.means(token, meaningBits.street) && isNamed && (isLettered || isNumbered)) facts.hasStreet = true;
  else if (
    words.means(token, meaningBits.streetFirst) &&
    token < last &&
    beginsStreet(words, token, isNumbered)
  )
    facts.hasStreet = true;
  else if (
    length > 5 &&
    (isNumbered ||
      text.charCodeAt(words.end(token)) === 45 ||
      (token > first && words.has(token - 1, form.digits)))
  ) {
    if (streetEnd.test(text.slice(start, words.end(token)))) facts.hasStreet = true;
  } else if (length === 1) {
    if (isNamed && isNumbered && !words.isCapital(token) && words.gap(token).startsWith('.'))
      facts.hasStreet = true;
    if (/^p\.o\. box$/i.test(text.slice(start, start + 8))) facts.hasUnit = true;
  } else if (
    length === 2 &&
    isNumbered &&
    (token > first || /[,\n] ?$/.test(text.slice(Math.max(0, start - 2), start))) &&
    stateAndCode.test(text.slice(start, start + 14))
  )
    facts.hasCode = true;
  // Ships of the armed forces have addresses.
  if (
    length <= 5 &&
    text.charCodeAt(start) === 85 &&
    /^US(?:S|NS|NV|CGC) \p{Lu}/u.test(text.slice(start, start + 7))
  )
    facts.hasUnit = true;
  if (isNumbered && words.means(token, meaningBits.unit)) facts.hasUnit = true;
}

/** "Rua Diadema", "calle de", "ul. Nowa". */
function beginsStreet(words: WordReader, token: number, isNumbered: boolean): boolean {
  const goesOn =
    words.isCapital(token + 1) || words.scan.caseless || words.means(token + 1, meaningBits.particle);
  return goesOn && (words.length(token) > 2 || words.gap(token).startsWith('.') || isNumbered);
}

/** Marks postal codes such as "M73 1WP", whose first token has digits. */
function isCodeToken(words: WordReader, token: number): boolean {
  const { text } = words.scan;
  return unitedKingdomCode.test(text.slice(words.start(token), words.start(token) + 9));
}

function isNameLike(words: WordReader, token: number): boolean {
  return words.isCapital(token) || (words.scan.caseless && words.isWord(token));
}

function mayBegin(words: WordReader, token: number): boolean {
  if (token >= words.scan.count) return false;
  if (!mayStand(words, token) || isTied(words.scan.text.charCodeAt(words.start(token) - 1))) return false;
  return !(words.means(token, meaningBits.particle) && !words.isCapital(token));
}

/** After such a mark stands no part of an address: "$5", "a=1", "x/2". */
function isTied(code: number): boolean {
  return (
    code === 64 ||
    code === 36 ||
    code === 37 ||
    code === 38 ||
    code === 61 ||
    code === 47 ||
    code === 92 ||
    code === 95 ||
    code === 0x20ac ||
    code === 0xa3
  );
}

function mayStand(words: WordReader, token: number): boolean {
  if (words.has(token, form.digits)) return words.length(token) <= 6;
  if (words.means(token, labels) && !words.means(token, meaningBits.street | meaningBits.streetFirst))
    return false;
  if (words.isCapital(token)) return true;
  if (words.means(token, meaningBits.streetFirst) && (words.length(token) > 2 || words.gap(token) === '. '))
    return true;
  if (words.means(token, meaningBits.unit | meaningBits.street)) return words.has(token + 1, form.digits);
  return (
    words.scan.caseless &&
    (!words.isOrdinary(token) || words.means(token, meaningBits.street | meaningBits.unit))
  );
}

function continues(words: WordReader, token: number): boolean {
  const next = token + 1;
  if (next >= words.scan.count) return false;
  const isBlank =
    words.start(next) === words.end(token) + 1 && words.scan.text.charCodeAt(words.end(token)) === 32;
  const gap = isBlank ? ' ' : words.gap(token);
  if (!isBlank && !joinsSegment(words, token, gap)) return false;
  if (mayStand(words, next)) return true;
  const isApostrophe = gap === '’' || gap === "'";
  if (!isBlank) return isApostrophe && words.length(next) === 1;
  // "de la", "u." between names and numbers.
  if (words.means(next, meaningBits.particle)) {
    if (next + 1 >= words.scan.count || !/^[ '’]$/.test(words.gap(next))) return false;
    return mayStand(words, next + 1) || words.means(next + 1, meaningBits.particle);
  }
  // "Ulica bratov Martinec"
  if (
    words.means(token, meaningBits.streetFirst) &&
    words.isWord(next) &&
    words.isCapital(next + 1) &&
    words.gap(next) === ' '
  )
    return words.bits(next) === 0;
  if (words.length(next) === 1 && words.isWord(next))
    return /^\. ?\d/.test(words.scan.text.slice(words.end(next), words.end(next) + 3));
  if (!words.isCapital(token)) return false;
  // A word for streets in a language that is not listed: "64 Boriñaur enparantza 29".
  const isUnlisted =
    words.isWord(next) &&
    words.has(next + 1, form.digits) &&
    words.gap(next) === ' ' &&
    words.bits(next) === 0;
  return (
    words.means(next, meaningBits.street) || (isUnlisted && token > 0 && words.has(token - 1, form.digits))
  );
}

function joinsSegment(words: WordReader, token: number, gap: string): boolean {
  if (gap.length > 3 || gap.length === 0) return false;
  if (gap === '-' || gap === '/' || gap === '\u00A0' || gap === "'" || gap === '’') return true;
  if (gap === '.' || gap === '. ') return words.length(token) <= 4 && words.isWord(token);
  if (gap === ' (' || gap === '(') return words.isCapital(token + 1);
  return gap === ') ' || gap === ')' || gap === ' #' || gap === '. #';
}

/** Ordinary words and greetings that a sentence begins with stand outside, up to a number or a street's first word. */
function skipLead(words: WordReader, from: number, last: number): number {
  let first = from;
  while (
    first < last &&
    words.isWord(first) &&
    words.isOrdinary(first) &&
    words.beginsSentence(first) &&
    !words.means(first, meaningBits.unit | meaningBits.streetFirst) &&
    !words.means(first + 1, meaningBits.street)
  )
    first += 1;
  return first;
}

function endsInNumber(words: WordReader, first: number, end: number): boolean {
  // "3a/4", "6-8"
  let last = end;
  while (last > first && words.has(last - 1, form.digits) && /^[/-]$/.test(words.gap(last - 1))) last -= 1;
  return (
    last > first &&
    words.has(last, form.digits) &&
    words.length(last) <= 4 &&
    words.isWord(last - 1) &&
    words.gap(last - 1) === ' ' &&
    (words.isCapital(last - 1) || words.length(last - 1) > 3)
  );
}

/** A listed place at the end, of up to four words, before a postal code or after one. */
function endsInPlace(words: WordReader, first: number, last: number): boolean {
  let end = last;
  while (end > first && words.has(end, form.digits)) end -= 1;
  for (let start = Math.max(first, end - 3); start <= end; start += 1) {
    if (!words.isWord(start)) continue;
    const bits = words.phraseBits(start, end);
    if ((bits & wordBits.country) !== 0) return true;
    if ((bits & wordBits.place) !== 0 && (bits & wordBits.word) === 0) return true;
  }
  return isCodeToken(words, last - 1);
}
