/**
 * Which parameters are copied: their values stand word for word in what was said, so that a model may be held to it. A
 * schema says so with `x-copy`; where it says nothing, the parameter's name and description are judged by rules that
 * were measured on public sets of calls (docs/decisions). Knows schemas and words; nothing of grammars.
 */
import type { JsonObject } from '../protocol/json.ts';

/** `always`: the schema asks for it. `likely`: its wording speaks for it, if nothing else in the schema speaks against it. */
export type Copying = 'always' | 'likely' | 'never';

/** A form that values are brought into. */
const form = /format|pattern|y{4}|%[a-z]|\bd{2}\b|\biso\b|\brepresent|\bmust be\b|abbreviat|\bcurrency\b/i;
/** Values that are chosen, or filled in where the request says nothing. */
const choice =
  /\bone of\b|\bpossible values\b|\boptions\b|\bcan be\b|'[^']+',? (?:or|and) '|\bdefault|\boptional\b/i;
/** Texts that are to be written, not found. */
const written = /\b(?:compos|summar|generat|rephras|translated|draft)|\b(?:write|reply|prompt)\b/i;
/** Words of names whose values are codes (`USD`, `en`, `km/h`) or texts that are to be written. */
const freeNames =
  /(?:^| )(?:currency|currencies|symbol|units?|languages?|locale|codes?|mode|api|appid|key|timezone|expression|body|summary|reply|response|answer|prompt|sql|script|html)(?: |$)/i;

/** What a parameter's name and schema say about copying. */
export function copyingOf(name: string, schema: JsonObject): Copying {
  const said = schema['x-copy'];
  if (typeof said === 'boolean') return said ? 'always' : 'never';
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/[^a-zA-Z]+/g, ' ');
  const description = typeof schema['description'] === 'string' ? schema['description'] : '';
  const isFree =
    'default' in schema ||
    [form, choice, written].some((pattern) => pattern.test(description)) ||
    freeNames.test(words);
  return isFree ? 'never' : 'likely';
}
