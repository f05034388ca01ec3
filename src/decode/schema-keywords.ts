/**
 * Which JSON Schema keywords hold while decoding and which only after. The single table that the grammar, the
 * documentation and the tool definitions agree on. Knows names; nothing of how a keyword is turned into rules.
 */
import { isObject } from '../protocol/json.ts';
import type { Json, JsonObject, JsonSchema } from '../protocol/json.ts';

/** Enforced: the model cannot write a value that breaks them. */
export const enforcedKeywords = [
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'anyOf',
  '$ref',
] as const;

/** They say nothing about values. */
const annotations = [
  '$schema',
  '$id',
  '$anchor',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'x-copy',
];

/** Keywords whose value is one schema, a list of schemas, or a map of schemas. */
const holders = {
  one: ['items', 'additionalProperties', 'contains', 'not', 'if', 'then', 'else', 'propertyNames'],
  many: ['anyOf', 'oneOf', 'allOf', 'prefixItems'],
  map: ['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas'],
} as const;

export interface UnenforcedKeyword {
  readonly keyword: string;
  /** JSON Pointer of the schema that holds it (RFC 6901). */
  readonly path: string;
}

const silent = new Set<string>([...enforcedKeywords, ...annotations]);

/**
 * The keywords of a schema that decoding does not enforce, in document order. They are checked after the model has
 * written its call, and a call that breaks them is tried again.
 */
export function unenforcedKeywords(schema: JsonSchema, path = ''): readonly UnenforcedKeyword[] {
  const found: UnenforcedKeyword[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (!silent.has(keyword) && !isHarmless(keyword, value, schema)) found.push({ keyword, path });
    for (const [step, part] of subschemas(keyword, value)) {
      found.push(...unenforcedKeywords(part, `${path}/${step}`));
    }
  }
  return found;
}

/** A keyword that happens to be enforced, or to say nothing, in this place. */
function isHarmless(keyword: string, value: Json, schema: JsonSchema): boolean {
  switch (keyword) {
    // Properties that are not listed are never written.
    case 'additionalProperties':
      return (
        value === true ||
        (value === false && schema['properties'] !== undefined) ||
        schema['properties'] === undefined
      );
    // Alternatives of which exactly one can match: enforced as `anyOf` where their types differ.
    case 'oneOf':
      return Array.isArray(value) && haveDistinctTypes(value);
    case 'uniqueItems':
      return value === false;
    default:
      return false;
  }
}

function haveDistinctTypes(alternatives: readonly Json[]): boolean {
  const types = alternatives.map((part) => (isObject(part) ? part['type'] : undefined));
  return types.every((type) => typeof type === 'string') && new Set(types).size === types.length;
}

function subschemas(keyword: string, value: Json): readonly (readonly [string, JsonObject])[] {
  if ((holders.one as readonly string[]).includes(keyword)) return isObject(value) ? [[keyword, value]] : [];
  if ((holders.many as readonly string[]).includes(keyword) && Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((part, index) =>
      isObject(part) ? [[`${keyword}/${index}`, part] as const] : [],
    );
  }
  if ((holders.map as readonly string[]).includes(keyword) && isObject(value)) {
    return Object.entries(value).flatMap(([name, part]) =>
      isObject(part)
        ? [[`${keyword}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, part] as const]
        : [],
    );
  }
  return [];
}
