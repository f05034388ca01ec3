/**
 * One way of asking for one built-in tool: phrasings, and a maker of the values they name together with the call that
 * is right and what the tool must answer. The answer is known by the maker, not read from the tool.
 */
import type { Json, JsonObject } from '../../../src/protocol/json.ts';
import type { Draw } from '../draw.ts';

export interface Case {
  /** Slot of the phrasing -> words. */
  readonly said: Readonly<Record<string, string>>;
  readonly arguments: JsonObject;
  readonly acceptable?: { readonly [parameter: string]: readonly Json[] };
  /** Part of what the tool answers when it is called so; numbers to nine digits. */
  readonly answers: JsonObject;
  /** What is on the user's desk before. */
  readonly desk?: {
    readonly todos?: readonly string[];
    readonly documents?: readonly { readonly title: string; readonly text: string }[];
  };
}

export interface Group {
  readonly tool: string;
  readonly weight: number;
  readonly phrasings: readonly string[];
  /** Templates of further phrasings, to learn from only. */
  readonly wider?: readonly string[];
  readonly make: (draw: Draw) => Case;
}
