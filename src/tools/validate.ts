/**
 * Checks a value against a JSON Schema (draft 2020-12) without generating code, so it runs under a strict
 * content security policy. The library decides; this file turns its verdict into few short sentences.
 * Not checked: formats the library has no rule for, `content*` keywords, `$dynamicRef` (refused by check-schema).
 * Knows nothing of tools.
 */
import { dereference, validate } from '@cfworker/json-schema';
import type { OutputUnit, Schema } from '@cfworker/json-schema';
import type { Json, JsonSchema } from '../protocol/json.ts';
import { readJson } from './json-value.ts';
import { explainErrors } from './schema-message.ts';
import type { SchemaError } from './tool.ts';

/** Errors of one value, at most eight; empty where it fits. Never throws, whatever the value. */
export type CompiledSchema = (value: unknown) => readonly SchemaError[];

/**
 * Prepares a schema that `checkSchema` found good.
 * Throws an Error where a `$ref` names a place that holds no schema.
 */
export function compileSchema(schema: JsonSchema): CompiledSchema {
  // The library writes its bookkeeping into the schema: it gets its own copy.
  const own = structuredClone(schema) as Schema;
  const lookup = dereference(own);
  for (const known of Object.values(lookup)) {
    const target = typeof known === 'object' ? known.__absolute_ref__ : undefined;
    if (target !== undefined && !Object.hasOwn(lookup, target)) {
      throw new Error(`The reference ${String((known as Schema).$ref)} names a place that holds no schema.`);
    }
  }
  return (value) => {
    const reading = readJson(value);
    if (reading.type === 'not-json') return [{ path: reading.path, message: reading.problem }];
    return explainErrors({ root: schema, value: reading.value, units: run(own, lookup, reading.value) });
  };
}

function run(schema: Schema, lookup: Record<string, Schema | boolean>, value: Json): readonly OutputUnit[] {
  return validate(value, schema, '2020-12', lookup, false).errors;
}
