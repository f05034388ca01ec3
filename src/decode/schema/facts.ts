/**
 * What a schema says of a value, keyword by keyword, after references are followed and one of its alternatives is chosen:
 * bounds side by side, parts by place. Knows JSON Schema's vocabulary; nothing of how rules are written.
 */
import type { Json } from '../../protocol/json.ts';
import type { Part } from './document.ts';
import type { Bound } from './number-language.ts';

export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export const everyType: readonly TypeName[] = ['object', 'array', 'string', 'number', 'boolean', 'null'];

/** A keyword at its place. */
export interface Place {
  readonly keyword: string;
  /** JSON Pointer of the schema that holds it (RFC 6901). */
  readonly path: string;
}

/** Schemas that a keyword stands in, by number, the outermost first. */
type Owners = readonly number[];

interface ListPart {
  readonly prefix: readonly Part[];
  readonly rest?: Part;
  readonly owners: Owners;
}

export interface ObjectPart {
  readonly properties: ReadonlyMap<string, Part>;
  readonly patterns: readonly (readonly [source: string, part: Part])[];
  readonly additional?: Part;
  /** Whether the schema lists properties: others are not written then. */
  readonly isNamed: boolean;
  readonly path: string;
  readonly owners: Owners;
}

export interface Containing {
  readonly part: Part;
  readonly low: number;
  readonly high: number;
  readonly path: string;
  readonly owners: Owners;
}

/** What holds for everything that the schema with this number says nothing of. */
interface Unevaluated {
  readonly part: Part;
  readonly owner: number;
  readonly owners: Owners;
}

export interface Facts {
  types: ReadonlySet<TypeName>;
  integer: boolean;
  /** Whether a keyword names types; if none does, those that keywords speak of are meant first. */
  typed: boolean;
  readonly spoken: Set<TypeName>;
  readonly values: (readonly Json[])[];
  readonly excluded: Json[];
  readonly lows: (Bound & Place)[];
  readonly highs: (Bound & Place)[];
  readonly multiples: ({ readonly value: number } & Place)[];
  readonly notMultiples: number[];
  minLength: number;
  maxLength: number;
  readonly patterns: { readonly source: string; readonly path: string; readonly negated: boolean }[];
  readonly formats: { readonly name: string; readonly path: string }[];
  readonly lists: ListPart[];
  readonly contains: Containing[];
  readonly unevaluatedItems: Unevaluated[];
  minItems: number;
  maxItems: number;
  unique?: Place;
  readonly objects: ObjectPart[];
  readonly required: Map<string, Place>;
  readonly names: Part[];
  readonly unevaluatedProperties: Unevaluated[];
  minProperties: number;
  maxProperties: number;
  /** Says whether texts are copied, where a schema does. */
  copy?: boolean;
  /** Whether a reference was followed: what it leads to serves several places. */
  shared: boolean;
  /** A keyword that says what follows from it does not hold while decoding. */
  readonly checked: Place[];
  /** The keyword looked at last that leaves fewer values: named where none is left. */
  last: Place;
}

export function noFacts(): Facts {
  return {
    types: new Set(everyType),
    integer: false,
    typed: false,
    spoken: new Set(),
    values: [],
    excluded: [],
    lows: [],
    highs: [],
    multiples: [],
    notMultiples: [],
    minLength: 0,
    maxLength: Infinity,
    patterns: [],
    formats: [],
    lists: [],
    contains: [],
    unevaluatedItems: [],
    minItems: 0,
    maxItems: Infinity,
    objects: [],
    required: new Map(),
    names: [],
    unevaluatedProperties: [],
    minProperties: 0,
    maxProperties: Infinity,
    shared: false,
    checked: [],
    last: { keyword: 'type', path: '' },
  };
}

export function copyFacts(facts: Facts): Facts {
  const copied = Object.entries(facts).map(([name, value]: [string, unknown]) => {
    if (Array.isArray(value)) return [name, [...(value as unknown[])]];
    if (value instanceof Set) return [name, new Set(value)];
    return [name, value instanceof Map ? new Map(value) : value];
  });
  return Object.fromEntries(copied) as Facts;
}
