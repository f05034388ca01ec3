/**
 * Says of any beginning of a text whether a grammar allows it, counting repetitions exactly. Steps are remembered, so
 * that the same step is worked out once. Reads bytes, because a token may end inside a character.
 * Knows rules as data; nothing of tokens.
 */
import { isNullable } from './read-gbnf.ts';
import type { Expression, Gbnf, Ranges } from './read-gbnf.ts';

/** What is left to match: an expression, then the rest. Equal ones are one object. */
interface Frame {
  readonly id: number;
  readonly expression: Expression;
  /** Parts of a sequence, or turns of a repetition, that are behind. */
  readonly done: number;
  readonly rest: Frame | undefined;
}

/** Characters that may come, and what is left after one of them. */
interface Branch {
  readonly ranges: Ranges;
  readonly rest: Frame | undefined;
}

interface State {
  readonly branches: readonly Branch[];
  readonly complete: boolean;
  /** Steps taken before, by code point. */
  readonly steps: Map<number, State | undefined>;
}

/** How far a text is matched. Immutable: it can be kept and gone back to. */
export interface Position {
  readonly state: State;
  /** Bytes of a character that is not whole yet: its bits so far, and how many bytes are missing. */
  readonly bits: number;
  readonly missing: number;
}

/** States remembered at most; a text of 400 characters takes 400. */
const heldStates = 20_000;

/** Characters of a text that must come: a grammar may go on for ever without a choice. */
const longestForced = 1000;

/** The one character that all branches agree on. */
function onlyCharacter(branches: readonly Branch[]): number | undefined {
  const character = branches[0]?.ranges[0]?.[0];
  const isOnly = branches.every(({ ranges }) =>
    ranges.every(([first, last]) => first === character && last === character),
  );
  return isOnly ? character : undefined;
}

function reaches(ranges: Ranges, first: number, last: number): boolean {
  return ranges.some(([low, high]) => low <= last && high >= first);
}

/** A character's first byte: its bits and how many bytes follow. Undefined for a byte that begins none. */
function leadByte(byte: number): { readonly bits: number; readonly missing: number } | undefined {
  if (byte < 0x80) return { bits: byte, missing: 0 };
  if (byte >= 0xc2 && byte < 0xe0) return { bits: byte & 0x1f, missing: 1 };
  if (byte >= 0xe0 && byte < 0xf0) return { bits: byte & 0x0f, missing: 2 };
  return byte >= 0xf0 && byte < 0xf5 ? { bits: byte & 0x07, missing: 3 } : undefined;
}

/** Whether a byte cannot follow the first one: the character would have a shorter form, or be half of a pair. */
function isNoSecondByte(bits: number, missing: number, byte: number): boolean {
  if (bits === 0) return byte < (missing === 3 ? 0x90 : 0xa0);
  return bits === 0xd && missing === 2 && byte >= 0xa0;
}

export class Recogniser {
  readonly start: Position;
  readonly #grammar: Gbnf;
  #frames = new Map<string, Frame>();
  #states = new Map<string, State>();
  readonly #expressions = new Map<Expression, number>();
  #nextId = 1;

