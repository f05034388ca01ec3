/**
 * Is this JSON a JSON Schema (draft 2020-12) that a tool can use? Finds what would otherwise surface as a wrong
 * verdict or an exception while a call is checked: keywords of the wrong type, references to nowhere or in a
 * circle, broken regular expressions, names that reach into prototypes.
 * Knows nothing of values (validate) and nothing of grammars. Unknown keywords are annotations, as the draft says.
 */
import { messageOf } from '../protocol/fault.ts';
import { isObject } from '../protocol/json.ts';
import type { Json, JsonObject, JsonSchema } from '../protocol/json.ts';

export interface SchemaProblem {
  /** Place in the schema, e.g. `properties.city.minLength`. */
  readonly path: string;
  readonly problem: string;
}

type Check = (value: Json, path: string, visit: Visit) => string | undefined;
type Visit = (schema: Json, path: string) => void;

const typeNames = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

/** Names whose assignment or look-up on a plain object means something else. */
const reservedNames = new Set(['__proto__', 'constructor', 'prototype']);

const isStrings = (value: Json): boolean =>
  Array.isArray(value) &&
  value.every((item) => typeof item === 'string') &&
  new Set(value).size === value.length;

const string: Check = (value) => (typeof value === 'string' ? undefined : 'must be a string');
const number: Check = (value) => (typeof value === 'number' ? undefined : 'must be a number');
const boolean: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const count: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0
    ? undefined
    : 'must be a whole number, 0 or more';
const strings: Check = (value) =>
  isStrings(value) ? undefined : 'must be a list of strings without duplicates';
const schema: Check = (value, path, visit) => {
  visit(value, path);
  return undefined;
};
const schemas: Check = (value, path, visit) => {
  if (!Array.isArray(value) || value.length === 0) return 'must be a list of schemas, not empty';
  for (const [index, item] of (value as readonly Json[]).entries()) visit(item, `${path}[${index}]`);
  return undefined;
};
const schemaMap: Check = (value, path, visit) => {
  if (!isObject(value)) return 'must be an object of schemas';
  for (const [name, item] of Object.entries(value)) visit(item, `${path}.${name}`);
  return undefined;
};
const unsupported: Check = () => 'is not supported; write the schema out, or use $ref with #/$defs/name';

const checks = new Map<string, Check>([
  ['$dynamicRef', unsupported],
  ['$recursiveRef', unsupported],
  ['$id', string],
  ['$anchor', string],
  ['$ref', string],
  ['$defs', schemaMap],
  ['definitions', schemaMap],
  [
    'type',
    (value) =>
      (typeof value === 'string' && typeNames.has(value)) ||
      (isStrings(value) && (value as readonly string[]).every((name) => typeNames.has(name)))
        ? undefined
        : `must be one of ${[...typeNames].join(', ')}, or a list of them`,
  ],
  ['enum', (value) => (Array.isArray(value) && value.length > 0 ? undefined : 'must be a list, not empty')],
  ['pattern', (value) => (typeof value === 'string' ? regexProblem(value) : 'must be a string')],
  ['format', string],
  ['title', string],
  ['description', string],
  ['minimum', number],
  ['maximum', number],
  ['exclusiveMinimum', number],
  ['exclusiveMaximum', number],
  [
    'multipleOf',
    (value) => (typeof value === 'number' && value > 0 ? undefined : 'must be a number above 0'),
  ],
  ...(['Length', 'Items', 'Properties', 'Contains'] as const).flatMap((what): [string, Check][] => [
    [`min${what}`, count],
    [`max${what}`, count],
  ]),
  ['uniqueItems', boolean],
  ['required', strings],
  [
    'dependentRequired',
    (value) =>
      isObject(value) && Object.values(value).every(isStrings)
        ? undefined
        : 'must map names to lists of names',
  ],
  [
    'properties',
    (value, path, visit) => {
      const reserved = isObject(value)
        ? Object.keys(value).find((name) => reservedNames.has(name))
        : undefined;
      return reserved === undefined
        ? schemaMap(value, path, visit)
        : `has a property named ${reserved}, which is reserved in JavaScript; rename it`;
    },
  ],
  [
    'patternProperties',
    (value, path, visit) => {
      for (const pattern of isObject(value) ? Object.keys(value) : []) {
        const problem = regexProblem(pattern);
        if (problem !== undefined) return problem;
      }
      return schemaMap(value, path, visit);
    },
  ],
  ['dependentSchemas', schemaMap],
  ['items', schema],
  ['prefixItems', schemas],
  ['contains', schema],
  ['additionalProperties', schema],
  ['unevaluatedProperties', schema],
  ['unevaluatedItems', schema],
  ['propertyNames', schema],
  ['not', schema],
  ['if', schema],
  ['then', schema],
  ['else', schema],
  ['allOf', schemas],
  ['anyOf', schemas],
  ['oneOf', schemas],
]);

