/**
 * A run of capitalised words to a person, a place, an organisation, or nothing: by the lists, by what stands before and
 * after, and by capitals alone where nothing else is known. The scores are set so that 0.4 divides what is worth masking
 * from what is not. Knows words and lists; nothing of operators.
 */
import type { Finding, PersonalDataType } from '../../protocol/personal-data.ts';
import { wordBits } from '../gazetteer/gazetteer.ts';
import { meaningBits } from '../keywords.ts';
import { form } from '../scan.ts';
import { companyRun } from './company-run.ts';
import type { NameRun } from './name-runs.ts';
import { readContext } from './run-context.ts';
import type { RunContext } from './run-context.ts';
import { trimRun } from './trim-run.ts';
import type { WordReader } from './word-reader.ts';

/** Which kinds of evidence count; switched off one by one to see what each is worth. */
export interface Evidence {
  readonly gazetteer: boolean;
  readonly context: boolean;
  readonly capitals: boolean;
}

interface Judged {
  readonly type: PersonalDataType;
  readonly score: number;
  readonly rule: string;
}

const noContext = { person: 'none', place: 'none' } as const;
const placeBits = wordBits.place | wordBits.country;

/** What the run is called, with its form of address beside it; an empty list for nothing. */
export function judgeRun(words: WordReader, run: NameRun, evidence: Evidence): Finding[] {
  const { first, last, title } = trimRun(words, run);
  const found: Finding[] = title === undefined ? [] : [title];
  if (first > last) return found;
  const read = readContext(words, { first, last }, first > run.first);
  const context = evidence.context ? read : { ...read, ...noContext };
  const company = companyRun(words, { first, last }, context);
  const judged =
    company?.judged ??
    judgeWords(words, { first, last }, context, title !== undefined && evidence.context, evidence);
  if (judged === undefined) return found;
  const start = words.start(company?.first ?? first);
  found.push({ start, end: endOf(words, last), ...judged });
  return found;
}

/** "B.A." and "Jr." end with their full stop. */
function endOf(words: WordReader, last: number): number {
  const end = words.end(last);
  if (words.scan.text.charAt(end) !== '.') return end;
  const isAbbreviated =
    words.means(last, meaningBits.credential) ||
    (words.length(last) === 1 && last > 0 && words.gap(last - 1) === '.');
  return isAbbreviated ? end + 1 : end;
}

function judgeWords(
  words: WordReader,
  run: NameRun,
  context: RunContext,
  hasTitle: boolean,
  evidence: Evidence,
): Judged | undefined {
  const { first, last } = run;
  const bits = words.bits(first);
  const whole = words.phraseBits(first, last);
  const isGiven = (bits & wordBits.given) !== 0;
  if (hasTitle) return { type: 'PERSON', score: 0.9, rule: 'name after a form of address' };
  if ((whole & placeBits) !== 0) {
    const place = judgePlace(words, run, context, whole, isGiven);
    if (place !== undefined) return place;
  }
  return last > first
    ? judgeSeveral(words, run, context, evidence)
    : judgeOne(words, first, context, evidence);
}

function judgePlace(
  words: WordReader,
  { first, last }: NameRun,
  { person, place, after }: RunContext,
  whole: number,
  isGiven: boolean,
): Judged | undefined {
  const isName = (whole & (wordBits.given | wordBits.surname)) !== 0;
  const isPlain = (whole & wordBits.word) !== 0;
  if (person === 'sure' && (isGiven || isName)) return undefined;
  if ((whole & wordBits.country) !== 0 && words.length(first) > 3) {
    if (person === 'some' && (whole & wordBits.given) !== 0 && place !== 'sure') return undefined;
    return { type: 'LOCATION', score: place === 'none' ? 0.75 : 0.9, rule: 'listed country or region' };
  }
  if (place === 'sure')
    return { type: 'LOCATION', score: 0.86, rule: 'listed place after a word for places' };
  const isSomebody = person !== 'none' && !/^(?:is|was|has|had)$/.test(after);
  if (
    isPlain ||
    (isName && (place === 'none' || isSomebody) && !(place === 'none' && /^(?:is|was)$/.test(after)))
  )
    return undefined;
  if (last === first && isName && (whole & wordBits.given) !== 0) return undefined;
  return { type: 'LOCATION', score: place === 'loose' ? 0.7 : 0.6, rule: 'listed place' };
}

interface Counts {
  readonly given: number;
  readonly surname: number;
  readonly plain: number;
}

function countWords(words: WordReader, { first, last }: NameRun): Counts {
  let [given, surname, plain] = [0, 0, 0];
  for (let token = first; token <= last; token += 1) {
    if (words.means(token, meaningBits.particle) && !words.isCapital(token)) continue;
    const bits = words.bits(token);
    const isWord = (bits & wordBits.word) !== 0;
    if ((bits & wordBits.given) !== 0 && (!isWord || token === first)) given += 1;
    else if ((bits & wordBits.surname) !== 0) surname += 1;
    if (isWord && (bits & (wordBits.given | wordBits.surname)) === 0) plain += 1;
  }
  return { given, surname, plain };
}

