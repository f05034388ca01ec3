/**
 * Facts of an object -> its rule. Properties that a schema names come in its order; others are written only where it names
 * none, or asks for more than it names. Knows objects; nothing of other types.
 */
import { asObject } from '../../protocol/json.ts';
import { copyingOf } from '../copied-parameter.ts';
import { literal, oneOf } from '../gbnf.ts';
import { defaultLimits, textRule } from '../json-rules.ts';
import { distinctItems } from './distinct-items.ts';
import type { Part } from './document.ts';
import type { Facts, ObjectPart } from './facts.ts';
import { freeKeys, keyLength } from './free-keys.ts';
import type { FreeKeys } from './free-keys.ts';
import type { RuleWriter, ValueOptions } from './rule-writer.ts';
import { NoValue } from './schema-grammar-error.ts';

/** Assigned to an object, it would be its prototype. */
const unreadable = '__proto__';

interface Entry {
  readonly name: string;
  readonly required: boolean;
  readonly rule: string;
}

export function objectRule(writer: RuleWriter, facts: Facts, { hint }: ValueOptions): string {
  const { grammar } = writer;
  const { path } = facts.last;
  const named = [...new Set(facts.objects.flatMap(({ properties }) => [...properties.keys()]))];
  const names = [...new Set([...named, ...facts.required.keys()])];
  const entries = names.flatMap((name) => entryOf(writer, facts, name, hint) ?? []);
  const required = entries.filter((entry) => entry.required).length;
  const maximum = Math.floor(facts.maxProperties);
  const minimum = Math.ceil(facts.minProperties);
  if (required > maximum)
    throw new NoValue('maxProperties', path, 'is below the number of required properties');
  if (minimum > maximum) throw new NoValue('minProperties', path, 'is above maxProperties');
  const isNamed = facts.objects.some((part) => part.isNamed) || facts.required.size > 0;
  if (entries.length === 0 && minimum === 0 && isNamed) return literal('{}');
  const missing = minimum - entries.length;
  if (entries.length === 0 || missing > 0)
    return freeEntries(writer, facts, { hint, entries, names, minimum, maximum });
  const items = distinctItems(grammar, {
    hint,
    items: entries.map(({ rule }) => rule),
    required: new Set(entries.flatMap((entry, index) => (entry.required ? [index] : []))),
    minimum,
    maximum,
  });
  return grammar.rule(`${hint}-object`, items === '' ? literal('{}') : `"{" ${items} "}"`);
}

/** The property of that name; undefined where it cannot be there and need not. */
function entryOf(writer: RuleWriter, facts: Facts, name: string, hint: string): readonly Entry[] | undefined {
  const place = facts.required.get(name);
  try {
    if (name === unreadable) {
      throw new NoValue(
        'required',
        place?.path ?? '',
        `asks for ${unreadable}, which is refused in arguments`,
      );
    }
    if (facts.names.some((part) => !writer.shared.document.fits(name, part))) {
      throw new NoValue(
        'propertyNames',
        facts.last.path,
        `does not allow the property ${JSON.stringify(name)}`,
      );
    }
    const parts = propertyParts(facts, name);
    const own = facts.objects.flatMap(({ properties }) => properties.get(name)?.schema ?? [])[0];
    const value = writer.value(parts, { hint: `${hint}-${name}`, copying: copyingOf(name, asObject(own)) });
    return [{ name, required: place !== undefined, rule: `${literal(`${JSON.stringify(name)}:`)} ${value}` }];
  } catch (error) {
    if (!(error instanceof NoValue) || place !== undefined) throw error;
    return undefined;
  }
}

/** What the schemas say of the value of a property. */
function propertyParts(facts: Facts, name: string): readonly Part[] {
  return partsOf(facts, {
    own: ({ properties }) => properties.get(name),
    matches: (source) => new RegExp(source, 'u').test(name),
  });
}

interface NameTest {
  readonly own: (part: ObjectPart) => Part | undefined;
  readonly matches: (source: string) => boolean;
}

function partsOf(facts: Facts, { own, matches }: NameTest): readonly Part[] {
  const seen = (part: ObjectPart): readonly Part[] => {
    const named = own(part);
    const matched = part.patterns.flatMap(([source, inner]) => (matches(source) ? [inner] : []));
    const listed = [...(named === undefined ? [] : [named]), ...matched];
    return listed.length > 0 || part.additional === undefined ? listed : [part.additional];
  };
  const parts = facts.objects.flatMap(seen);
  for (const { part, owner } of facts.unevaluatedProperties) {
    const isSeen =
      facts.objects.some((object) => object.owners.includes(owner) && seen(object).length > 0) ||
      facts.unevaluatedProperties.some((other) => other.owner !== owner && other.owners.includes(owner));
    if (!isSeen) parts.push(part);
  }
  return parts;
}

interface FreeEntries {
  readonly hint: string;
  readonly entries: readonly Entry[];
  readonly names: readonly string[];
  readonly minimum: number;
  readonly maximum: number;
}

/** Entries with names of the model's own, after all those that are named. */
function freeEntries(
  writer: RuleWriter,
  facts: Facts,
  { hint, entries, names, minimum, maximum }: FreeEntries,
): string {
  const { grammar } = writer;
  const named = entries.map(({ rule }) => rule).join(' "," ');
  const low = Math.max(minimum - entries.length, 0);
  const high = Math.min(maximum - entries.length, Math.max(defaultLimits.freeEntries, low));
  // A name that is written twice counts once.
  if (low > 1) writer.note({ keyword: 'minProperties', path: facts.last.path });
  let entry: string | undefined;
  if (high > 0) entry = freeEntry(writer, facts, names, hint);
  if (entry === undefined) {
    if (low > 0)
      throw new NoValue('minProperties', facts.last.path, 'asks for more properties than there may be');
    return grammar.rule(`${hint}-object`, named === '' ? literal('{}') : `"{" ${named} "}"`);
  }
  if (entries.length > 0)
    return grammar.rule(`${hint}-object`, `"{" ${named} ("," ${entry}){${low},${high}} "}"`);
  const more = high > 1 ? ` ("," ${entry}){${Math.max(low - 1, 0)},${high - 1}}` : '';
  const filled = `${entry}${more}`;
  return grammar.rule(`${hint}-object`, `"{" ${low === 0 ? `(${filled})?` : filled} "}"`);
}

/** The rule of an entry with a free name; undefined where none may be. */
function freeEntry(
  writer: RuleWriter,
  facts: Facts,
  names: readonly string[],
  hint: string,
): string | undefined {
  const { grammar } = writer;
  const isPlain =
    facts.names.length === 0 &&
    names.length === 0 &&
    facts.objects.every(({ patterns }) => patterns.length === 0);
  const sorts: readonly FreeKeys[] = isPlain
    ? [{ matched: new Set(), rule: textRule(grammar, 1, keyLength) }]
    : freeKeys(writer, facts, { names, hint: `${hint}-key` });
  const rules: string[] = [];
  for (const { matched, rule } of sorts) {
    try {
      const parts = partsOf(facts, { own: () => undefined, matches: (source) => matched.has(source) });
      const value = writer.value(parts, { hint: `${hint}-value`, copying: 'never' });
      rules.push(grammar.rule(`${hint}-entry`, `${rule} ":" ${value}`));
    } catch (error) {
      if (!(error instanceof NoValue)) throw error;
    }
  }
  return rules.length === 0 ? undefined : grammar.rule(`${hint}-entry`, oneOf(rules));
}
