/**
 * A text cut where a copied value may begin and end. Knows scripts and marks; nothing of grammars and of what is said.
 */

/** A word, or one mark between words, with the white space that stands before it. */
export interface WordPiece {
  /** White space as it stands; empty where the piece follows the last one directly. */
  readonly gap: string;
  readonly text: string;
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

/** Control characters, most of which JSON writes as `\u` escapes, which a decoded text never has: nothing is copied across it. */
const unwritable = /(?![\b\t\n\f\r])\p{Cc}|\p{Cs}/u;

/**
 * The pieces of a text, one list for each stretch that can be copied from as a whole. A value may begin with any word, or
 * with a mark that opens one (`$5`, `#1`), and end with any word or with a mark that closes one (`Inc.`). The `s` of
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
  return found.map(([, gap = '', spelled, sign], index) => {
    const next = found[index + 1];
    const before = found[index - 1];
    const attached = index > 0 && gap === '';
    if (spelled !== undefined) {
      const apostrophe = attached && before?.[1] === '' && /^['’]$/u.test(before[3] ?? '');
      const inWord = apostrophe && isSpaced(found[index - 2]?.[2]) && isSpaced(spelled);
      return { gap, text: spelled, begins: !inWord, ends: true };
    }
    const opens = next?.[1] === '' && (!attached || before?.[3] !== undefined);
    const closes = attached && (next?.[1] !== '' || next[3] !== undefined);
    return { gap, text: sign ?? '', begins: opens || isPicture(sign), ends: closes || isPicture(sign) };
  });
}

/** Whether a word is one of a script that sets words apart. */
function isSpaced(text = ''): boolean {
  return text !== '' && !new RegExp(`^${unspaced}`, 'u').test(text);
}

function isPicture(text = ''): boolean {
  return /^(?:\p{RI}\p{RI}|\p{Extended_Pictographic})/u.test(text);
}
