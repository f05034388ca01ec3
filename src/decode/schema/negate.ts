/**
 * The ways in which a value may break a schema, each as what then holds: `not` turned inside out (De Morgan). Any of the
 * ways is enough for a value, so ways that cannot be written are left out. Knows keywords; nothing of rules.
 */
import { isObject } from '../../protocol/json.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Part } from './document.ts';
import { textOf } from './text-of.ts';

/** A schema of ours and parts of the document that hold together. */
export type Way = readonly Part[];

const kinds = ['object', 'array', 'string', 'number', 'boolean', 'null'];

/** Ways to break the schema; `complete`: these are all. */
export function waysToBreak(
  { schema, path }: Part,
  follow: (schema: JsonObject) => Part,
): { readonly ways: readonly Way[]; readonly complete: boolean } {
  if (schema === true) return { ways: [], complete: true };
  if (!isObject(schema)) return { ways: [[]], complete: true };
  const ways: Way[] = [];
  let complete = true;
  for (const [keyword, value] of Object.entries(schema)) {
    const found = waysOf(keyword, value, { schema, path, follow });
    if (found === undefined) complete = false;
    else ways.push(...found);
  }
  return { ways, complete };
}

interface Context {
  readonly schema: JsonObject;
  readonly path: string;
  readonly follow: (schema: JsonObject) => Part;
}

/** Keywords beside which it is not plain what a schema says nothing of. */
const besideUnevaluated = [
  'additionalProperties',
  '$ref',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'dependentSchemas',
];

/** Names that are tried for a property that breaks what holds for names of its kind. */
const triedNames = ['other', 'a', 'b', 'x_1', 'A', 'foo', 'value', '1', 'name', '_', '-', 'ab'];

