/**
 * A family: one made-up tool in several guises (names, parameter names, descriptions), with the ways to ask for it.
 * Wordings are lists in one text, parted by `|`; names are plain words, which a row writes in its own style.
 * Knows the shape and short forms for writing one down; draws nothing.
 */
import type { JsonSchema } from '../../../src/protocol/json.ts';
import type { Make } from '../values.ts';
import { choice, several } from '../values.ts';

export interface Parameter {
  /** In words, e.g. `start date|from date|begin`. */
  readonly names: string;
  readonly schema: JsonSchema;
  /** Absent for booleans, whose words stand in the templates, and for objects. */
  readonly make?: Make;
  readonly isOptional: boolean;
  /** Of an object. */
  readonly parts?: Parameters;
}

export type Parameters = Readonly<Record<string, Parameter>>;

export interface Family {
  /** Unique. */
  readonly id: string;
  readonly domain: string;
  /** In words; `geometry: triangle area` becomes `geometry.triangle_area`. */
  readonly names: string;
  readonly descriptions: string;
  readonly parameters: Parameters;
  /** Templates (template.ts). */
  readonly requests: readonly string[];
  /** Requests that lack a required value, with the question to ask. */
  readonly asks?: readonly (readonly [request: string, question: string])[];
  /** Families that could serve the same requests, well or badly: never offered as a wrong choice. */
  readonly like?: readonly string[];
}

/** Text, copied from the request. */
export function text(names: string, make: Make): Parameter {
  return { names, schema: { type: 'string' }, make, isOptional: false };
}

/** A whole number. */
export function integer(names: string, make: Make): Parameter {
  return { names, schema: { type: 'integer' }, make, isOptional: false };
}

/** Any number. */
export function number(names: string, make: Make): Parameter {
  return { names, schema: { type: 'number' }, make, isOptional: false };
}

/** True or false; the template says it: `{on:on|off}`. */
export function flag(names: string): Parameter {
  return { names, schema: { type: 'boolean' }, isOptional: false };
}

/** One of a few values; `said` maps values to other wordings. */
export function oneOf(
  names: string,
  values: readonly string[],
  said: Readonly<Record<string, readonly string[]>> = {},
): Parameter {
  return { names, schema: { type: 'string', enum: values }, make: choice(values, said), isOptional: false };
}

/** A list of values of one kind. */
export function listOf(names: string, item: JsonSchema, make: Make, lowest = 2, highest = 4): Parameter {
  return {
    names,
    schema: { type: 'array', items: item },
    make: several(make, lowest, highest),
    isOptional: false,
  };
}

/** An object; its parts are `{names.part}` in templates. */
export function object(names: string, parts: Parameters): Parameter {
  return { names, schema: { type: 'object' }, isOptional: false, parts };
}

/** The same parameter, which may be left out. */
export function maybe(parameter: Parameter): Parameter {
  return { ...parameter, isOptional: true };
}

export const strings: JsonSchema = { type: 'string' };
export const numbersType: JsonSchema = { type: 'number' };
export const integersType: JsonSchema = { type: 'integer' };
