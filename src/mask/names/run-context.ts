/**
 * What stands around a run of words, read as cues: this is a person, this is a place. Knows words' meanings and marks;
 * nothing of lists beyond the neighbours'.
 */
import { wordBits } from '../gazetteer/gazetteer.ts';
import { meaningBits } from '../keywords.ts';
import { form } from '../scan.ts';
import type { NameRun } from './name-runs.ts';
import type { WordReader } from './word-reader.ts';

export interface RunContext {
  /** None, some, or one that leaves little doubt: "my name is". */
  readonly person: 'none' | 'some' | 'sure';
  /** `loose`: "at", "from", "the" go before people and companies too. */
  readonly place: 'none' | 'loose' | 'sure';
  /** The word before and the one after, in small letters; empty where a sentence ends between. */
  readonly before: string;
  readonly after: string;
  readonly atStart: boolean;
  /** A short number follows, as after a street's name. */
  readonly isNumbered: boolean;
}

const surePlace: ReadonlySet<string> = new Set(
  'in near visit visiting visited southern northern eastern western northeast northwest southeast southwest central city town village country capital around outside inside across downtown into throughout within leaving reach reached'.split(
    ' ',
  ),
);
const loosePlace: ReadonlySet<string> = new Set(
  'from at to toward towards via through left south north east west on live lives moved'.split(' '),
);
/** Before "to" and "of": "a flight to", "the mayor of". */
const wayTo: ReadonlySet<string> = new Set(
  'fly flying flew flight flights trip trips travel travels traveling travelling traveled travelled move moves moving moved relocate relocating relocated drive driving drove way train bus ticket tickets back welcome'.split(
    ' ',
  ),
);
const partOf: ReadonlySet<string> = new Set(
  'population city town capital mayor outskirts north south east west president republic kingdom state people suburb map history government part parts centre center'.split(
    ' ',
  ),
);
const verbAfter: ReadonlySet<string> = new Set(
  'said says asked asks replied wrote writes explained told tells thinks thought is was speak speaks spoke sing sings sang has had listed born lives lived works worked called calls wants wanted needs likes loves will would can could should did does went goes plays played and who whose sent sends joined left agreed signed paid bought ordered moved married died'.split(
    ' ',
  ),
);

