/**
 * Formats as texts that a model may write for them: for each a set that every reading of its standard allows, so rare
 * forms (quoted mailboxes, leap seconds, addresses in brackets) are left out. Knows formats; nothing of schemas.
 */
import { patternLanguage } from './pattern-language.ts';
import type { Language, Languages } from './text-language.ts';

const leapYear = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const date = `(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|${leapYear}-02-29)`;
const hour = '(?:[01][0-9]|2[0-3])';
const time = `${hour}:[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,6})?(?:Z|[+-]${hour}:[0-5][0-9])`;
const part = (unit: string): string => `[0-9]{1,6}${unit}`;
const clock = `(?:${part('H')}(?:${part('M')}(?:${part('S')})?)?|${part('M')}(?:${part('S')})?|${part('S')})`;
const days = `(?:${part('Y')}(?:${part('M')}(?:${part('D')})?)?|${part('M')}(?:${part('D')})?|${part('D')})`;
/** Neither hyphens at an end nor two in a row: in third and fourth place they mark other alphabets. */
const label = '[a-z0-9]+(?:-[a-z0-9]+)?';
const hostname = `${label}(?:\\.${label}){0,3}`;
/** A last part of letters: one of digits would have to be an address. */
const domain = `(?:${label}\\.){1,3}[a-z]{2,6}`;
const byte = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const group = '[0-9a-f]{1,4}';
const ipv6 = [
  `(?:${group}:){7}${group}`,
  `(?:${group}:){1,6}:${group}`,
  `(?:${group}:){1,5}(?::${group}){2}`,
  `(?:${group}:){1,7}:`,
  `::(?:${group}:){0,6}${group}`,
  '::',
].join('|');
const character = "[A-Za-z0-9._~!$'()*,;:@-]";
const path = `(?:/${character}*)*`;
const query = `(?:\\?[a-z_]+=${character}*(?:&[a-z_]+=${character}*)*)?`;
const uri = `(?:https?://${domain}(?::[1-9][0-9]{1,3})?${path}${query}(?:#[A-Za-z0-9_-]*)?|mailto:[a-z0-9]+@${domain}|urn:[a-z]{2,12}:[A-Za-z0-9]+(?:[.:-][A-Za-z0-9]+)*)`;
const relative = `(?:/${character}+)+${query}`;
const pointer = '(?:/(?:[^\\x00-\\x1f\\x7f~/]|~[01])*)*';
const atom = '[A-Za-z0-9_+-]+';
const email = `${atom}(?:\\.${atom})?@${domain}`;

const patterns: Readonly<Record<string, string>> = {
  date,
  time,
  'date-time': `${date}T${time}`,
  duration: `P(?:${days}(?:T${clock})?|T${clock}|${part('W')})`,
  email,
  'idn-email': email,
  hostname,
  'idn-hostname': hostname,
  ipv4: `${byte}(?:\\.${byte}){3}`,
  ipv6,
  uri,
  iri: uri,
  'uri-reference': `(?:${uri}|${relative})`,
  'iri-reference': `(?:${uri}|${relative})`,
  'uri-template': `(?:https?://${domain})?(?:/(?:[A-Za-z0-9._~-]+|\\{[a-z][a-z0-9_]*\\}))*`,
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  'json-pointer': pointer,
  'relative-json-pointer': `(?:0|[1-9][0-9]{0,3})(?:#|${pointer})`,
};

/** Turns of a loop in a format's automaton: a part of a host's name stays within its 63 characters. */
export const longestFormatLoop = 30;

/** Undefined for a format that is not one of these. */
export function formatLanguage(languages: Languages, format: string): Language | undefined {
  const pattern = Object.hasOwn(patterns, format) ? patterns[format] : undefined;
  return pattern === undefined ? undefined : patternLanguage(languages, `^(?:${pattern})$`);
}
