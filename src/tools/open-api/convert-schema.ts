/**
 * Schemas of an OpenAPI document (3.0 and 3.1) as JSON Schema that stands by itself: what it refers to comes along under
 * `$defs`, and what 3.0 says in its own way is said as draft 2020-12 does. Pure.
 */
import { isObject } from '../../protocol/json.ts';
import type { Json, JsonObject, JsonSchema } from '../../protocol/json.ts';

/** What says something about documents or wire formats, and nothing about values. */
const dropped = new Set([
  'nullable',
  'discriminator',
  'xml',
  'externalDocs',
  'example',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

/** Keywords under which schemas stand by name, where a name may be any word of those above. */
const byName = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas']);

/** Keywords whose value is data, and is left as it is. */
const data = new Set(['const', 'enum', 'default', 'examples', 'required']);

/** What a JSON Pointer within the document names; undefined: nothing, or it leads out of the document. */
export function resolve(document: JsonObject, reference: string): Json | undefined {
  if (!reference.startsWith('#/')) return undefined;
  let value: Json | undefined = document;
  for (const part of reference.slice(2).split('/')) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** The schema with all that it refers to. References that lead nowhere stay, and are refused with the tool. */
export function standalone(schema: Json, document: JsonObject): JsonSchema {
  const names = new Map<string, string>();
  const definitions: Record<string, Json> = {};
  const refer = (reference: string): string => {
    const known = names.get(reference);
    if (known !== undefined) return known;
    const target = resolve(document, reference);
    if (target === undefined) return reference;
    const name = `#/$defs/d${String(names.size)}`;
    names.set(reference, name);
    // Reserved first: a schema may refer to itself.
    definitions[name.slice('#/$defs/'.length)] = true;
    definitions[name.slice('#/$defs/'.length)] = convert(target, refer);
    return name;
  };
  const converted = convert(schema, refer);
  const root: JsonObject = isObject(converted) ? converted : {};
  return names.size === 0 ? root : { ...root, $defs: definitions };
}

function convert(schema: Json, refer: (reference: string) => string): Json {
  if (Array.isArray(schema)) return (schema as readonly Json[]).map((part) => convert(part, refer));
  if (!isObject(schema)) return schema;
  const { $ref } = schema;
  if (typeof $ref === 'string') return { $ref: refer($ref) };
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (dropped.has(key) || key.startsWith('x-')) continue;
    if (byName.has(key) && isObject(value)) {
      result[key] = Object.fromEntries(
        Object.entries(value).map(([name, part]) => [name, convert(part, refer)]),
      );
    } else {
      result[key] = data.has(key) ? value : convert(value, refer);
    }
  }
  return withNull(schema, withExclusive(result));
}

/** 3.0 has `nullable`, where JSON Schema has the type `null`. */
function withNull({ nullable }: JsonObject, schema: Record<string, Json>): JsonObject {
  const { type, enum: values } = schema;
  if (nullable !== true || typeof type !== 'string') return schema;
  return {
    ...schema,
    type: [type, 'null'],
    ...(Array.isArray(values) && !values.includes(null)
      ? { enum: [...(values as readonly Json[]), null] }
      : {}),
  };
}

/** 3.0 has flags beside the bounds, where JSON Schema has bounds of their own. */
function withExclusive(schema: Record<string, Json>): Record<string, Json> {
  const result = { ...schema };
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const flag = result[exclusive];
    const limit = result[bound];
    if (typeof flag !== 'boolean') continue;
    delete result[exclusive];
    if (flag && limit !== undefined) {
      delete result[bound];
      result[exclusive] = limit;
    }
  }
  return result;
}