function matches(source: string, name: string): boolean {
  try {
    return new RegExp(source, 'u').test(name);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** A name that a schema has no keyword for; undefined where none of a few is. */
function otherName({ properties, patternProperties }: JsonObject): string | undefined {
  const named = Object.keys(isObject(properties) ? properties : {});
  const patterns = Object.keys(isObject(patternProperties) ? patternProperties : {});
  return triedNames.find(
    (name) => !named.includes(name) && patterns.every((source) => !matches(source, name)),
  );
}

function matchingName(source: string): string | undefined {
  return [...triedNames, source.replaceAll(/[^a-zA-Z0-9_]/g, '')].find((name) => matches(source, name));
}

/** An object with a property that breaks a schema. */
function oneProperty(name: string | undefined, schema: Json): readonly JsonObject[] {
  if (name === undefined) return [];
  return [{ type: 'object', required: [name], properties: { [name]: { not: schema } } }];
}

/** A list in which an item breaks `items`. */
function brokenItem(items: Json, prefixItems: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(prefixItems)) return [{ type: 'array', contains: { not: items } }];
  const front = prefixItems.map(() => true);
  return [{ type: 'array', minItems: front.length + 1, prefixItems: [...front, { not: items }] }];
}

/** Ways to break one keyword; undefined where they cannot be written. */
function waysOf(keyword: string, value: Json, { schema, path, follow }: Context): readonly Way[] | undefined {
  const ours = (made: JsonObject): Part => ({ schema: made, path });
  const part = (step: string, inner: Json, negated: boolean): Part => ({
    schema: inner,
    path: `${path}/${step}`,
    negated,
  });
  const list = Array.isArray(value) ? (value as readonly Json[]) : [];
  const size = Number(value);
  switch (keyword) {
    case 'type': {
      const named = Array.isArray(value) ? list : [value];
      const isNumber = named.includes('integer');
      const left = kinds.filter((kind) => !named.includes(kind) && !(kind === 'number' && isNumber));
      // Numbers that are not whole are left out.
      return left.length === 0
        ? isNumber && !named.includes('number')
          ? undefined
          : []
        : [[ours({ type: left })]];
    }
    case 'const':
      return [[ours({ not: { const: value } })]];
    case 'enum':
      return [[ours({ not: { enum: value } })]];
    case 'minimum':
      return [[ours({ type: 'number', exclusiveMaximum: value })]];
    case 'maximum':
      return [[ours({ type: 'number', exclusiveMinimum: value })]];
    case 'exclusiveMinimum':
      return [[ours({ type: 'number', maximum: value })]];
    case 'exclusiveMaximum':
      return [[ours({ type: 'number', minimum: value })]];
    case 'multipleOf':
      return [[ours({ type: 'number', not: { multipleOf: value } })]];
    case 'pattern':
      return [[ours({ type: 'string', not: { pattern: value } })]];
    case 'minLength':
      return size === 0 ? [] : [[ours({ type: 'string', maxLength: Math.ceil(size) - 1 })]];
    case 'maxLength':
      return [[ours({ type: 'string', minLength: Math.floor(size) + 1 })]];
    case 'minItems':
      return size === 0 ? [] : [[ours({ type: 'array', maxItems: Math.ceil(size) - 1 })]];
    case 'maxItems':
      return [[ours({ type: 'array', minItems: Math.floor(size) + 1 })]];
    case 'minProperties':
      return size === 0 ? [] : [[ours({ type: 'object', maxProperties: Math.ceil(size) - 1 })]];
    case 'maxProperties':
      return [[ours({ type: 'object', minProperties: Math.floor(size) + 1 })]];
    case 'required':
      return list.map((name) => [ours({ type: 'object', properties: { [textOf(name)]: false } })]);
    case 'properties':
      return Object.entries(isObject(value) ? value : {}).map(([name, inner]) => [
        ours({ type: 'object', required: [name], properties: { [name]: { not: inner } } }),
      ]);
    case 'dependentRequired':
      return Object.entries(isObject(value) ? value : {}).flatMap(([name, needed]) =>
        (needed as readonly Json[]).map((other) => [
          ours({ type: 'object', required: [name], properties: { [textOf(other)]: false } }),
        ]),
      );
    case 'dependentSchemas':
      return Object.entries(isObject(value) ? value : {}).map(([name, inner]) => [
        ours({ type: 'object', required: [name] }),
        part(`dependentSchemas/${name}`, inner, true),
      ]);
    case 'items':
      return brokenItem(value, schema['prefixItems']).map((made) => [ours(made)]);
    case 'prefixItems':
      return list.map((inner, index) => [
        ours({
          type: 'array',
          minItems: index + 1,
          prefixItems: [...list.slice(0, index).map(() => true), { not: inner }],
        }),
      ]);
    case 'contains': {
      const isPlain = schema['minContains'] === undefined && schema['maxContains'] === undefined;
      return isPlain ? [[ours({ type: 'array', items: { not: value } })]] : undefined;
    }
    case 'not':
      return [[part('not', value, false)]];
    case 'allOf':
      return list.map((inner, index) => [part(`allOf/${index}`, inner, true)]);
    case 'anyOf':
      return [list.map((inner, index) => part(`anyOf/${index}`, inner, true))];
    case 'oneOf': {
      const none = list.map((inner, index) => part(`oneOf/${index}`, inner, true));
      const pairs = list.flatMap((one, first) =>
        list
          .slice(first + 1)
          .map((other, offset) => [
            part(`oneOf/${first}`, one, false),
            part(`oneOf/${first + 1 + offset}`, other, false),
          ]),
      );
      return [none, ...pairs];
    }
    case 'if': {
      const { then, else: otherwise } = schema;
      return [
        ...(then === undefined ? [] : [[part('if', value, false), part('then', then, true)]]),
        ...(otherwise === undefined ? [] : [[part('if', value, true), part('else', otherwise, true)]]),
      ];
    }
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const isOpen =
        keyword === 'additionalProperties' || !besideUnevaluated.some((other) => other in schema);
      const made = isOpen ? oneProperty(otherName(schema), value) : [];
      return made.length === 0 ? undefined : made.map((one) => [ours(one)]);
    }
    case 'patternProperties': {
      const entries = Object.entries(isObject(value) ? value : {});
      const made = entries.flatMap(([source, inner]) => oneProperty(matchingName(source), inner));
      return made.length < entries.length ? undefined : made.map((one) => [ours(one)]);
    }
    case '$ref':
      return [[{ ...follow(schema), negated: true }]];
    case 'uniqueItems':
      // Two of the same at the front are enough.
      return value !== true
        ? []
        : [0, null, '', true].map((twice) => [
            ours({ type: 'array', minItems: 2, prefixItems: [{ const: twice }, { const: twice }] }),
          ]);
    case 'format':
    case 'dependencies':
    case 'propertyNames':
    case 'unevaluatedItems':
      return undefined;
    default:
      return [];
  }
}