/** The first problem of a schema, or undefined. The root must be an object schema (`type: 'object'`). */
export function checkSchema(root: JsonSchema): SchemaProblem | undefined {
  if (root['type'] !== 'object') {
    return { path: 'type', problem: "must be 'object', because a call's arguments are named values" };
  }
  return keywordProblem(root, (reference) => referenceProblem(root, reference));
}

/** The first keyword with a value that it cannot have, in a schema and those in it; what is wrong with a reference, `checkReference` says. */
export function keywordProblem(
  root: Json,
  checkReference?: (reference: string) => string | undefined,
): SchemaProblem | undefined {
  const problems: SchemaProblem[] = [];
  function visit(node: Json, path: string): void {
    if (problems.length > 0 || typeof node === 'boolean') return;
    if (!isObject(node)) {
      problems.push({ path, problem: 'must be a schema: an object, true or false' });
      return;
    }
    for (const [keyword, value] of Object.entries(node)) {
      const place = path === '' ? keyword : `${path}.${keyword}`;
      const problem = checks.get(keyword)?.(value, place, visit);
      if (problem !== undefined) problems.push({ path: place, problem });
    }
    const reference = node['$ref'];
    if (typeof reference === 'string') {
      const problem = checkReference?.(reference);
      if (problem !== undefined) problems.push({ path: path === '' ? '$ref' : `${path}.$ref`, problem });
    }
  }
  visit(root, '');
  return problems[0];
}

/** The schema that a local reference (`#` or `#/…`, RFC 6901) names, or undefined. */
export function resolveReference(root: JsonSchema, reference: string): Json | undefined {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let node: Json | undefined = root;
  for (const encoded of reference.slice(2).split('/')) {
    const key = decodePointer(encoded);
    if (key === undefined || typeof node !== 'object' || node === null || !Object.hasOwn(node, key))
      return undefined;
    node = (node as JsonObject)[key];
  }
  return node;
}

/** A segment of a JSON pointer in a URI fragment as the key it means; undefined where its escapes are broken. */
export function decodePointer(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}

function regexProblem(pattern: string): string | undefined {
  try {
    return void new RegExp(pattern, 'u');
  } catch (error) {
    return `is not a regular expression: ${messageOf(error)}`;
  }
}

/** References by name (`$id`, `$anchor`) are followed where the grammar is made. */
function referenceProblem(root: JsonSchema, reference: string): string | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined;
  const target = resolveReference(root, reference);
  if (target === undefined) return `refers to ${reference}, which is not in this schema; use #/$defs/name`;
  if (typeof target !== 'boolean' && !isObject(target)) return `refers to ${reference}, which is no schema`;
  return refersToItself(root, target, []) ? `refers to ${reference}, which leads back to itself` : undefined;
}

/** True where checking one value against `node` would come back to `node` with the same value, for ever. */
function refersToItself(root: JsonSchema, node: Json | undefined, parents: readonly Json[]): boolean {
  if (!isObject(node)) return false;
  if (parents.includes(node)) return true;
  const reference = node['$ref'];
  const inPlace = [
    ...(typeof reference === 'string' ? [resolveReference(root, reference)] : []),
    ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => node[keyword] ?? []),
    ...['not', 'if', 'then', 'else'].map((keyword) => node[keyword]),
    ...(isObject(node['dependentSchemas']) ? Object.values(node['dependentSchemas']) : []),
  ];
  return inPlace.some((next) => refersToItself(root, next, [...parents, node]));
}
