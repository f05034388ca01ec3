/**
 * JSON Schema -> grammar rules for compact JSON. Every text of the grammar satisfies the schema's enforced keywords
 * (schema-keywords.ts); the others are checked after. Properties come in the schema's order.
 * Knows schemas; nothing of tools and nothing of any engine.
 */
import { asObject, isObject } from '../protocol/json.ts';
import type { Json, JsonObject, JsonSchema } from '../protocol/json.ts';
import { copyingOf } from './copied-parameter.ts';
import type { Copying } from './copied-parameter.ts';
import type { GrammarBuilder } from './gbnf.ts';
import { literal, oneOf } from './gbnf.ts';
import {
  anyValueRule,
  booleanRule,
  defaultLimits,
  freeObjectRule,
  integerRule,
  numberRule,
  sequence,
  textRule,
} from './json-rules.ts';

/** A schema that no value satisfies, or whose reference leads nowhere, has no grammar. */
export class SchemaGrammarError extends Error {
  readonly path: string;

  constructor(message: string, path: string) {
    super(`${message} (at ${path === '' ? 'the top' : path})`);
    this.name = 'SchemaGrammarError';
    this.path = path;
  }
}

/** llama.cpp copies a repeated rule as often as its upper bound says. */
const longestRepetition = 2000;

interface Scope {
  readonly grammar: GrammarBuilder;
  readonly root: JsonSchema;
  /** Characters of a text for which the schema names no bound. */
  readonly textLength: number;
  /** Rules of references met so far; a reference that is still open is recursive. */
  readonly references: Map<string, string>;
  /** What a copied text may be; absent: no text is copied. */
  readonly copied?: CopiedTexts;
  /** Whether texts are copied here: as the nearest property says. */
  readonly copying: Copying;
}

/** Makes the rule of JSON texts of at most so many characters; undefined where there is nothing to copy. */
export type CopiedTexts = (longest: number) => string | undefined;

interface SchemaRuleOptions {
  readonly textLength?: number;
  readonly copied?: CopiedTexts;
}

/**
 * The name of a rule, or an expression, that matches the schema's values.
 * Throws SchemaGrammarError where there is none.
 */
export function schemaRule(
  grammar: GrammarBuilder,
  schema: JsonSchema,
  hint: string,
  { textLength = defaultLimits.textLength, copied }: SchemaRuleOptions = {},
): string {
  const scope: Scope = {
    grammar,
    root: schema,
    textLength,
    references: new Map(),
    copying: 'never',
    ...(copied === undefined ? {} : { copied }),
  };
  return compile(scope, schema, hint, '');
}

function compile(scope: Scope, schema: Json, hint: string, path: string): string {
  const { grammar } = scope;
  if (schema === true) return anyValueRule(grammar);
  if (!isObject(schema)) throw new SchemaGrammarError('No value satisfies this schema', path);
  if (typeof schema['$ref'] === 'string') return reference(scope, schema['$ref'], path);
  if ('const' in schema) return literal(JSON.stringify(schema['const']));
  if (Array.isArray(schema['enum'])) {
    const values = (schema['enum'] as readonly Json[]).filter((value) => fitsType(value, schema['type']));
    if (values.length === 0) throw new SchemaGrammarError('The enum allows no value', path);
    return grammar.rule(hint, oneOf(values.map((value) => literal(JSON.stringify(value)))));
  }
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const parts = schema[keyword];
    if (Array.isArray(parts)) {
      const { [keyword]: _, ...rest } = schema;
      const rules = (parts as readonly Json[]).map((part, index) =>
        compile(scope, merge(rest, part), `${hint}-${index}`, `${path}/${keyword}/${index}`),
      );
      return grammar.rule(hint, oneOf(rules));
    }
  }
  if (Array.isArray(schema['allOf'])) {
    const { allOf, ...rest } = schema;
    return compile(scope, (allOf as readonly Json[]).reduce(merge, rest), hint, path);
  }
  const types = typesOf(schema);
  if (types.length === 0) return anyValueRule(grammar);
  return grammar.rule(hint, oneOf(types.map((type) => ofType(scope, type, schema, hint, path))));
}

function ofType(scope: Scope, type: string, schema: JsonObject, hint: string, path: string): string {
  const { grammar } = scope;
  const signed = !(typeof schema['minimum'] === 'number' && schema['minimum'] >= 0);
  switch (type) {
    case 'string': {
      const minimum = Math.min(count(schema['minLength']) ?? 0, longestRepetition);
      const wanted = count(schema['maxLength']) ?? Math.max(scope.textLength, minimum);
      const maximum = Math.min(Math.max(wanted, minimum), longestRepetition);
      const copied = isCopied(scope.copying, schema) ? scope.copied?.(maximum) : undefined;
      return copied ?? textRule(grammar, minimum, maximum);
    }
    case 'integer':
      return integerRule(grammar, signed);
    case 'number':
      return numberRule(grammar, signed);
    case 'boolean':
      return booleanRule(grammar);
    case 'null':
      return literal('null');
    case 'array':
      return grammar.rule(`${hint}-list`, `"[" ${listItems(scope, schema, hint, path)} "]"`);
    case 'object':
      return objectRule(scope, schema, hint, path);
    default:
      throw new SchemaGrammarError(`Unknown type ${JSON.stringify(type)}`, path);
  }
}

/** Texts that may have no more characters than this are codes rather than words. */
const shortestCopied = 20;

/** A schema may still ask for something that a copied text need not be: a form, or a length. */
function isCopied(copying: Copying, schema: JsonObject): boolean {
  const said = schema['x-copy'];
  if (typeof said === 'boolean') return said;
  if (copying !== 'likely') return copying === 'always';
  const isShort = (count(schema['maxLength']) ?? Infinity) < shortestCopied;
  return !('format' in schema || 'pattern' in schema || isShort || (count(schema['minLength']) ?? 0) > 1);
}

