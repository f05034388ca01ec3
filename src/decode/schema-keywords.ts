/**
 * What becomes of every keyword of JSON Schema draft 2020-12. The single table that the grammar, the documentation and the
 * tool definitions agree on. Knows names; nothing of how a keyword is turned into rules.
 */
import type { JsonSchema } from '../protocol/json.ts';
import { unenforcedPlaces } from './schema-grammar.ts';

/**
 * `enforced`: the model cannot write a value that breaks it. `checked`: it is tried again where it did. `refused`: a schema
 * with it is not taken. `annotation`: it says nothing about values.
 */
type KeywordClass = 'enforced' | 'checked' | 'refused' | 'annotation';

export interface KeywordRow {
  readonly keyword: string;
  readonly class: KeywordClass;
  /** How far it goes: what of it is only checked, or why it is refused. */
  readonly note?: string;
}

const of = (kind: KeywordClass, ...rows: readonly (string | readonly [string, string])[]): KeywordRow[] =>
  rows.map((row) =>
    typeof row === 'string' ? { keyword: row, class: kind } : { keyword: row[0], class: kind, note: row[1] },
  );

const everyAlternative = 'an alternative that cannot be ruled out by rules is checked';

export const keywordTable: readonly KeywordRow[] = [
  ...of(
    'enforced',
    'type',
    'enum',
    'const',
    'properties',
    'required',
    ['additionalProperties', 'properties that are not named are written where a schema names none'],
    ['patternProperties', 'checked where a pattern is beyond automata'],
    ['propertyNames', 'checked where it asks for more than a pattern, a length, an enum'],
    ['minProperties', 'checked where names are free: one may be written twice'],
    'maxProperties',
    'dependentRequired',
    'dependentSchemas',
    'unevaluatedProperties',
    'items',
    'prefixItems',
    'minItems',
    'maxItems',
    'contains',
    'minContains',
    'maxContains',
    'unevaluatedItems',
    ['minLength', 'checked where it takes too many states beside a pattern'],
    ['maxLength', 'checked where it takes too many states beside a pattern'],
    ['pattern', 'checked where it looks behind or refers back, or takes too many states'],
    ['format', '`regex` is checked; formats of other names say nothing'],
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    ['multipleOf', 'checked where it has more than 1000 remainders'],
    'allOf',
    'anyOf',
    ['oneOf', everyAlternative],
    ['not', everyAlternative],
    ['if', everyAlternative],
    'then',
    'else',
    '$ref',
    ['dependencies', 'of earlier drafts'],
  ),
  ...of('checked', ['uniqueItems', 'enforced where the items are an `enum`, booleans, or one at most']),
  ...of(
    'refused',
    ['$dynamicRef', 'what it refers to depends on the schema that refers to it'],
    ['$recursiveRef', 'of an earlier draft, for the same reason'],
  ),
  ...of(
    'annotation',
    ['$schema', 'a dialect that is not of json-schema.org, draft 6 or later, is refused'],
    '$id',
    '$anchor',
    '$dynamicAnchor',
    '$vocabulary',
    '$comment',
    '$defs',
    'definitions',
    'title',
    'description',
    'default',
    'examples',
    'deprecated',
    'readOnly',
    'writeOnly',
    'contentEncoding',
    'contentMediaType',
    'contentSchema',
    ['x-copy', "ours: whether a text's words stand in the conversation"],
  ),
];

/** Enforced: the model cannot write a value that breaks them. */
export const enforcedKeywords: readonly string[] = keywordTable.flatMap((row) =>
  row.class === 'enforced' ? [row.keyword] : [],
);

/** A keyword that the grammar does not hold the model to, and where it stands. */
export interface UnenforcedKeyword {
  readonly keyword: string;
  /** JSON Pointer of the schema that holds it (RFC 6901). */
  readonly path: string;
}

/**
 * The keywords of a schema that decoding does not enforce. They are checked after the model has written its call, and a
 * call that breaks them is tried again. Throws an Error that names the keyword where the schema is refused.
 */
export function unenforcedKeywords(schema: JsonSchema): readonly UnenforcedKeyword[] {
  return unenforcedPlaces(schema);
}
