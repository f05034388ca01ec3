/**
 * Refuses, by name, what draft 2020-12 has and this runtime has not: references that are resolved while a value is checked,
 * and vocabularies of other authors. Knows keywords; nothing of rules.
 */
import { isObject } from '../../protocol/json.ts';
import type { Json, JsonSchema } from '../../protocol/json.ts';
import { SchemaGrammarError } from './schema-grammar-error.ts';
import { subschemas } from './subschemas.ts';

/** Drafts that mean the same by the keywords that are read here. */
const knownDialects =
  /^https?:\/\/json-schema\.org\/(?:draft-0[67]|draft\/2019-09|draft\/2020-12)\/schema#?$/;

/** Keywords that are refused wherever they stand. */
const refusedKeywords = ['$dynamicRef', '$recursiveRef'] as const;

/** Throws SchemaGrammarError. */
export function checkDialect(schema: JsonSchema | boolean): void {
  visit(schema, '');
}

function visit(schema: Json, path: string): void {
  if (!isObject(schema)) return;
  const dialect = schema['$schema'];
  if (typeof dialect === 'string' && !knownDialects.test(dialect)) {
    throw new SchemaGrammarError({
      keyword: '$schema',
      path,
      reason: `names the dialect ${dialect}, whose vocabulary is not known here`,
      remedy: 'Write the schema in draft 2020-12.',
    });
  }
  for (const keyword of refusedKeywords) {
    if (!(keyword in schema)) continue;
    throw new SchemaGrammarError({
      keyword,
      path,
      reason: 'is not supported: what it refers to depends on the schema that refers to it',
      remedy: 'Write the schema out, or use $ref with #/$defs/name.',
    });
  }
  for (const [keyword, value] of Object.entries(schema)) {
    for (const [step, part] of subschemas(keyword, value)) visit(part, `${path}/${step}`);
  }
}