function listItems(scope: Scope, schema: JsonObject, hint: string, path: string): string {
  const minimum = count(schema['minItems']) ?? 0;
  const maximum = Math.max(count(schema['maxItems']) ?? defaultLimits.listItems, minimum);
  const { prefixItems } = schema;
  if (!Array.isArray(prefixItems)) {
    const item = compile(scope, schema['items'] ?? true, `${hint}-item`, `${path}/items`);
    return sequence(item, minimum, maximum);
  }
  // A tuple is written whole: leaving out trailing items is allowed by the standard and wanted by nobody.
  const fixed = (prefixItems as readonly Json[]).map((part, index) =>
    compile(scope, part, `${hint}-${index}`, `${path}/prefixItems/${index}`),
  );
  const tuple = fixed.slice(0, maximum).join(' "," ');
  const room = maximum - fixed.length;
  const { items } = schema;
  if (room <= 0 || items === undefined || items === false) return tuple;
  const item = compile(scope, items, `${hint}-item`, `${path}/items`);
  return `${tuple} ("," ${item}){${Math.max(minimum - fixed.length, 0)},${room}}`;
}

function objectRule(scope: Scope, schema: JsonObject, hint: string, path: string): string {
  const { grammar } = scope;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required'])
    ? (schema['required'] as readonly Json[]).map(String)
    : [];
  const names = [...new Set([...Object.keys(properties), ...required])].filter(
    (name) => properties[name] !== false || required.includes(name),
  );
  if (names.length === 0) return freeObject(scope, schema, hint, path);
  const entries = names.map((name) => {
    const part = Object.hasOwn(properties, name) ? (properties[name] ?? true) : true;
    const inner = { ...scope, copying: copyingOf(name, asObject(part)) };
    const value = compile(inner, part, `${hint}-${name}`, `${path}/properties/${name}`);
    return { required: required.includes(name), text: `${literal(`${JSON.stringify(name)}:`)} ${value}` };
  });
  // Right to left: `some` follows an entry already written, `first` does not, so commas stand between entries only.
  let some = '';
  let first = '';
  for (const [index, entry] of [...entries.entries()].toReversed()) {
    const nextSome = some;
    const nextFirst = first;
    const tail = nextSome === '' ? '' : ` ${nextSome}`;
    const comma = `"," ${entry.text}`;
    some =
      index === 0
        ? ''
        : grammar.rule(`${hint}-rest`, entry.required ? `${comma}${tail}` : `(${comma})?${tail}`);
    first = entry.required
      ? grammar.rule(`${hint}-from`, `${entry.text}${tail}`)
      : grammar.rule(`${hint}-from`, `(${entry.text}${tail} | ${nextFirst === '' ? '""' : nextFirst})`);
  }
  return grammar.rule(`${hint}-object`, `"{" ${first} "}"`);
}

function freeObject(scope: Scope, schema: JsonObject, hint: string, path: string): string {
  const extra = schema['additionalProperties'];
  if (extra === false || schema['properties'] !== undefined) return literal('{}');
  const value = compile(scope, extra ?? true, `${hint}-value`, `${path}/additionalProperties`);
  return freeObjectRule(scope.grammar, scope.grammar.rule(`${hint}-value`, value));
}

function reference(scope: Scope, pointer: string, path: string): string {
  const known = scope.references.get(pointer);
  if (known !== undefined) return known;
  const name = scope.grammar.reserve(`ref-${pointer.split('/').at(-1) ?? ''}`);
  scope.references.set(pointer, name);
  // A definition serves several properties: only what it says itself can hold for all of them.
  const shared: Scope = { ...scope, copying: 'never' };
  scope.grammar.define(name, compile(shared, resolvePointer(scope.root, pointer, path), name, pointer));
  return name;
}

function resolvePointer(root: JsonSchema, pointer: string, path: string): Json {
  if (!pointer.startsWith('#')) {
    throw new SchemaGrammarError(`Only references within the schema can be followed, not ${pointer}`, path);
  }
  let at: Json | undefined = root;
  for (const step of pointer.slice(1).split('/').filter(Boolean)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) at = (at as readonly Json[])[Number(key)];
    else at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  if (at === undefined) throw new SchemaGrammarError(`The reference ${pointer} leads nowhere`, path);
  return at;
}

/** Both schemas at once, where that is plain: properties are joined, other keywords of `over` win. */
function merge(base: JsonObject, over: Json): JsonObject {
  if (!isObject(over)) return base;
  const properties = { ...asObject(base['properties']), ...asObject(over['properties']) };
  const required = [...asList(base['required']), ...asList(over['required'])];
  return {
    ...base,
    ...over,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** The types a schema allows; where it names none, those its other keywords speak of. */
function typesOf(schema: JsonObject): readonly string[] {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return (type as readonly Json[]).map(String);
  if ('properties' in schema || 'required' in schema || 'additionalProperties' in schema) return ['object'];
  if ('items' in schema || 'prefixItems' in schema || 'minItems' in schema || 'maxItems' in schema)
    return ['array'];
  if ('minLength' in schema || 'maxLength' in schema || 'pattern' in schema || 'format' in schema)
    return ['string'];
  if ('minimum' in schema || 'maximum' in schema || 'multipleOf' in schema) return ['number'];
  return [];
}

function fitsType(value: Json, type: Json | undefined): boolean {
  if (type === undefined) return true;
  const types = Array.isArray(type) ? (type as readonly Json[]) : [type];
  const own = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return types.includes(own) || (own === 'number' && types.includes('integer') && Number.isInteger(value));
}

function count(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
