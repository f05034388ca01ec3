/**
 * JSON as a type: what may stand in a tool's arguments, a tool's result and a stored record; and a text read as it.
 * Knows nothing of validation (tools/validate) and nothing of grammars (decode/).
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

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
