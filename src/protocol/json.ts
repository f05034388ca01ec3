/**
 * JSON as a type: what may stand in a tool's arguments, a tool's result and a stored record; and how to read it.
 * Knows nothing of validation (tools/validate) and nothing of grammars (decode/).
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object, deeply readonly. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON Schema (draft 2020-12). Kept as plain JSON: it crosses threads and reaches disk. */
export type JsonSchema = JsonObject;

/** The value of a JSON text; undefined where the text is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** True for an object that is no list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object as it is; anything else as an object without fields. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** JSON with the keys of every object sorted: equal for values that differ in order only. A missing value counts as null. */
export function sortedJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(sortedJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, part]) => `${JSON.stringify(key)}:${sortedJson(part)}`).join(',')}}`;
}
