/**
 * Any value as JSON, or the place and the reason why it is none. Stricter than JSON.stringify, which
 * silently turns NaN into null and a Map into {}.
 * Knows nothing of schemas.
 */
import { messageOf } from '../protocol/fault.ts';
import type { Json } from '../protocol/json.ts';

export type JsonReading =
  | { readonly type: 'json'; readonly value: Json }
  /** `path` is e.g. `items[0].name`, empty for the value itself; `problem` reads after it: "is a function". */
  | { readonly type: 'not-json'; readonly path: string; readonly problem: string };

/** Deeper than any real schema or result, and far from the end of the stack. */
const deepest = 200;

class NotJson extends Error {
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(problem);
    this.path = path;
    this.problem = problem;
  }
}

/**
 * A deep copy of `value` as plain JSON. `undefined` on top becomes null; a property that is undefined is left
 * out; an object with `toJSON` (a Date) is what that returns. Refused: functions, symbols, big integers, NaN and
 * infinities, cycles, Maps, Sets and other class instances, an own key `__proto__`, more than 200 levels.
 */
export function readJson(value: unknown): JsonReading {
  try {
    return { type: 'json', value: copy(value === undefined ? null : value, '', []) };
  } catch (error) {
    if (error instanceof NotJson) return { type: 'not-json', path: error.path, problem: error.problem };
    // A getter or a toJSON of the caller's object threw.
    return { type: 'not-json', path: '', problem: `cannot be read (${messageOf(error)})` };
  }
}

function copy(value: unknown, path: string, parents: readonly object[]): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new NotJson(path, `is ${value}, which JSON cannot hold`);
      return value;
    case 'bigint':
      throw new NotJson(path, 'is a BigInt, which JSON cannot hold');
    case 'undefined':
      throw new NotJson(path, 'is undefined');
    case 'function':
    case 'symbol':
      throw new NotJson(path, `is a ${typeof value}`);
    default:
      return typeof value === 'object' && value !== null ? copyObject(value, path, parents) : null;
  }
}

function copyObject(value: object, path: string, parents: readonly object[]): Json {
  if (parents.includes(value)) throw new NotJson(path, 'refers back to an object it is part of');
  if (parents.length >= deepest) throw new NotJson(path, `is nested more than ${deepest} levels deep`);
  const inside = [...parents, value];
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown, index) => copy(item, `${path}[${index}]`, inside));
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return copy((value.toJSON as () => unknown).call(value), path, inside);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm (an iframe) has a different Object.prototype: one without a prototype itself.
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!plain) throw new NotJson(path, `is a ${value.constructor.name || 'class instance'}, not plain data`);
  const result: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') throw new NotJson(path, 'has a key named __proto__');
    if (item !== undefined) result[key] = copy(item, path === '' ? key : `${path}.${key}`, inside);
  }
  return result;
}

/** Freezes plain JSON all the way down and returns it. */
export function deepFreeze<Value extends Json>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}