const nearGap = /^[ \u00A0"'“”‘’(:,=\\-]{0,6}$/;

/** The key of a JSON string, or a label. */
const nameLabel =
  /(?:name|user|customer|contact|author|owner|recipient|sender|patient|assignee|person|guest|client)\\?["'”]?\s?[:=]\s?\\?["'“”]?$/i;

export function readContext(words: WordReader, { first, last }: NameRun, isCut: boolean): RunContext {
  const { text, count } = words.scan;
  const gapBefore = first === 0 ? '\n' : words.gap(first - 1);
  const isNear = gapBefore === ' ' || gapBefore === '. ' || nearGap.test(gapBefore);
  const isAbbreviated = gapBefore !== '. ' || words.length(first - 1) < 4;
  const before = isNear && isAbbreviated ? wordAt(words, first - 1) : '';
  const gapAfter = last + 1 < count ? words.gap(last) : '';
  const after = gapAfter === ' ' || gapAfter === ', ' ? wordAt(words, last + 1) : '';
  const atStart = !isCut && words.beginsSentence(first);
  const follows = text.slice(words.end(last), words.end(last) + 6);
  const isNumbered =
    gapAfter === ' ' && words.has(last + 1, form.digits) && /^ \d{1,4}[a-z]?(?![\d:.]\d|[\d%])/.test(follows);
  const leadsThere =
    first > 1 &&
    ((before === 'to' && wayTo.has(wordAt(words, first - 2))) ||
      (before === 'of' && partOf.has(wordAt(words, first - 2))));
  const place = leadsThere || surePlace.has(before) ? 'sure' : loosePlace.has(before) ? 'loose' : 'none';
  const person = readPerson(words, { first, last }, { before, after, atStart, follows, gapBefore });
  return { person, place, before, after, atStart, isNumbered };
}

function wordAt(words: WordReader, token: number): string {
  const start = words.start(token);
  return words.scan.text.slice(start, Math.min(words.end(token), start + 24)).toLowerCase();
}

interface Around {
  readonly before: string;
  readonly after: string;
  readonly atStart: boolean;
  readonly follows: string;
  readonly gapBefore: string;
}

function readPerson(
  words: WordReader,
  { first, last }: NameRun,
  { before, after, atStart, follows, gapBefore }: Around,
): RunContext['person'] {
  if (
    before !== '' &&
    words.means(first - 1, meaningBits.title) &&
    (gapBefore === ' ' || (gapBefore === '. ' && words.length(first - 1) <= 4)) &&
    !isStreetEnd(words, first - 1)
  )
    return 'sure';
  // A speaker's name before what is said.
  if (atStart && last - first < 3 && follows.includes(':') && /^ ?: ?\\?["'“”]/.test(follows)) return 'sure';
  if (beforeName.has(before)) return 'sure';
  if (first > 1 && /^ ?["'“]?$/.test(gapBefore) && isIntroduction(words, first, before)) return 'sure';
  if (isPossessive(follows) && before !== 'in')
    return (words.bits(first) & wordBits.given) !== 0 && !words.scan.caseless ? 'sure' : 'some';
  if (nameLabel.test(words.scan.text.slice(Math.max(0, words.start(first) - 12), words.start(first))))
    return 'sure';
  if (atStart && verbAfter.has(after)) return 'some';
  if (isInList(words, first, last)) return 'some';
  if (before === '') return 'none';
  return words.means(first - 1, meaningBits.nameAfter) &&
    !surePlace.has(before) &&
    !/^(?:from|at|to|for)$/.test(before)
    ? 'some'
    : 'none';
}

const beforeName: ReadonlySet<string> = new Set(['named', 'called', 'nicknamed', 'alias']);
const introduces: ReadonlySet<string> = new Set(['is', 'was', 's', 'me', 'm', 'am']);

function isStreetEnd(words: WordReader, token: number): boolean {
  return (
    words.means(token, meaningBits.street) &&
    token > 0 &&
    words.isCapital(token) &&
    words.isCapital(token - 1)
  );
}

function isPossessive(follows: string): boolean {
  const mark = follows.charCodeAt(0);
  return (mark === 39 || mark === 0x2019) && /^.s(?![\p{L}\d])/u.test(follows);
}

/** "my name is", "call me", "I'm", "this is", "name's". */
function isIntroduction(words: WordReader, first: number, before: string): boolean {
  if (!introduces.has(before)) return false;
  const second = wordAt(words, first - 2);
  if (before === 'is' || before === 'was' || before === 's')
    return /^(?:name|this|nombre|partner|wife|husband|son|daughter|boss|names)$/.test(second);
  if (before === 'me') return /^(?:call|calls|called|with|about)$/.test(second);
  return (before === 'm' || before === 'am') && second === 'i';
}

/** Next to a listed given name, with a comma or "and" between. */
function isInList(words: WordReader, first: number, last: number): boolean {
  return isGivenAfter(words, last) || isGivenBefore(words, first);
}

function isListedGiven(words: WordReader, token: number): boolean {
  const bits = words.isWord(token) && (words.isCapital(token) || words.scan.caseless) ? words.bits(token) : 0;
  return (bits & wordBits.given) !== 0 && (bits & (wordBits.word | wordBits.country)) === 0;
}

function isGivenAfter(words: WordReader, last: number): boolean {
  if (last + 1 >= words.scan.count) return false;
  if (words.gap(last) === ', ') return isListedGiven(words, last + 1);
  return words.gap(last) === ' ' && wordAt(words, last + 1) === 'and' && isListedGiven(words, last + 2);
}

function isGivenBefore(words: WordReader, first: number): boolean {
  if (first === 0) return false;
  if (words.gap(first - 1) === ', ') return isListedGiven(words, first - 1);
  return (
    words.gap(first - 1) === ' ' &&
    wordAt(words, first - 1) === 'and' &&
    first > 1 &&
    isListedGiven(words, first - 2)
  );
}
