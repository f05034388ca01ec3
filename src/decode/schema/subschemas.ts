/** Where schemas stand within a schema. Knows names of keywords; nothing of what they mean. */
import { isObject } from '../../protocol/json.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** Keywords whose value is one schema, a list of schemas, or a map of schemas. */
const holders: ReadonlyMap<string, 'one' | 'many' | 'map'> = new Map([
  ...(
    [
      'items',
      'additionalProperties',
      'contains',
      'not',
      'if',
      'then',
      'else',
      'propertyNames',
      'unevaluatedItems',
      'unevaluatedProperties',
    ] as const
  ).map((keyword) => [keyword, 'one'] as const),
  ...(['anyOf', 'oneOf', 'allOf', 'prefixItems'] as const).map((keyword) => [keyword, 'many'] as const),
  ...(
    ['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas', 'dependencies'] as const
  ).map((keyword) => [keyword, 'map'] as const),
]);

/** A property's name as a step of a JSON Pointer (RFC 6901). */
export function pointerStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The schemas in a keyword's value, each with the rest of its JSON Pointer. */
export function subschemas(keyword: string, value: Json): readonly (readonly [string, JsonObject])[] {
  const holder = holders.get(keyword);
  if (holder === 'one') return isObject(value) ? [[keyword, value]] : [];
  if (holder === 'many' && Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((part, index) =>
      isObject(part) ? [[`${keyword}/${index}`, part] as const] : [],
    );
  }
  if (holder === 'map' && isObject(value)) {
    return Object.entries(value).flatMap(([name, part]) =>
      isObject(part) ? [[`${keyword}/${pointerStep(name)}`, part] as const] : [],
    );
  }
  return [];
}
