/**
 * A text cut where a copied value may begin and end. Knows scripts and marks; nothing of grammars and of what is said.
 */

/** A word, or one mark between words, with the white space that stands before it. */
export interface WordPiece {
  /** White space as it stands; empty where the piece follows the last one directly. */
  readonly gap: string;
  readonly text: string;
  /** The same with a capital letter, where it is a plain word in small letters: many a name is typed so. */
  readonly capital?: string;
  /** Whether a copied value may begin, and end, with it. */
  readonly begins: boolean;
  readonly ends: boolean;
}

/** Scripts that are written without spaces between words: every character counts as a word. */
const unspaced = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*`;
const number = String.raw`\p{N}+(?:[.,]\p{N}+)+(?![\p{L}\p{N}])`;
const word = String.raw`(?:(?!${unspaced})[\p{L}\p{N}\p{M}])+`;
/** One mark, or one picture of several code points. */
const mark = String.raw`\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\u{FE0F})?(?:\u{200D}\p{Emoji}(?:\p{EMod}|\u{FE0F})?)*|\S`;
const pieces = new RegExp(`(\\s*)(?:(${number}|${unspaced}|${word})|(${mark}))`, 'gu');

/** Marks that no value begins with, and that none ends with: those that set off or cite what a value is. */
const neverFirst = /^["'“”‘’«».,;:?!)\]}]$/u;
const neverLast = /^["'“”‘’«»,;:([{]$/u;

/** Control characters, most of which JSON writes as `\u` escapes, which a decoded text never has: nothing is copied across it. */
const unwritable = /(?![\b\t\n\f\r])\p{Cc}|\p{Cs}/u;

/**
 * The pieces of a text, one list for each stretch that can be copied from as a whole. A value may begin with any word, or
 * with a mark that opens one (`$5`, `#1`), and end with any word or with a mark that closes one (`D.C.`, `Shazam!`). The `s` of
 * `Joe's` is no beginning.
 */
export function wordPieces(text: string): readonly (readonly WordPiece[])[] {
  return text
    .split(unwritable)
    .map(piecesOf)
    .filter((list) => list.length > 0);
}

function piecesOf(text: string): WordPiece[] {
  const found = [...text.matchAll(pieces)];
  const plain = plainWords(text);
  return found.map(({ index: at, 1: gap = '', 2: spelled, 3: sign }, index) => {
    const next = found[index + 1];
    const before = found[index - 1];
    const attached = index > 0 && gap === '';
    if (spelled !== undefined) {
      const apostrophe = attached && before?.[1] === '' && /^['’]$/u.test(before[3] ?? '');
      const inWord = apostrophe && isSpaced(found[index - 2]?.[2]) && isSpaced(spelled);
      const capital = plain.has(at + gap.length) ? capitalised(spelled) : undefined;
      return {
        gap,
        text: spelled,
        ...(capital === undefined ? {} : { capital }),
        begins: !inWord,
        ends: true,
      };
    }
    const mark = sign ?? '';
    const opens = next?.[1] === '' && (!attached || before?.[3] !== undefined);
    const closes = attached && (next?.[1] !== '' || next[3] !== undefined);
    const isStop = mark === '.' && !isAbbreviation(before?.[2], next?.[2]) && !isQuote(next?.[3]);
    return {
      gap,
      text: mark,
      begins: (opens && !neverFirst.test(mark)) || isPicture(mark),
      ends: (closes && !isStop && !neverLast.test(mark)) || isPicture(mark),
    };
  });
}

/** Whether a full stop belongs to the word before it: `D.C.`, or one that the sentence goes on after. */
function isAbbreviation(before = '', after = ''): boolean {
  return /^\p{L}$/u.test(before) || /^[\p{Ll}\p{N}]/u.test(after);
}

/** A stop before a closing quotation mark is part of what is quoted. */
function isQuote(mark = ''): boolean {
  return /^["'”’»]$/u.test(mark);
}

/** Where words begin that stand by themselves: not those within paths, addresses and identifiers. */
function plainWords(text: string): ReadonlySet<number> {
  const found = text.matchAll(/(?<=^|\s)["'“‘([]*(\p{Ll}+)(?:['’]\p{Ll}+)?[.,;:?!"'”’)\]]*(?=$|\s)/gu);
  return new Set([...found].map(({ 0: whole, 1: plain = '', index }) => index + whole.indexOf(plain)));
}

function capitalised(text: string): string | undefined {
  const [first = ''] = text;
  const capital = first.toUpperCase();
  return capital.length === first.length && capital !== first
    ? capital + text.slice(first.length)
    : undefined;
}

/** Whether a word is one of a script that sets words apart. */
function isSpaced(text = ''): boolean {
  return text !== '' && !new RegExp(`^${unspaced}`, 'u').test(text);
}

function isPicture(text = ''): boolean {
  return /^(?:\p{RI}\p{RI}|\p{Extended_Pictographic})/u.test(text);
}
