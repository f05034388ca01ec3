/**
 * What is left of a request when its numbers and named values are taken out: the template it was said by. Rows of one
 * template are the same question with other values, and a model that learned one has seen the others' words.
 * Pure; knows texts and values.
 */
import { isObject } from '../../../protocol/json.ts';
import type { Json } from '../../../protocol/json.ts';
import type { DatasetRecord } from '../record.ts';

const slot = '\u25A1';

/** With fewer words of its own than this, a template says nothing: `yes`, or a name alone. */
const fewestWords = 3;

/**
 * The templates of a record's requests. One with too few words counts only together with all the others, so that two
 * conversations are not joined by a `thank you`.
 */
export function templatesOf({ messages, expected }: Pick<DatasetRecord, 'messages' | 'expected'>): string[] {
  const values = new Set<string>();
  for (const message of messages) {
    if (message.role === 'assistant') for (const call of message.calls ?? []) gather(call.arguments, values);
  }
  if (expected.type === 'calls') for (const call of expected.calls) gather(call.arguments, values);
  const all = messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => templateOf(content, values));
  const telling = [...new Set(all)].filter((template) => wordsOf(template) >= fewestWords);
  return telling.length > 0 ? telling : [all.join('\n')];
}

/** One text as a template: values, numbers and names within a sentence become slots; case and punctuation are gone. */
export function templateOf(text: string, values: ReadonlySet<string>): string {
  let rest = text.normalize('NFKC');
  for (const value of [...values].toSorted(
    (one, other) => other.length - one.length || (one < other ? -1 : 1),
  )) {
    rest = replaceWords(rest, value.normalize('NFKC'));
  }
  return rest
    .replaceAll(/(?<=[\p{Ll}\p{Nd},]\s+)\p{Lu}[\p{L}\p{M}\p{Nd}'’.-]*/gu, slot)
    .replaceAll(/\p{Nd}+(?:[.,:/-]\p{Nd}+)*/gu, slot)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\u25A1]+/gu, ' ')
    .replaceAll(/\u25A1(?:\s*\u25A1)*/gu, slot)
    .trim();
}

/** Every place where the value stands as words of their own, in any case. */
function replaceWords(text: string, value: string): string {
  const lower = text.toLowerCase();
  // Lower case can be longer than the text; then places do not agree, and the value stays.
  if (lower.length !== text.length) return text;
  const wanted = value.toLowerCase();
  let result = '';
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length)) {
    if (isWordCharacter(lower.at(at - 1), at > 0) || isWordCharacter(lower[at + wanted.length], true))
      continue;
    result += text.slice(from, at) + slot;
    from = at + wanted.length;
  }
  return result + text.slice(from);
}

function isWordCharacter(character: string | undefined, isThere: boolean): boolean {
  return isThere && character !== undefined && /[\p{L}\p{M}\p{Nd}]/u.test(character);
}

function gather(value: Json, values: Set<string>): void {
  if (typeof value === 'string' && value.trim().length > 1 && value.length <= 400) values.add(value.trim());
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) gather(item, values);
  else if (isObject(value)) for (const item of Object.values(value)) gather(item, values);
}

function wordsOf(template: string): number {
  return template.split(' ').filter((word) => word !== '' && word !== slot).length;
}
