/**
 * A word of a text with all that is known of it: form, meanings, lists. Looks each word up once at most. Knows a scan and
 * the lists; nothing of what follows from them.
 */
import { wordBits } from '../gazetteer/gazetteer.ts';
import type { Gazetteer } from '../gazetteer/gazetteer.ts';
import { form } from '../scan.ts';
import type { Scan } from '../scan.ts';

const notLooked = 255;

/** Patronymics and endings of surnames: Slavic, Nordic, Georgian, Armenian, Greek, Romanian, Hungarian. */
const surnameEnd =
  /(?:[oe]v|[oe]va|ov[aá]|sk[iýy]|sk[aá]|wicz|czyk|enko|ić|čić|ović|ević|sson|sdóttir|dottir|dóttir|[rln]sen|shvili|adze|[iy]an|opoulos|akis|idis|escu|chuk|yuk)$/i;

export class WordReader {
  readonly scan: Scan;
  readonly #gazetteer: Gazetteer;
  readonly #bits: Uint8Array;

  constructor(scan: Scan, gazetteer: Gazetteer) {
    this.scan = scan;
    this.#gazetteer = gazetteer;
    this.#bits = new Uint8Array(scan.count).fill(notLooked);
  }

  start(token: number): number {
    return this.scan.starts[token] ?? this.scan.text.length;
  }

  end(token: number): number {
    return this.scan.ends[token] ?? this.scan.text.length;
  }

  length(token: number): number {
    return this.end(token) - this.start(token);
  }

  has(token: number, shape: number): boolean {
    return ((this.scan.forms[token] ?? 0) & shape) !== 0;
  }

  means(token: number, meaning: number): boolean {
    return ((this.scan.meanings[token] ?? 0) & meaning) !== 0;
  }

  /** The text between a token and the next. */
  gap(token: number): string {
    return this.scan.text.slice(this.end(token), this.start(token + 1));
  }

  isWord(token: number): boolean {
    return token < this.scan.count && !this.has(token, form.digits);
  }

  isCapital(token: number): boolean {
    return this.has(token, form.capital) && !this.has(token, form.digits);
  }

  isAllCapitals(token: number): boolean {
    return this.isCapital(token) && !this.has(token, form.hasLower) && this.length(token) > 1;
  }

  /** A capital alone: "J." */
  isInitial(token: number): boolean {
    return this.length(token) === 1 && this.isCapital(token);
  }

  /** `wordBits` of one token. */
  bits(token: number): number {
    const known = this.#bits[token] ?? 0;
    if (known !== notLooked) return known;
    let found = this.#gazetteer.look(this.scan.text, this.start(token), this.end(token));
    if (found === 0 && this.length(token) > 5 && !this.has(token, form.digits) && this.hasSurnameEnd(token))
      found = wordBits.surname;
    this.#bits[token] = found;
    return found;
  }

  /** Whether a word ends as surnames do and words do not. */
  hasSurnameEnd(token: number): boolean {
    return surnameEnd.test(
      this.scan.text.slice(this.end(token) - Math.min(9, this.length(token)), this.end(token)),
    );
  }

  /** `wordBits` of tokens `first` to `last` together, as one name. */
  phraseBits(first: number, last: number): number {
    if (first === last) return this.bits(first);
    const found = this.#gazetteer.look(this.scan.text, this.start(first), this.end(last));
    // Names of several words are places; other bits are an accident of the packed lists.
    return (found & ~(wordBits.place | wordBits.country)) === 0 ? found : 0;
  }

  /** An ordinary word and no given name, or one that is both. */
  isOrdinary(token: number): boolean {
    return (this.bits(token) & wordBits.word) !== 0;
  }

  /** Whether a sentence, a line or a quotation begins with the token. */
  beginsSentence(token: number): boolean {
    const { text } = this.scan;
    let at = this.start(token) - 1;
    while (at >= 0 && markOf(text.charCodeAt(at)) === skipped) at -= 1;
    if (at < 0) return true;
    if (text.charCodeAt(at) === 46) {
      // "J. Smith", "St. Moritz" go on.
      const isAbbreviated =
        this.isInitial(token - 1) ||
        (this.length(token - 1) === 2 && this.isCapital(token - 1) && !this.isAllCapitals(token - 1));
      return !isAbbreviated || at + 2 < this.start(token);
    }
    return markOf(text.charCodeAt(at)) === ending;
  }
}

const skipped = 1;
const ending = 2;
const marks = new Uint8Array(128);
for (const mark of ' \t"\'(*_>[-<') marks[mark.charCodeAt(0)] = skipped;
for (const mark of '!?\n\r:;|{}') marks[mark.charCodeAt(0)] = ending;

function markOf(code: number): number {
  if (code < 128) return marks[code] ?? 0;
  if (code === 0x2026) return ending;
  return (code >= 0x2018 && code <= 0x201f) ||
    code === 0xab ||
    code === 0xbb ||
    code === 0xbf ||
    code === 0xa1
    ? skipped
    : 0;
}
