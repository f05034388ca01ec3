/**
 * The validator's output units as short sentences fit to be fed back to a small model: where, what is expected,
 * what was found. Wrapper units ("a property had errors") are dropped, and of alternatives only the one that the
 * value was meant for is explained.
 * Knows the library's unit shape; decides nothing about validity.
 */
import type { OutputUnit } from '@cfworker/json-schema';
import { asObject } from '../protocol/json.ts';
import type { Json, JsonObject, JsonSchema } from '../protocol/json.ts';
import { decodePointer, resolveReference } from './check-schema.ts';
import type { SchemaError } from './tool.ts';

const mostErrors = 8;

/** Keywords whose unit only says that something inside is wrong; the unit of that something follows. */
const wrappers = new Set([
  '$ref',
  'allOf',
  'dependentSchemas',
  'if',
  'items',
  'patternProperties',
  'prefixItems',
  'properties',
  'unevaluatedItems',
]);

const composites = new Set(['anyOf', 'oneOf', 'not', 'contains', 'propertyNames']);

const formatExamples: Readonly<Record<string, string>> = {
  date: 'a date such as 2026-03-01',
  time: 'a time such as 15:30:00Z',
  'date-time': 'a date and time such as 2026-03-01T15:30:00Z',
  duration: 'a duration such as P3D',
  email: 'an e-mail address',
  uri: 'a URL such as https://example.com/page',
  uuid: 'a UUID',
};

const typePhrases: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

interface Place {
  readonly path: string;
  readonly value: Json | undefined;
  /** The schema that holds the keyword. */
  readonly schema: JsonObject;
}

/** At most eight errors, in the validator's order, without duplicates. */
export function explainErrors(input: {
  readonly root: JsonSchema;
  readonly value: Json;
  readonly units: readonly OutputUnit[];
}): readonly SchemaError[] {
  const errors = new Map<string, SchemaError>();
  const skipped: string[] = [];
  for (const unit of input.units) {
    if (skipped.some((prefix) => unit.keywordLocation.startsWith(prefix))) continue;
    if (wrappers.has(unit.keyword)) continue;
    const place = placeOf(unit, input.root, input.value);
    const branches =
      unit.keyword === 'anyOf' || unit.keyword === 'oneOf' ? branchesOf(unit, place, input.root) : [];
    const meant = branches.filter((branch) => admits(branch.schema, place.value));
    const only = meant.length === 1 ? meant[0] : undefined;
    if (only !== undefined && input.units.some((other) => other.keywordLocation.startsWith(only.location))) {
      skipped.push(...branches.filter((branch) => branch !== only).map((branch) => branch.location));
      continue;
    }
    // What follows inside explains a part of this unit: said already, or misleading on its own.
    if (composites.has(unit.keyword)) skipped.push(`${unit.keywordLocation}/`);
    const explained =
      branches.length > 0
        ? [{ path: place.path, message: alternatives(unit, branches, place) }]
        : explain(unit, place, input.root);
    for (const error of explained) if (!errors.has(error.path)) errors.set(error.path, error);
    if (errors.size >= mostErrors) break;
  }
  return [...errors.values()].slice(0, mostErrors);
}

function explain(unit: OutputUnit, place: Place, root: JsonSchema): readonly SchemaError[] {
  const { path, schema, value } = place;
  const keyword = schema[unit.keyword];
  const limit = typeof keyword === 'string' ? keyword : JSON.stringify(keyword);
  const say = (message: string): readonly SchemaError[] => [{ path, message }];
  switch (unit.keyword) {
    case 'type':
    case 'enum':
    case 'const':
      return say(`must be ${phrase(schema)}, not ${show(value)}`);
    case 'required':
      return missing(place, root);
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return keyword === false ? unknownNames(place) : [];
    case 'false':
      return say('is not allowed');
    case 'propertyNames':
      return say('has a name that is not allowed');
    case 'format':
      return say(`must be ${formatExamples[limit] ?? `in the format ${limit}`}, not ${show(value)}`);
    case 'pattern':
      return say(`must match the pattern ${limit}, not ${show(value)}`);
    case 'minLength':
      return say(keyword === 1 ? 'must not be empty' : `must have ${limit} characters or more`);
    case 'maxLength':
      return say(`must have ${limit} characters or fewer`);
    case 'minimum':
      return say(`must be ${limit} or more, not ${show(value)}`);
    case 'maximum':
      return say(`must be ${limit} or less, not ${show(value)}`);
    case 'exclusiveMinimum':
      return say(`must be more than ${limit}, not ${show(value)}`);
    case 'exclusiveMaximum':
      return say(`must be less than ${limit}, not ${show(value)}`);
    case 'multipleOf':
      return say(`must be a multiple of ${limit}, not ${show(value)}`);
    case 'minItems':
      return say(`must have ${limit} items or more`);
    case 'maxItems':
      return say(`must have ${limit} items or fewer`);
    case 'minProperties':
      return say(`must have ${limit} values or more`);
    case 'maxProperties':
      return say(`must have ${limit} values or fewer`);
    case 'uniqueItems':
      return say('must not hold the same item twice');
    case 'contains':
    case 'minContains':
    case 'maxContains':
      return say('does not hold the items it needs');
    case 'not':
      return say(`must not be ${show(value)}`);
    default:
      return say(unit.error);
  }
}

