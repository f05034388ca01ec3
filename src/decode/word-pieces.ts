/**
 * A text cut where a copied value may begin and end. Knows scripts and marks; nothing of grammars and of what is said.
 */

/** A word, or one mark between words, with the white space that stands before it. */
export interface WordPiece {
  /** White space as it stands; empty where the piece follows the last one directly. */
  readonly gap: string;
  /**
   * As it stands; with a capital letter too, where it is a plain word in small letters: many a name is typed so; and
   * without, where it has one as a sentence's first word. A model that would write the other goes astray where it may not.
   */
  readonly wordings: readonly string[];
  /** Whether a copied value may begin, and end, with it. */
  readonly begins: boolean;
  readonly ends: boolean;
}

/** Scripts that are written without spaces between words: every character counts as a word. */
const unspaced = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*`;
/** Letters that follow a number directly are a word of their own, mostly its unit: `95.2kJ`. */
const number = String.raw`\p{N}+(?:[.,]\p{N}+)*`;
const word = String.raw`(?:(?!${unspaced})[\p{L}\p{N}\p{M}])+`;
/** One mark, or one picture of several code points. */
const oneMark = String.raw`\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\u{FE0F})?(?:\u{200D}\p{Emoji}(?:\p{EMod}|\u{FE0F})?)*|\S`;
const parts = new RegExp(`(?<gap>\\s*)(?:(?<word>${number}|${unspaced}|${word})|(?<mark>${oneMark}))`, 'gu');
const unspacedWord = new RegExp(`^${unspaced}`, 'u');

/** Marks that no value begins with, and that none ends with: those that set off or cite what a value is. */
const neverFirst = /^["'“”‘’«».,;:?!)\]}]$/u;
const neverLast = /^["'“”‘’«»,;:([{]$/u;
const closingQuote = /^["'”’»]$/u;
const picture = /^(?:\p{RI}\p{RI}|\p{Extended_Pictographic})/u;

/** A word that stands by itself: in small letters, or a sentence's first, which is looked for from the word back. */
const opened = String.raw`["'“‘([]*`;
const smallWord = String.raw`(?<small>\p{Ll}+)`;
const openingWord = String.raw`(?<=(?:^|[.!?:\n])\s*${opened})(?<opening>\p{Lu}\p{Ll}+)`;
const closed = String.raw`(?:['’]\p{Ll}+)?[.,;:?!"'”’)\]]*`;
const alone = new RegExp(`(?<=^|\\s)${opened}(?:${smallWord}|${openingWord})${closed}(?=$|\\s)`, 'gu');

/** Control characters, most of which JSON writes as `\u` escapes, which a decoded text never has: nothing is copied across them. */
const unwritable = /(?![\b\t\n\f\r])\p{Cc}|\p{Cs}/u;

/**
 * The pieces of a text, one list for each stretch that can be copied from as a whole. A value may begin with any word, or
 * with a mark that opens one (`$5`, `#1`), and end with any word or with a mark that closes one (`D.C.`, `Shazam!`). The
 * `s` of `Joe's` is no beginning, and a sentence's own full stop no end.
 */
export function wordPieces(text: string): readonly (readonly WordPiece[])[] {
  return text
    .split(unwritable)
    .map(piecesOf)
    .filter((list) => list.length > 0);
}

/** What stands in a text, before it is judged. Exactly one of word and mark is not empty. */
interface Part {
  readonly at: number;
  readonly gap: string;
  readonly word: string;
  readonly mark: string;
}

const nothing: Part = { at: 0, gap: ' ', word: '', mark: '' };

function piecesOf(text: string): WordPiece[] {
  const others = otherWordings(text);
  const found = [...text.matchAll(parts)].map(({ index, groups }): Part => {
    const gap = groups?.['gap'] ?? '';
    return { at: index + gap.length, gap, word: groups?.['word'] ?? '', mark: groups?.['mark'] ?? '' };
  });
  return found.map((part, index) => {
    const [before = nothing, next = nothing] = [found[index - 1], found[index + 1]];
    const attached = index > 0 && part.gap === '';
    if (part.word !== '') {
      const { gap, word: spelled } = part;
      const afterApostrophe = attached && before.gap === '' && /^['’]$/u.test(before.mark);
      const inWord = afterApostrophe && isSpaced(found[index - 2]?.word ?? '') && isSpaced(spelled);
      const wordings = [...new Set([spelled, others.get(part.at) ?? spelled])];
      return { gap, wordings, begins: !inWord, ends: true };
    }
    const { gap, mark } = part;
    const isPicture = picture.test(mark);
    const opens = next.gap === '' && (!attached || before.mark !== '') && !neverFirst.test(mark);
    const closes = attached && (next.gap !== '' || next.mark !== '') && !neverLast.test(mark);
    const isStop = mark === '.' && !isAbbreviation(before, next) && !closingQuote.test(next.mark);
    return { gap, wordings: [mark], begins: opens || isPicture, ends: (closes && !isStop) || isPicture };
  });
}

/** Whether a full stop belongs to the word before it: `D.C.`, or one that the sentence goes on after. */
function isAbbreviation(before: Part, after: Part): boolean {
  return /^\p{L}$/u.test(before.word) || /^[\p{Ll}\p{N}]/u.test(after.word);
}

/**
 * How words may be written that stand by themselves, by where they begin: small ones with a capital, and a sentence's first
 * word without. Words within paths, addresses and identifiers are not among them.
 */
function otherWordings(text: string): ReadonlyMap<number, string> {
  const found = text.matchAll(alone);
  return new Map(
    [...found].flatMap(({ 0: whole, index, groups }): [number, string][] => {
      const { small = '', opening = '' } = groups ?? {};
      const plain = small || opening;
      const [first = ''] = plain;
      const other = small === '' ? first.toLowerCase() : first.toUpperCase();
      // Of some letters the other form is more than one.
      if (other.length !== first.length) return [];
      return [[index + whole.indexOf(plain), other + plain.slice(first.length)]];
    }),
  );
}

/** Whether a word is one of a script that sets words apart. */
function isSpaced(text: string): boolean {
  return text !== '' && !unspacedWord.test(text);
}
