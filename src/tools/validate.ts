/**
 * Checks a value against a JSON Schema (draft 2020-12) without generating code, so it runs under a strict
 * content security policy. The library decides; this file turns its verdict into few short sentences.
 * Not checked: formats the library has no rule for, `content*` keywords, `$dynamicRef` (refused by check-schema).
 * Knows nothing of tools.
 */
import { dereference, validate } from '@cfworker/json-schema';
import type { OutputUnit, Schema } from '@cfworker/json-schema';
import type { Json, JsonSchema } from '../protocol/json.ts';
import { decodePointer, keywordProblem } from './check-schema.ts';
import { readJson } from './json-value.ts';
import { explainErrors } from './schema-message.ts';
import type { SchemaError } from './tool.ts';

/** Errors of one value, at most eight; empty where it fits. Never throws, whatever the value. */
export type CompiledSchema = (value: unknown) => readonly SchemaError[];

/** A `$ref` that cannot be followed. */
export class UnresolvedReference extends Error {
  /** Place of the `$ref`, e.g. `properties.city.$ref`. */
  readonly path: string;

  constructor(reference: string, { uri, problem }: { readonly uri: string; readonly problem: string }) {
    super(`The reference ${reference} ${problem}.`);
    const pointer = new URL(uri).hash.slice(2);
    this.path = [...(pointer === '' ? [] : pointer.split('/').map(decodePointer)), '$ref'].join('.');
  }
}

/**
 * Prepares a schema that `checkSchema` found good.
 * Throws UnresolvedReference where a `$ref` names a place that holds no schema, or a wrong one.
 */
export function compileSchema(schema: JsonSchema): CompiledSchema {
  // The library writes its bookkeeping into the schema: it gets its own copy.
  const own = structuredClone(schema) as Schema;
  const lookup = dereference(own);
  for (const [uri, known] of Object.entries(lookup)) {
    const problem = typeof known === 'object' ? referenceProblem(known, lookup) : undefined;
    if (problem !== undefined)
      throw new UnresolvedReference(String((known as Schema).$ref), { uri, problem });
  }
  return (value) => {
    const reading = readJson(value);
    if (reading.type === 'not-json') return [{ path: reading.path, message: reading.problem }];
    return explainErrors({ root: schema, value: reading.value, units: run(own, lookup, reading.value) });
  };
}

function referenceProblem(
  { __absolute_ref__: uri }: Schema,
  lookup: Readonly<Record<string, Schema | boolean>>,
): string | undefined {
  if (uri === undefined) return undefined;
  const target = Object.hasOwn(lookup, uri) ? lookup[uri] : undefined;
  if (target === undefined) return 'names a place that holds no schema';
  // A name may stand below an unknown keyword, where nobody looked.
  const wrong = keywordProblem(target);
  return wrong === undefined ? undefined : `names what is no schema (its ${wrong.path} ${wrong.problem})`;
}

function run(schema: Schema, lookup: Record<string, Schema | boolean>, value: Json): readonly OutputUnit[] {
  return validate(value, schema, '2020-12', lookup, false).errors;
}