function missing({ path, schema, value }: Place, root: JsonSchema): readonly SchemaError[] {
  const properties = asObject(schema['properties']);
  const required = (schema['required'] ?? []) as readonly string[];
  return required
    .filter((name) => !Object.hasOwn(asObject(value), name))
    .map((name) => {
      const expected = Object.hasOwn(properties, name)
        ? phrase(followReference(asObject(properties[name]), root))
        : 'a value';
      return { path: join(path, name), message: `is missing; it must be ${expected}` };
    });
}

function unknownNames({ path, schema, value }: Place): readonly SchemaError[] {
  const known = Object.keys(asObject(schema['properties']));
  const patterns = Object.keys(asObject(schema['patternProperties'])).map((text) => new RegExp(text, 'u'));
  const advice = known.length === 0 ? 'no values are expected here' : `use one of: ${known.join(', ')}`;
  return Object.keys(asObject(value))
    .filter((name) => !known.includes(name) && !patterns.some((pattern) => pattern.test(name)))
    .map((name) => ({ path: join(path, name), message: `is not a known name; ${advice}` }));
}

interface Branch {
  /** Prefix of the keyword locations of everything inside. */
  readonly location: string;
  readonly schema: JsonObject;
}

function branchesOf(unit: OutputUnit, place: Place, root: JsonSchema): readonly Branch[] {
  return ((place.schema[unit.keyword] ?? []) as readonly Json[]).map((schema, index) => ({
    location: `${unit.keywordLocation}/${index}/`,
    schema: followReference(asObject(schema), root),
  }));
}

function followReference(schema: JsonObject, root: JsonSchema): JsonObject {
  const reference = schema['$ref'];
  return typeof reference === 'string'
    ? followReference(asObject(resolveReference(root, reference)), root)
    : schema;
}

function alternatives(unit: OutputUnit, branches: readonly Branch[], { value }: Place): string {
  const phrases = [...new Set(branches.map((branch) => phrase(branch.schema)))].join(', or ');
  return unit.keyword === 'oneOf' && / \((?!0)\d+ matches\)/.test(unit.error)
    ? `must fit exactly one of its alternatives (${phrases}), but fits several`
    : `must be ${phrases}, not ${show(value)}`;
}

/** Could a value of this type have been meant for the schema? */
function admits(schema: JsonObject, value: Json | undefined): boolean {
  const types = [schema['type'] ?? []].flat();
  if ('enum' in schema || 'const' in schema || types.length === 0) return false;
  if (typeof value === 'number') return types.includes('number') || types.includes('integer');
  return types.includes(value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
}

/** What a schema expects, in a few words. */
function phrase(schema: JsonObject): string {
  const options = 'const' in schema ? [schema['const']] : (schema['enum'] as readonly Json[] | undefined);
  if (options !== undefined) {
    const shown = options.slice(0, 12).map((option) => show(option));
    return options.length === 1
      ? shown.join('')
      : `one of ${shown.join(', ')}${options.length > 12 ? ', …' : ''}`;
  }
  const types = [schema['type'] ?? []].flat() as readonly string[];
  return types.length === 0 ? 'a fitting value' : types.map((type) => typePhrases[type] ?? type).join(' or ');
}

function show(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

function placeOf(unit: OutputUnit, root: JsonSchema, whole: Json): Place {
  let path = '';
  let value: Json | undefined = whole;
  for (const key of segments(unit.instanceLocation)) {
    path = Array.isArray(value) ? `${path}[${key}]` : join(path, key);
    value = step(value, key);
  }
  let schema: Json | undefined = root;
  for (const key of segments(unit.keywordLocation).slice(0, -1)) {
    const reference: Json | undefined = asObject(schema)['$ref'];
    schema =
      key === '$ref' && typeof reference === 'string' ? resolveReference(root, reference) : step(schema, key);
  }
  return { path, value, schema: asObject(schema) };
}

function segments(location: string): readonly string[] {
  return location
    .split('/')
    .slice(1)
    .map((segment) => decodePointer(segment) ?? segment);
}

function step(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as JsonObject)[key];
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
