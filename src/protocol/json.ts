/**
 * JSON as a type: what may stand in a tool's arguments, a tool's result and a stored record.
 * Knows nothing of validation (tools/validate) and nothing of grammars (decode/).
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON Schema (draft 2020-12). Kept as plain JSON: it crosses threads and reaches disk. */
export type JsonSchema = JsonObject;
