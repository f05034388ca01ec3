/**
 * Adds to the facts what one keyword says by itself. Knows keywords; nothing of alternatives (expand) and rules.
 * Throws NoValue where no type is left, SchemaGrammarError where a keyword's value is not of its kind.
 */
import { isObject } from '../../protocol/json.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Part } from './document.ts';
import { everyType } from './facts.ts';
import type { Facts, TypeName } from './facts.ts';
import { NoValue, SchemaGrammarError } from './schema-grammar-error.ts';
import { pointerStep } from './subschemas.ts';
import { textOf } from './text-of.ts';

export interface AppliedKeyword {
  readonly facts: Facts;
  readonly keyword: string;
  readonly value: Json;
  readonly schema: JsonObject;
  readonly path: string;
  readonly owners: readonly number[];
}

export function applyKeyword(applied: AppliedKeyword): void {
  const { facts, keyword, value, path } = applied;
  const place = { keyword, path };
  const type = spokenOf[keyword];
  if (type !== undefined) {
    facts.spoken.add(type);
    facts.last = place;
  }
  switch (keyword) {
    case 'type':
      narrowTypes(applied);
      return;
    case 'const':
      facts.values.push([value]);
      return;
    case 'enum':
      facts.values.push(listOf(applied));
      return;
    case 'minimum':
    case 'exclusiveMinimum':
      facts.lows.push({ value: numberOf(applied), exclusive: keyword === 'exclusiveMinimum', ...place });
      return;
    case 'maximum':
    case 'exclusiveMaximum':
      facts.highs.push({ value: numberOf(applied), exclusive: keyword === 'exclusiveMaximum', ...place });
      return;
    case 'multipleOf':
      if (numberOf(applied) <= 0) throw malformed(applied, 'a number above 0');
      facts.multiples.push({ value: numberOf(applied), ...place });
      return;
    case 'minLength':
      facts.minLength = Math.max(facts.minLength, numberOf(applied));
      return;
    case 'maxLength':
      facts.maxLength = Math.min(facts.maxLength, numberOf(applied));
      return;
    case 'pattern':
      facts.patterns.push({ source: wordOf(applied), path, negated: false });
      return;
    case 'format':
      facts.formats.push({ name: wordOf(applied), path });
      return;
    case 'minItems':
      facts.minItems = Math.max(facts.minItems, numberOf(applied));
      return;
    case 'maxItems':
      facts.maxItems = Math.min(facts.maxItems, numberOf(applied));
      return;
    case 'uniqueItems':
      if (value === true) facts.unique = place;
      return;
    case 'minProperties':
      facts.minProperties = Math.max(facts.minProperties, numberOf(applied));
      return;
    case 'maxProperties':
      facts.maxProperties = Math.min(facts.maxProperties, numberOf(applied));
      return;
    case 'required':
      for (const name of listOf(applied)) facts.required.set(textOf(name), place);
      return;
    case 'x-copy':
      if (typeof value === 'boolean') facts.copy = value;
      return;
    default:
      applyParts(applied);
  }
}