function judgeSeveral(
  words: WordReader,
  run: NameRun,
  { person, place, atStart, isNumbered, before }: RunContext,
  evidence: Evidence,
): Judged | undefined {
  const { first, last } = run;
  const { caseless } = words.scan;
  const { given, surname, plain } = countWords(words, run);
  const size = last - first + 1;
  if (plain === size || (isShouted(words, run) && person !== 'sure')) return undefined;
  const firstBits = words.bits(first);
  const startsGiven = (firstBits & wordBits.given) !== 0 || words.isInitial(first);
  if (place === 'sure' && person === 'none' && plain === 0 && (before === 'in' || given === 0))
    return {
      type: 'LOCATION',
      score: startsGiven && before !== 'in' ? 0.5 : 0.6,
      rule: 'capitals after a word for places',
    };
  // "on Peter Zuidhove 188": a street.
  const numbered = isNumbered && place !== 'none' && person === 'none' ? 0.2 : 0;
  if (startsGiven && plain === 0) {
    const isAmbiguous = (firstBits & wordBits.word) !== 0 && atStart;
    return {
      type: 'PERSON',
      score: (isAmbiguous ? 0.65 : 0.85) - numbered,
      rule: 'listed given name before another name',
    };
  }
  if (person === 'sure' && plain < size - 1)
    return { type: 'PERSON', score: 0.75, rule: 'capitals after a word for people' };
  if (given > 0 && plain * 2 < size)
    return { type: 'PERSON', score: 0.7 - numbered, rule: 'listed given name among others' };
  if (plain > 0) return undefined;
  if (person === 'some') return { type: 'PERSON', score: 0.7, rule: 'capitals near a word for people' };
  if (surname > 0) return { type: 'PERSON', score: 0.6 - numbered, rule: 'listed surname among others' };
  if (caseless || !evidence.capitals) return undefined;
  if (place !== 'none') return { type: 'LOCATION', score: 0.45, rule: 'capitals after a word for places' };
  return { type: 'PERSON', score: 0.45, rule: 'capitals alone' };
}

/** Ordinary words in capitals, surnames or not: "I SPEAK TO A REAL PERSON". */
function isShouted(words: WordReader, { first, last }: NameRun): boolean {
  let [ordinary, capitals] = [0, 0];
  for (let token = first; token <= last; token += 1) {
    if (words.isOrdinary(token)) ordinary += 1;
    if (!words.has(token, form.hasLower)) capitals += 1;
  }
  return capitals === last - first + 1 && ordinary * 2 >= capitals;
}

/** Units, currencies, firms and products that texts to assistants are full of, and no word list has. */
const commonNames = new Set(
  (
    'euro euros celsius fahrenheit kelvin microsoft google apple amazon netflix spotify facebook instagram twitter youtube ' +
    'linkedin uber lyft tesla samsung nvidia intel ibm openai chatgpt siri alexa cortana gmail outlook excel powerpoint ' +
    'android iphone ipad windows linux ubuntu macos python javascript typescript java json html css sql github gitlab ' +
    'docker kubernetes bitcoin ethereum paypal visa mastercard reddit wikipedia whatsapp telegram slack zoom skype ' +
    'fibonacci jazz internet wifi bluetooth christmas easter halloween thanksgiving ramadan hanukkah diwali okay'
  ).split(' '),
);

/** Ends of ordinary words that no list has. */
const plainEnd =
  /(?:ing|tion|sion|ment|ness|ity|ism|ists?|ous|ful|less|able|ible|ary|ly|ships?|ized|ised|wares?|phones?|ics)$/i;

function judgeOne(
  words: WordReader,
  token: number,
  { person, place, before, atStart }: RunContext,
  evidence: Evidence,
): Judged | undefined {
  const bits = words.bits(token);
  const { caseless, text } = words.scan;
  const length = words.length(token);
  const isGiven = (bits & wordBits.given) !== 0;
  const isSurname = (bits & wordBits.surname) !== 0;
  const isWord = (bits & wordBits.word) !== 0;
  const isKnown = isGiven || isSurname;
  if (length < 2 || (length < 3 && person !== 'sure')) return undefined;
  if (person === 'sure' && (!isWord || isKnown))
    return { type: 'PERSON', score: isGiven ? 0.88 : 0.75, rule: 'name after a word for people' };
  const name = text.slice(words.start(token), Math.min(words.end(token), words.start(token) + 24));
  if (person !== 'sure' && commonNames.has(name.toLowerCase())) return undefined;
  if (!isKnown && !isWord && plainEnd.test(name)) return undefined;
  if (words.isAllCapitals(token) && !caseless) {
    if (place === 'sure' && !isWord && length > 3)
      return { type: 'LOCATION', score: 0.55, rule: 'capitals after a word for places' };
    return isGiven && !isWord && length > 3
      ? { type: 'PERSON', score: 0.5, rule: 'listed given name' }
      : undefined;
  }
  if (place === 'sure' && !isWord && length > 3)
    return { type: 'LOCATION', score: isGiven ? 0.5 : 0.65, rule: 'capital after a word for places' };
  if (isGiven && !isWord)
    return { type: 'PERSON', score: person === 'some' ? 0.8 : 0.7, rule: 'listed given name' };
  if (person === 'some' && (isWord ? isGiven && !atStart : isSurname || !caseless))
    return { type: 'PERSON', score: isKnown ? 0.7 : 0.55, rule: 'name near a word for people' };
  if (before === 'from' && !isWord && (!caseless || length > 3))
    return { type: 'LOCATION', score: 0.55, rule: 'capital after a word for places' };
  if (caseless || atStart) return undefined;
  if (isGiven) return { type: 'PERSON', score: 0.42, rule: 'listed given name that is a word too' };
  if (isWord || before === 'on' || !evidence.capitals) return undefined;
  if (before === 'at') return { type: 'ORGANIZATION', score: 0.45, rule: 'capital after "at"' };
  if (isSurname) return { type: 'PERSON', score: 0.5, rule: 'listed surname' };
  if (place !== 'none') return { type: 'LOCATION', score: 0.45, rule: 'capital after a word for places' };
  return { type: 'PERSON', score: 0.42, rule: 'capital alone' };
}
