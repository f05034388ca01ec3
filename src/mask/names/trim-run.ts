/**
 * Takes off a run what is no part of the name: a greeting or verb that a sentence begins with, a form of address,
 * ordinary words at its end. Knows words and lists; nothing of what the run is then called.
 */
import type { Finding } from '../../protocol/personal-data.ts';
import { wordBits } from '../gazetteer/gazetteer.ts';
import { meaningBits } from '../keywords.ts';
import type { NameRun } from './name-runs.ts';
import type { WordReader } from './word-reader.ts';

export interface TrimmedRun extends NameRun {
  readonly title: Finding | undefined;
}

const lead =
  meaningBits.nameAfter |
  meaningBits.placeAfter |
  meaningBits.speech |
  meaningBits.addressAfter |
  meaningBits.phone |
  meaningBits.notPersonal;
const places = wordBits.country | wordBits.place;

/** What is left; nothing where `first` lies behind `last`. */
export function trimRun(words: WordReader, run: NameRun): TrimmedRun {
  let { first } = run;
  let { last } = run;
  let title: Finding | undefined;
  while (first <= last) {
    const asTitle = titleAt(words, first, last);
    if (asTitle !== undefined) title = asTitle;
    else if (!isLead(words, first, last, run)) break;
    first += 1;
  }
  const isPlace = first < last && (words.phraseBits(first, last) & places) !== 0;
  if (!isPlace) while (last > first && (isPlainEnd(words, last) || isSmall(words, last))) last -= 1;
  while (
    first <= last &&
    words.means(first, meaningBits.particle) &&
    !words.isCapital(first) &&
    !words.scan.caseless
  )
    first += 1;
  if (title === undefined && first > 0 && first <= last) title = titleBefore(words, first);
  return { first, last, title };
}

function titleAt(words: WordReader, token: number, last: number): Finding | undefined {
  if (!words.means(token, meaningBits.title)) return undefined;
  const isDotted = words.scan.text.charAt(words.end(token)) === '.';
  // "Judge" and "King" are surnames too; "Dr" and "Miss" before a name are none.
  if (token === last || (!isDotted && (words.bits(token) & wordBits.given) !== 0 && words.length(token) > 4))
    return undefined;
  return {
    start: words.start(token),
    end: words.end(token) + (isDotted ? 1 : 0),
    type: 'TITLE',
    score: 0.6,
    rule: 'form of address',
  };
}

/** A form of address in small letters: "ms. Marcela". */
function titleBefore(words: WordReader, first: number): Finding | undefined {
  const token = first - 1;
  if (!words.means(token, meaningBits.title) || words.isCapital(token) || words.length(token) > 4)
    return undefined;
  const gap = words.gap(token);
  if (gap !== '. ' && gap !== ' ') return undefined;
  return {
    start: words.start(token),
    end: words.end(token) + gap.length - 1,
    type: 'TITLE',
    score: 0.6,
    rule: 'form of address',
  };
}

function isLead(words: WordReader, token: number, last: number, run: NameRun): boolean {
  const bits = words.bits(token);
  const isGiven = (bits & wordBits.given) !== 0;
  const isPlaceTogether = (words.phraseBits(token, last) & places) !== 0;
  if (words.beginsSentence(token) && token < run.last && !isPlaceTogether) {
    if (words.means(last, meaningBits.company) && last - token < 3) return false;
    if (words.means(token, lead)) return (bits & wordBits.word) !== 0;
    return (bits & wordBits.word) !== 0 && !isGiven;
  }
  if (token === last || isPlaceTogether) return false;
  // "Southern", "Hello" within a title; a given name stays.
  return words.means(token, lead) && !isGiven && (bits & wordBits.word) !== 0;
}

function isPlainEnd(words: WordReader, token: number): boolean {
  if (words.means(token, meaningBits.credential | meaningBits.company | meaningBits.street)) return false;
  const bits = words.bits(token);
  return (
    (bits & wordBits.word) !== 0 &&
    (bits & (wordBits.surname | wordBits.given | wordBits.place | wordBits.country)) === 0 &&
    words.gap(token - 1) !== '-' &&
    !isSmall(words, token - 1)
  );
}

/** "de", "van": what follows one belongs to the name, and none stands at an end. */
function isSmall(words: WordReader, token: number): boolean {
  return words.means(token, meaningBits.particle) && !words.isCapital(token) && !words.scan.caseless;
}
