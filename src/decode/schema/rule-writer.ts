/** What the rules of each type are written with. Knows no type; the compiler is one. */
import type { Copying } from '../copied-parameter.ts';
import type { GrammarBuilder } from '../gbnf.ts';
import type { Automaton } from './automaton.ts';
import type { Part, SchemaDocument } from './document.ts';
import type { Place } from './facts.ts';

/** Automata made before, by what they are made of. */
export interface KnownAutomata {
  readonly texts: Map<string, TextAutomaton>;
  readonly numbers: Map<string, Automaton>;
}

export interface TextAutomaton {
  /** Absent: no keyword could be made part of it. */
  readonly automaton: Automaton | undefined;
  /** Turns of a loop at most; absent: as many as a text may have characters. */
  readonly turns?: number;
  readonly checked: readonly Place[];
}

/** Makes the rule of JSON texts of at most so many characters; undefined where there is nothing to copy. */
export type CopiedTexts = (longest: number) => string | undefined;

/** What the compilers of one schema share. */
export interface Shared {
  readonly document: SchemaDocument;
  readonly automata: KnownAutomata;
  /** Characters of a text for which the schema names no bound. */
  readonly textLength: number;
  /** What a copied text may be; absent: no text is copied. */
  readonly copied?: CopiedTexts;
  /** By parts: whether a value fits them all. `open` while that is being found out. */
  readonly empty: Map<string, boolean | 'open'>;
  work: number;
}

export interface ValueOptions {
  readonly hint: string;
  readonly copying: Copying;
}

export interface RuleWriter {
  readonly grammar: GrammarBuilder;
  readonly shared: Shared;
  /** The rule's name, or an expression. Throws NoValue where no value fits all parts. */
  value(parts: readonly Part[], options: ValueOptions): string;
  /** True where no value fits all parts; false also where that is not known. */
  isEmpty(parts: readonly Part[]): boolean;
  /** Notes a keyword that the rules do not enforce. */
  note(place: Place): void;
}
