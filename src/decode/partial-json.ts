/**
 * The value of a JSON text that is still being written: what stands there so far, with everything open closed.
 * A text under way is shown as far as it goes, a number or a word (`tru`) only once something follows it, a key only
 * with its value. Pure; knows JSON, nothing of calls.
 */
import { parseJson } from '../protocol/json.ts';
import type { Json } from '../protocol/json.ts';

export interface PartialJsonOptions {
  /** How many objects and lists must be open for a text to be shown before its end; absent: 0, always. */
  readonly openTextsFrom?: number;
}

type Place = 'key' | 'after-key' | 'value' | 'after-value';

/** Characters of two escapes that are one character together; what is broken for longer is no JSON. */
const longestHalf = 12;
const highSurrogate = /[\ud800-\udbff]$/;
const highEscape = /\\u[dD][89abAB][0-9a-fA-F]{2}$/;

/** The value so far; undefined while there is none, or where the beginning is no JSON. */
export function partialJson(text: string, options: PartialJsonOptions = {}): Json | undefined {
  const { openTextsFrom = 0 } = options;
  const closers: string[] = [];
  let place: Place = 'value';
  let whole: string | undefined;
  // Everything open is closed here: the text up to `end` is a value with this behind it.
  const closeAt = (end: number, quote = ''): void => {
    whole = text.slice(0, end) + quote + closers.toReversed().join('');
  };

  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    switch (character) {
      case '"': {
        const isKey: boolean = place === 'key';
        const end = endOfText(text, index);
        if (end === undefined) {
          const safe = safeEnd(text, index);
          if (!isKey && safe !== undefined && closers.length >= openTextsFrom) closeAt(safe, '"');
          return whole === undefined ? undefined : parseJson(whole);
        }
        index = end;
        place = isKey ? 'after-key' : 'after-value';
        if (!isKey) closeAt(end + 1);
        break;
      }
      case '{':
      case '[':
        closers.push(character === '{' ? '}' : ']');
        place = character === '{' ? 'key' : 'value';
        closeAt(index + 1);
        break;
      case '}':
      case ']':
        // A number or a word ends here too.
        closers.pop();
        place = 'after-value';
        closeAt(index + 1);
        break;
      case ',':
        closeAt(index);
        place = closers.at(-1) === '}' ? 'key' : 'value';
        break;
      case ':':
        place = 'value';
        break;
      default:
    }
  }
  return whole === undefined ? undefined : parseJson(whole);
}

/** Where the text that begins at `start` ends; undefined while it does not. */
function endOfText(text: string, start: number): number | undefined {
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '\\') index += 1;
    else if (character === '"') return index;
  }
  return undefined;
}

/** How far an open text can be shown: no half of an escape, and no half of a character. */
function safeEnd(text: string, start: number): number | undefined {
  const shortest = Math.max(start, text.length - longestHalf);
  for (let end = text.length; end > shortest; end -= 1) {
    const shown = text.slice(start, end);
    if (highSurrogate.test(shown) || highEscape.test(shown)) continue;
    if (parseJson(`${shown}"`) !== undefined) return end;
  }
  return undefined;
}
