/**
 * Fields of a value from outside, taken out by name: what is not as expected is said in one sentence with its path.
 * Knows JSON; nothing of any format.
 */
import { isObject } from '../protocol/json.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

/** What is wrong with a row. An expected failure: whoever reads rows turns it into a value. */
export class RowError extends Error {}

export function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RowError(`not JSON (${error.message}).`, { cause: error });
  }
}

export function objectAt(value: Json | undefined, path: string): JsonObject {
  if (isObject(value)) return value;
  throw new RowError(`${path} must be an object.`);
}

export function listAt(value: Json | undefined, path: string): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new RowError(`${path} must be a list.`);
}

export function textAt(value: Json | undefined, path: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new RowError(`${path} must be text, and not empty.`);
}

/** A value within a message, at most a few words of it. */
export function shown(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing');
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}