/** Keywords whose value is a schema, or several, for a part of the value. */
function applyParts({ facts, keyword, value, schema, path, owners }: AppliedKeyword): void {
  const part = (step: string, inner: Json): Part => ({ schema: inner, path: `${path}/${step}` });
  const owner = owners.at(-1) ?? 0;
  switch (keyword) {
    case 'prefixItems':
    case 'items': {
      // One entry for both, made by the first of them.
      if (keyword === 'items' && schema['prefixItems'] !== undefined) return;
      const { prefixItems, items } = schema;
      if (Array.isArray(items)) {
        throw new SchemaGrammarError({
          keyword,
          path,
          reason: 'is a list, as in drafts before 2020-12',
          remedy: 'Write the list as prefixItems.',
        });
      }
      const prefix = Array.isArray(prefixItems) ? (prefixItems as readonly Json[]) : [];
      facts.lists.push({
        prefix: prefix.map((inner, index) => part(`prefixItems/${index}`, inner)),
        ...(items === undefined ? {} : { rest: part('items', items) }),
        owners,
      });
      return;
    }
    case 'contains':
      facts.contains.push({
        part: part('contains', value),
        low: typeof schema['minContains'] === 'number' ? schema['minContains'] : 1,
        high: typeof schema['maxContains'] === 'number' ? schema['maxContains'] : Infinity,
        path,
        owners,
      });
      return;
    case 'unevaluatedItems':
      facts.unevaluatedItems.push({ part: part(keyword, value), owner, owners });
      return;
    case 'unevaluatedProperties':
      facts.unevaluatedProperties.push({ part: part(keyword, value), owner, owners });
      return;
    case 'propertyNames':
      facts.names.push(part(keyword, value));
      return;
    case 'properties':
    case 'patternProperties':
    case 'additionalProperties': {
      const { properties, patternProperties, additionalProperties } = schema;
      const first = ['properties', 'patternProperties', 'additionalProperties'].find(
        (name) => name in schema,
      );
      if (first !== keyword) return;
      const entries = (step: string, map: Json | undefined): [string, Part][] =>
        Object.entries(isObject(map) ? map : {}).map(([name, inner]) => [
          name,
          part(`${step}/${pointerStep(name)}`, inner),
        ]);
      facts.objects.push({
        properties: new Map(entries('properties', properties)),
        patterns: entries('patternProperties', patternProperties),
        ...(additionalProperties === undefined
          ? {}
          : { additional: part('additionalProperties', additionalProperties) }),
        isNamed: isObject(properties) && lists(properties),
        path,
        owners,
      });
      return;
    }
    default:
  }
}

function narrowTypes(applied: AppliedKeyword): void {
  const { facts, value, path } = applied;
  const named = (Array.isArray(value) ? (value as readonly Json[]) : [value]).map(textOf);
  const unknown = named.find(
    (name) => name !== 'integer' && !(everyType as readonly string[]).includes(name),
  );
  if (unknown !== undefined) throw malformed(applied, `one of ${everyType.join(', ')}, integer`);
  const allows = (type: TypeName): boolean =>
    named.includes(type) || (type === 'number' && named.includes('integer'));
  facts.types = new Set([...facts.types].filter(allows));
  facts.typed = true;
  if (!named.includes('number')) facts.integer ||= named.includes('integer');
  facts.last = { keyword: 'type', path };
  if (facts.types.size === 0) throw new NoValue('type', path);
}

/** The type that a keyword speaks of. */
const spokenOf: Readonly<Record<string, TypeName>> = {
  properties: 'object',
  required: 'object',
  additionalProperties: 'object',
  patternProperties: 'object',
  propertyNames: 'object',
  minProperties: 'object',
  maxProperties: 'object',
  dependentRequired: 'object',
  dependentSchemas: 'object',
  unevaluatedProperties: 'object',
  items: 'array',
  prefixItems: 'array',
  contains: 'array',
  minItems: 'array',
  maxItems: 'array',
  uniqueItems: 'array',
  unevaluatedItems: 'array',
  minLength: 'string',
  maxLength: 'string',
  pattern: 'string',
  format: 'string',
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'number',
};

function malformed({ keyword, path }: AppliedKeyword, wanted: string): SchemaGrammarError {
  return new SchemaGrammarError({
    keyword,
    path,
    reason: `is not ${wanted}`,
    remedy: 'Write it as JSON Schema draft 2020-12 says.',
  });
}

function numberOf(applied: AppliedKeyword): number {
  if (typeof applied.value === 'number') return applied.value;
  throw malformed(applied, 'a number');
}

function wordOf(applied: AppliedKeyword): string {
  if (typeof applied.value === 'string') return applied.value;
  throw malformed(applied, 'a text');
}

function listOf(applied: AppliedKeyword): readonly Json[] {
  if (Array.isArray(applied.value)) return applied.value as readonly Json[];
  throw malformed(applied, 'a list');
}

/** Whether properties are listed, and not only forbidden. */
function lists(properties: JsonObject): boolean {
  const parts = Object.values(properties);
  return parts.length === 0 || parts.some((part) => part !== false);
}
