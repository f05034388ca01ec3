/**
 * Runs of words that may be a name together: "Octavio de la Barrio Bárcena", "Eric G. Samoylova", "3 Round Stones Inc".
 * Cuts a text into runs; what a run is called is `judge-run`.
 */
import { wordBits } from '../gazetteer/gazetteer.ts';
import { meaningBits } from '../keywords.ts';
import type { WordReader } from './word-reader.ts';

export interface NameRun {
  readonly first: number;
  readonly last: number;
}

const longestRun = 8;
/** Days and months, peoples, and the words that numbers and keys are announced by. */
const breaks =
  meaningBits.weekday |
  meaningBits.month |
  meaningBits.people |
  meaningBits.bank |
  meaningBits.card |
  meaningBits.passport |
  meaningBits.password |
  meaningBits.social |
  meaningBits.postal |
  meaningBits.network |
  meaningBits.wallet;
/** Of those, what names and companies have too: "Bank", "May". */
const exempt = meaningBits.company;

/** Whether a token may stand in a name: a capital says so, or the lists where there are no capitals. */
function mayBeName(words: WordReader, token: number): boolean {
  if (!words.isWord(token)) return false;
  if (words.means(token, breaks) && !words.means(token, exempt) && !beginsCountry(words, token)) return false;
  if (!words.scan.caseless) return words.isCapital(token);
  if (words.length(token) < 2) return false;
  const bits = words.bits(token);
  if ((words.phraseBits(token, token + 1) & wordBits.country) !== 0 && words.gap(token) === ' ') return true;
  if ((bits & wordBits.country) !== 0 && words.length(token) > 4) return true;
  if ((bits & wordBits.word) === 0) return bits !== 0 || words.length(token) > 3;
  if (token > 0 && words.means(token - 1, meaningBits.title) && words.gap(token - 1) === '. ')
    return (bits & wordBits.surname) !== 0;
  // "frank" is a word, "frank freud" is not.
  return (
    (bits & wordBits.given) !== 0 &&
    words.length(token) > 3 &&
    (words.scan.meanings[token] ?? 0) === 0 &&
    words.gap(token) === ' ' &&
    isNameOnly(words, token + 1)
  );
}

function isNameOnly(words: WordReader, token: number): boolean {
  const bits = words.isWord(token) && words.length(token) > 3 ? words.bits(token) : 0;
  return (bits & (wordBits.given | wordBits.surname)) !== 0 && (bits & wordBits.word) === 0;
}

/** "Czech Republic" */
function beginsCountry(words: WordReader, token: number): boolean {
  return (
    words.means(token, meaningBits.people) &&
    words.isWord(token + 1) &&
    (words.phraseBits(token, token + 1) & wordBits.country) !== 0
  );
}

/** Without capitals: an ordinary word that is a surname too, after a given name. */
function mayGoOn(words: WordReader, token: number): boolean {
  if (!words.scan.caseless || !words.isWord(token + 1) || words.means(token + 1, breaks)) return false;
  const [bits, next] = [words.bits(token), words.bits(token + 1)];
  return (
    (bits & wordBits.given) !== 0 &&
    (bits & wordBits.word) === 0 &&
    (next & wordBits.surname) !== 0 &&
    words.length(token + 1) > 3
  );
}

/** How many tokens on the run goes on, 0 for not: 1 for a neighbour, more over small words such as "de la". */
function stepFrom(words: WordReader, token: number): number {
  const gap = words.gap(token);
  const isNear = gap === ' ' || gap === '-' || gap === '\u00A0';
  if (isNear || ((gap === "'" || gap === '’') && words.length(token) <= 2)) {
    if (mayBeName(words, token + 1) || mayGoOn(words, token)) return 1;
    if (words.scan.caseless && words.length(token + 1) === 1 && words.gap(token + 1) === '. ') return 1;
    if (gap !== ' ') return 0;
    for (let step = 1; step <= 3; step += 1) {
      const next = token + step;
      if (!words.means(next, meaningBits.particle) || words.gap(next) !== ' ') return 0;
      if (words.isWord(next + 1) && mayBeName(words, next + 1)) return step + 1;
    }
    return 0;
  }
  if (
    gap === '. ' &&
    (words.length(token) === 1 || (words.means(token, meaningBits.title) && words.length(token) <= 4))
  )
    return mayBeName(words, token + 1) ? 1 : 0;
  if ((gap === '.' || gap === ', ' || gap === '.,') && words.isWord(token + 1)) {
    if (gap === '.' && words.isCapital(token + 1) && words.length(token) <= 4) return 1;
    return words.means(token + 1, meaningBits.credential) && words.isCapital(token + 1) && gap !== '.'
      ? 1
      : 0;
  }
  return 0;
}

export function* nameRuns(words: WordReader): Generator<NameRun> {
  const { count } = words.scan;
  for (let token = 0; token < count; token += 1) {
    if (!mayBeName(words, token)) continue;
    const first = token;
    let last = token;
    while (last - first < longestRun) {
      const step = last + 1 < count ? stepFrom(words, last) : 0;
      if (step === 0) break;
      last += step;
    }
    yield { first, last };
    token = last;
  }
}
