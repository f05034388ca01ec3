/**
 * What is wrong with a call's arguments that a schema lets through: keys that reach for a prototype, properties that
 * nobody declared, characters that hide from the person who is asked, and too much of anything.
 * Pure. Knows values and schemas; nothing of tools, rules or people.
 */
import { isObject } from '../../protocol/json.ts';
import type { Json, JsonObject, JsonSchema } from '../../protocol/json.ts';

/**
 * Bidirectional overrides and isolates, tag characters, and control characters other than tab and line breaks
 * (Unicode Technical Report 36, "Unicode security considerations"): text that is not what it looks like.
 */
const hidden =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\u200B\u2060\u202A-\u202E\u2066-\u2069\uFEFF]|[\u{E0000}-\u{E007F}]/u;

/** Keywords by which a schema speaks of properties in other ways than by naming them. */
const otherwise = [
  'additionalProperties',
  'patternProperties',
  'unevaluatedProperties',
  'propertyNames',
  'minProperties',
  'dependentSchemas',
  'dependencies',
  '$ref',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
] as const;

/** A sentence without its full stop, or undefined where nothing is wrong. */
export function checkArguments(input: {
  readonly arguments: JsonObject;
  readonly parameters: JsonSchema;
  readonly mostCharacters: number;
}): string | undefined {
  const { length } = JSON.stringify(input.arguments);
  if (length > input.mostCharacters) {
    return `its arguments have ${length.toLocaleString('en')} characters, and ${input.mostCharacters.toLocaleString('en')} are allowed`;
  }
  return (
    prototypeKey(input.arguments) ??
    undeclaredKey(input.arguments, input.parameters, '') ??
    hiddenCharacter(input.arguments)
  );
}

/** Names a key that could change what objects inherit, where it is merged or assigned somewhere. */
export function prototypeKey(value: Json): string | undefined {
  if (Array.isArray(value)) return firstOf(value as readonly Json[], prototypeKey);
  if (!isObject(value)) return undefined;
  for (const [key, part] of Object.entries(value)) {
    // A car has a constructor, too: only an object under that name reaches anything.
    const reaches = (key === 'constructor' || key === 'prototype') && typeof part === 'object';
    if (key === '__proto__' || reaches) return `it has a key named ${key}`;
  }
  return firstOf(Object.values(value), prototypeKey);
}

/** JSON Schema allows what it does not forbid; a tool that names its properties means these and no others. */
function undeclaredKey(value: Json, schema: Json | undefined, path: string): string | undefined {
  if (!isObject(schema)) return undefined;
  if (Array.isArray(value)) {
    return firstOf(value as readonly Json[], (item) => undeclaredKey(item, schema['items'], `${path}[]`));
  }
  const properties = schema['properties'];
  if (!isObject(value) || !isObject(properties)) return undefined;
  const isOpen = otherwise.some((keyword) => Object.hasOwn(schema, keyword));
  for (const [key, part] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`;
    const declared = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (declared === undefined && !isOpen) return `it has the undeclared property ${JSON.stringify(place)}`;
    const inside = undeclaredKey(part, declared, place);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function hiddenCharacter(value: Json): string | undefined {
  if (typeof value === 'string') {
    const found = hidden.exec(value)?.[0].codePointAt(0);
    if (found === undefined) return undefined;
    return `a text holds the invisible character U+${found.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  if (Array.isArray(value)) return firstOf(value as readonly Json[], hiddenCharacter);
  if (!isObject(value)) return undefined;
  return firstOf(Object.keys(value), hiddenCharacter) ?? firstOf(Object.values(value), hiddenCharacter);
}

function firstOf<Item>(items: readonly Item[], look: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
