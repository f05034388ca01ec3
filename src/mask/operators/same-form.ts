/**
 * Random characters of the form that the original has: a digit for a digit, a letter for a letter of its case, marks as
 * they are; again and again until a check holds. Knows characters; nothing of kinds.
 */
import type { Draw, KeyedChoices } from './keyed-choice.ts';

const small = 'abcdefghijklmnopqrstuvwxyz';
const capitals = small.toUpperCase();

export interface SameFormOptions {
  /** Characters at the beginning that stay. */
  readonly keep?: number;
  /** Alphabets other than all digits and letters. */
  readonly digits?: string;
  readonly letters?: string;
}

/** The original with every digit and letter after the first `keep` drawn anew. */
export function sameForm(draw: Draw, original: string, options: SameFormOptions = {}): string {
  const { keep = 0, digits = '0123456789', letters = small } = options;
  let made = '';
  for (const [at, character] of Array.from(original).entries()) {
    if (at < keep) made += character;
    else if (/\d/.test(character)) made += digits.charAt(draw.below(digits.length));
    else if (/\p{Lu}/u.test(character))
      made += drawn(draw, letters === small ? capitals : letters.toUpperCase());
    else if (/\p{L}/u.test(character)) made += drawn(draw, letters);
    else made += character;
  }
  return made;
}

function drawn(draw: Draw, alphabet: string): string {
  return alphabet.charAt(draw.below(alphabet.length));
}

/** Check digits of one in a hundred need some hundred tries. */
const mostTries = 3000;

/** Tries until a check holds; the last try where none does. */
export function tryUntil(
  choices: KeyedChoices,
  { purpose, original }: { readonly purpose: string; readonly original: string },
  make: (draw: Draw) => string,
  holds: (made: string) => boolean,
): string {
  let made = original;
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    made = make(choices.draw(purpose, original, attempt));
    if (holds(made)) break;
  }
  return made;
}

/** Digits and letters of `made`, one after another, in the places that `form` has for them. */
export function layOut(made: string, form: string): string {
  let at = 0;
  let out = '';
  for (const character of form) {
    if (/[\p{L}\d]/u.test(character) && at < made.length) {
      out += made.charAt(at);
      at += 1;
    } else out += character;
  }
  return out;
}

/** The letter case of one word on another: SHOUTED, small, or as it is. */
export function inCaseOf(form: string, word: string): string {
  if (form.length > 1 && form === form.toUpperCase() && form !== form.toLowerCase())
    return word.toUpperCase();
  if (form === form.toLowerCase() && form !== form.toUpperCase()) return word.toLowerCase();
  return word;
}
