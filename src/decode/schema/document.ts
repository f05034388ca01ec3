/**
 * One schema as a document: where its references lead, which of its parts is which, and whether a value fits a part. Knows
 * the validator; nothing of grammars. Throws SchemaGrammarError where a reference leads out of the document.
 */
import { dereference, validate } from '@cfworker/json-schema';
import type { Schema } from '@cfworker/json-schema';
import { isObject } from '../../protocol/json.ts';
import type { Json, JsonObject, JsonSchema } from '../../protocol/json.ts';
import { SchemaGrammarError } from './schema-grammar-error.ts';
import { textOf } from './text-of.ts';

/** A schema, or what is not that schema, at its place. */
export interface Part {
  readonly schema: Json;
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly negated?: boolean;
}

export class SchemaDocument {
  readonly root: Json;
  readonly #lookup: Record<string, Schema | boolean>;
  readonly #numbers = new WeakMap<object, number>();
  readonly #without = new WeakMap<object, JsonObject>();
  #count = 0;

  constructor(schema: JsonSchema | boolean) {
    // The library writes its bookkeeping into the schema: it gets its own copy.
    this.root = structuredClone(schema) as Json;
    try {
      this.#lookup = dereference(this.root as Schema);
    } catch (error) {
      // A reference that is no URI, or one identifier for two schemas.
      const reason = error instanceof Error ? error.message : String(error);
      throw new SchemaGrammarError({
        keyword: '$ref',
        path: '',
        reason: `its references cannot be read (${reason})`,
        remedy: 'Refer to parts of the schema as #/$defs/name.',
      });
    }
  }

  /** The schema that a reference leads to. */
  target(schema: JsonObject, path: string): Part {
    const { __absolute_ref__: address = '' } = schema as Schema;
    const found = this.#lookup[address] as Json | undefined;
    if (found === undefined) {
      throw new SchemaGrammarError({
        keyword: '$ref',
        path,
        reason: `the reference ${textOf(schema['$ref'])} leads nowhere within the schema`,
        remedy: 'Put the schema it means under $defs, and refer to it as #/$defs/name.',
      });
    }
    const [, pointer = ''] = address.split('#');
    return { schema: found, path: pointer.startsWith('/') ? decodeURIComponent(pointer) : '' };
  }

  /** The same text for the same part. */
  keyOf({ schema, negated }: Part): string {
    const sign = negated === true ? '!' : '';
    if (!isObject(schema)) return `${sign}${textOf(schema)}`;
    const known = this.#numbers.get(schema) ?? this.#count++;
    this.#numbers.set(schema, known);
    return `${sign}${known}`;
  }

  /** A schema without one of its keywords; the same one each time. */
  without(schema: JsonObject, keyword: string): JsonObject {
    const known = this.#without.get(schema);
    if (known !== undefined) return known;
    const { [keyword]: _, ...kept } = Object.getOwnPropertyDescriptors(schema);
    const rest = Object.defineProperties({}, kept) as JsonObject;
    this.#without.set(schema, rest);
    return rest;
  }

  fits(value: Json, { schema, negated }: Part): boolean {
    const { valid } = validate(value, schema as Schema, '2020-12', this.#lookup, true);
    return valid !== (negated === true);
  }
}