  constructor(grammar: Gbnf) {
    this.#grammar = grammar;
    const root: Expression = { type: 'rule', name: 'root' };
    this.start = { state: this.#stateOf([this.#frame(root, 0, undefined)]), bits: 0, missing: 0 };
  }

  /** The position after these bytes, or undefined where the grammar does not allow them. */
  advance(position: Position, bytes: Uint8Array): Position | undefined {
    let { state, bits, missing } = position;
    for (const byte of bytes) {
      if (missing === 0) {
        const lead = leadByte(byte);
        if (lead === undefined) return undefined;
        ({ bits, missing } = lead);
      } else {
        if (byte >> 6 !== 2 || isNoSecondByte(bits, missing, byte)) return undefined;
        bits = (bits << 6) | (byte & 0x3f);
        missing -= 1;
      }
      if (missing > 0) {
        const lowest = bits << (6 * missing);
        const last = lowest + (1 << (6 * missing)) - 1;
        // The first of those that are not written with fewer bytes.
        const first = bits === 0 ? 1 << (5 * missing + 1) : lowest;
        if (!state.branches.some(({ ranges }) => reaches(ranges, first, last))) return undefined;
        continue;
      }
      const next = this.#step(state, bits);
      if (next === undefined) return undefined;
      state = next;
      bits = 0;
    }
    return { state, bits, missing };
  }

  /** True where the text may end here. */
  isComplete({ state, missing }: Position): boolean {
    return state.complete && missing === 0;
  }

  /** True where the text must end here. */
  isFinished({ state, missing }: Position): boolean {
    return state.complete && missing === 0 && state.branches.length === 0;
  }

  /** How many characters may come next, those counted twice that may come in two ways. */
  breadth({ state }: Position): number {
    let sum = 0;
    for (const { ranges } of state.branches) for (const [first, last] of ranges) sum += last - first + 1;
    return sum;
  }

  /** The text that must come next; empty where there is a choice, or inside a character. */
  forced({ state, missing }: Position): string {
    let text = '';
    let at = missing === 0 ? state : undefined;
    while (at !== undefined && !at.complete && text.length < longestForced) {
      const only = onlyCharacter(at.branches);
      if (only === undefined) break;
      text += String.fromCodePoint(only);
      at = this.#step(at, only);
    }
    return text;
  }

  #step(state: State, codePoint: number): State | undefined {
    const known = state.steps.get(codePoint);
    if (known !== undefined || state.steps.has(codePoint)) return known;
    const rests = state.branches.flatMap(({ ranges, rest }) =>
      reaches(ranges, codePoint, codePoint) ? [rest] : [],
    );
    const next = rests.length === 0 ? undefined : this.#stateOf(rests);
    state.steps.set(codePoint, next);
    return next;
  }

  #stateOf(rests: readonly (Frame | undefined)[]): State {
    const key = [...new Set(rests.map((rest) => rest?.id ?? 0))].toSorted((a, b) => a - b).join(' ');
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    if (this.#states.size >= heldStates) {
      this.#states = new Map();
      this.#frames = new Map();
    }
    const branches = new Map<string, Branch>();
    const seen = new Set<number>();
    let complete = false;
    const open = [...rests];
    while (open.length > 0) {
      const frame = open.pop();
      if (frame === undefined) complete = true;
      else if (!seen.has(frame.id)) {
        seen.add(frame.id);
        if (frame.expression.type === 'class') {
          const { ranges } = frame.expression;
          branches.set(`${String(this.#numberOf(frame.expression))} ${String(frame.rest?.id ?? 0)}`, {
            ranges,
            rest: frame.rest,
          });
        } else open.push(...this.#unfold(frame));
      }
    }
    const state = { branches: [...branches.values()], complete, steps: new Map<number, State | undefined>() };
    this.#states.set(key, state);
    return state;
  }

  /** The same work one level further down; undefined among the results: nothing is left to match. */
  #unfold({ expression, done, rest }: Frame): readonly (Frame | undefined)[] {
    switch (expression.type) {
      case 'class':
        return [];
      case 'rule': {
        const body = this.#grammar.rules.get(expression.name);
        return body === undefined ? [] : [this.#frame(body, 0, rest)];
      }
      case 'choice':
        return expression.parts.map((part) => this.#frame(part, 0, rest));
      case 'sequence': {
        const part = expression.parts[done];
        if (part === undefined) return [rest];
        const last = done + 1 === expression.parts.length;
        return [this.#frame(part, 0, last ? rest : this.#frame(expression, done + 1, rest))];
      }
      case 'repeat': {
        const { part, low, high } = expression;
        const least = isNullable(part, this.#grammar.nullable) ? 0 : low;
        // Without an upper bound turns need no counting beyond the lower one.
        const turns = high === Infinity ? Math.min(done + 1, low) : done + 1;
        const again = done < high ? [this.#frame(part, 0, this.#frame(expression, turns, rest))] : [];
        return done >= least ? [rest, ...again] : again;
      }
      default:
        return expression satisfies never;
    }
  }

  #frame(expression: Expression, done: number, rest: Frame | undefined): Frame {
    const key = `${String(this.#numberOf(expression))} ${String(done)} ${String(rest?.id ?? 0)}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const frame = { id: this.#nextId++, expression, done, rest };
    this.#frames.set(key, frame);
    return frame;
  }

  #numberOf(expression: Expression): number {
    const known = this.#expressions.get(expression);
    if (known !== undefined) return known;
    const number = this.#expressions.size + 1;
    this.#expressions.set(expression, number);
    return number;
  }
}
