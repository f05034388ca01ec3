/**
 * Tools as a model reads them: one compact line a tool, in the manner of a TypeScript signature, because a small model
 * reads about a hundred tokens a second and raw JSON Schema costs five times the tokens. Knows schemas; no prompt.
 *
 *   PlayMusic(artist: string, year?: integer, service?: "spotify" | "deezer") - Plays music.
 */
import { isObject } from '../protocol/json.ts';
import type { Json, JsonObject, JsonSchema } from '../protocol/json.ts';
import type { ToolSpec } from '../protocol/tool.ts';

/** Levels of nested objects that are written out; deeper ones are `object`. */
const deepest = 3;

/** Alternatives of an enum that are written out; the rest is `...`. */
const mostAlternatives = 24;

/** A tool as one line, without a line break at the end. */
export function toolSignature({ name, description, parameters }: ToolSpec): string {
  const fields = objectFields(parameters, parameters, deepest);
  return `${name}(${fields}) - ${oneLine(description)}`;
}

/** A schema as one line, e.g. `{city: string, days?: integer}`. */
export function schemaText(schema: JsonSchema): string {
  return typeText(schema, schema, deepest);
}

function objectFields(schema: JsonObject, root: JsonSchema, depth: number): string {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties)
    .map(([name, part]) => `${name}${required.includes(name) ? '' : '?'}: ${typeText(part, root, depth)}`)
    .join(', ');
}

function typeText(schema: Json, root: JsonSchema, depth: number): string {
  if (!isObject(schema)) return 'any';
  if ('const' in schema) return JSON.stringify(schema['const']);
  const values = schema['enum'];
  if (Array.isArray(values))
    return alternatives((values as readonly Json[]).map((value) => JSON.stringify(value)));
  const parts = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(parts))
    return alternatives((parts as readonly Json[]).map((part) => typeText(part, root, depth)));
  const reference = schema['$ref'];
  if (typeof reference === 'string') return referenceText(reference, root, depth);
  const { type } = schema;
  if (Array.isArray(type)) {
    return alternatives(
      (type as readonly Json[]).map((single) => typeText({ ...schema, type: single }, root, depth)),
    );
  }
  if (type === 'array') return `${typeText(schema['items'] ?? true, root, depth)}[]`;
  if (type === 'object') {
    return depth > 0 && isObject(schema['properties'])
      ? `{${objectFields(schema, root, depth - 1)}}`
      : 'object';
  }
  return typeof type === 'string' ? type : 'any';
}

function referenceText(reference: string, root: JsonSchema, depth: number): string {
  const name = reference.split('/').at(-1) ?? '';
  const shelf = root['$defs'] ?? root['definitions'];
  const target = isObject(shelf) ? shelf[name] : undefined;
  return target === undefined || depth === 0 ? 'object' : typeText(target, root, depth - 1);
}

function alternatives(texts: readonly string[]): string {
  const unique = [...new Set(texts)];
  const shown = unique.slice(0, mostAlternatives).join(' | ');
  return unique.length > mostAlternatives ? `${shown} | ...` : shown;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
