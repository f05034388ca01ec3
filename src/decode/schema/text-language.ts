/**
 * Sets of texts as expressions that can be joined, intersected and complemented, and taken apart character by character
 * (derivatives of regular expressions: Brzozowski 1964; Owens, Reppy and Turon 2009). Equal expressions are one object,
 * so that the states reached are finite and few. Knows code points; nothing of JSON, schemas and patterns.
 */

/** Code points from the first to the last of each pair, ascending, not touching. */
export type Ranges = readonly (readonly [first: number, last: number])[];

type Form =
  | { readonly type: 'none' }
  | { readonly type: 'empty' }
  | { readonly type: 'class'; readonly ranges: Ranges }
  | { readonly type: 'sequence'; readonly head: Language; readonly tail: Language }
  | { readonly type: 'either'; readonly parts: readonly Language[] }
  | { readonly type: 'both'; readonly parts: readonly Language[] }
  | { readonly type: 'not'; readonly part: Language }
  | { readonly type: 'repeat'; readonly part: Language; readonly low: number; readonly high: number }
  /** Digits whose number leaves this remainder still to be made up; other characters are passed over. */
  | { readonly type: 'remainder'; readonly modulus: number; readonly left: number };

export type Language = Form & {
  readonly id: number;
  /** Whether the empty text belongs to it. */
  readonly nullable: boolean;
  /** Code points at which its next step may change, ascending. */
  readonly cuts: readonly number[];
};

const lastCodePoint = 0x10ffff;
const [firstSurrogate, lastSurrogate] = [0xd800, 0xdfff];

/** Every character that a text can hold: half pairs are none. */
export const everyCharacter: Ranges = [
  [0, firstSurrogate - 1],
  [lastSurrogate + 1, lastCodePoint],
];

/** Ranges in order, joined where they touch, without half pairs. */
export function tidyRanges(ranges: Ranges): Ranges {
  const whole = ranges.flatMap(([first, last]): [number, number][] =>
    [
      [first, Math.min(last, firstSurrogate - 1)] as [number, number],
      [Math.max(first, lastSurrogate + 1), last] as [number, number],
    ].filter(([from, to]) => from <= to),
  );
  const joined: [number, number][] = [];
  for (const [first, last] of whole.toSorted(([one], [other]) => one - other)) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

/** Every character that is not in the ranges. */
export function otherCharacters(ranges: Ranges): Ranges {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [first, last] of tidyRanges(ranges)) {
    if (first > next) rest.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= lastCodePoint) rest.push([next, lastCodePoint]);
  return tidyRanges(rest);
}

function merged(parts: readonly Language[]): readonly number[] {
  return [...new Set(parts.flatMap(({ cuts }) => cuts))].toSorted((one, other) => one - other);
}

/** Makes languages. One is to be kept for all that are combined with each other. */
export class Languages {
  readonly #known = new Map<string, Language>();
  readonly #steps = new Map<string, Language>();
  readonly none = this.#make('none', { type: 'none' }, false, []);
  readonly empty = this.#make('empty', { type: 'empty' }, true, []);
  readonly all = this.#make(`not ${this.none.id}`, { type: 'not', part: this.none }, true, []);
  readonly any = this.oneOf(everyCharacter);

  #make(key: string, form: Form, nullable: boolean, cuts: readonly number[]): Language {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const language = { ...form, id: this.#known.size, nullable, cuts };
    this.#known.set(key, language);
    return language;
  }

  /** One character of these. */
  oneOf(ranges: Ranges): Language {
    const tidy = tidyRanges(ranges);
    if (tidy.length === 0) return this.none;
    const cuts = tidy.flatMap(([first, last]) => [first, last + 1]);
    return this.#make(`class ${cuts.join(' ')}`, { type: 'class', ranges: tidy }, false, cuts);
  }

  /** Exactly this text. */
  text(text: string): Language {
    return this.sequence(
      ...Array.from(text, (character) => {
        const code = character.codePointAt(0) ?? 0;
        return this.oneOf([[code, code]]);
      }),
    );
  }

  sequence(...parts: readonly Language[]): Language {
    return parts.reduceRight((tail, head) => this.#pair(head, tail), this.empty);
  }

  #pair(head: Language, tail: Language): Language {
    if (head === this.none || tail === this.none) return this.none;
    if (head === this.empty) return tail;
    if (tail === this.empty) return head;
    if (head.type === 'sequence') return this.#pair(head.head, this.#pair(head.tail, tail));
    const cuts = head.nullable ? merged([head, tail]) : head.cuts;
    const key = `sequence ${head.id} ${tail.id}`;
    return this.#make(key, { type: 'sequence', head, tail }, head.nullable && tail.nullable, cuts);
  }

  either(...parts: readonly Language[]): Language {
    const flat = new Set(parts.flatMap((part) => (part.type === 'either' ? part.parts : [part])));
    if (flat.has(this.all)) return this.all;
    flat.delete(this.none);
    const classes = [...flat].filter((part) => part.type === 'class');
    if (classes.length > 1) {
      for (const part of classes) flat.delete(part);
      flat.add(this.oneOf(classes.flatMap(({ ranges }) => ranges)));
    }
    return this.#set('either', flat, this.none);
  }

  both(...parts: readonly Language[]): Language {
    const flat = new Set(parts.flatMap((part) => (part.type === 'both' ? part.parts : [part])));
    if (flat.has(this.none)) return this.none;
    flat.delete(this.all);
    if (flat.has(this.empty)) return [...flat].every(({ nullable }) => nullable) ? this.empty : this.none;
    return this.#set('both', flat, this.all);
  }

  #set(type: 'either' | 'both', members: ReadonlySet<Language>, without: Language): Language {
    const parts = [...members].toSorted((one, other) => one.id - other.id);
    const [only] = parts;
    if (only === undefined) return without;
    if (parts.length === 1) return only;
    const nullable =
      type === 'either' ? parts.some((part) => part.nullable) : parts.every((part) => part.nullable);
    const key = `${type} ${parts.map(({ id }) => id).join(' ')}`;
    return this.#make(key, { type, parts }, nullable, merged(parts));
  }

  not(part: Language): Language {
    if (part.type === 'not') return part.part;
    return this.#make(`not ${part.id}`, { type: 'not', part }, !part.nullable, part.cuts);
  }

  /** `high` may be Infinity. */
  repeat(part: Language, low: number, high: number): Language {
    if (high === 0 || part === this.empty) return this.empty;
    if (part === this.none) return low === 0 ? this.empty : this.none;
    if (low === 1 && high === 1) return part;
    const least = part.nullable ? 0 : low;
    const key = `repeat ${part.id} ${least} ${high}`;
    return this.#make(key, { type: 'repeat', part, low: least, high }, least === 0, part.cuts);
  }

  /** Texts whose digits, read as one number, are a multiple of the modulus. */
  multipleOf(modulus: number, left = 0): Language {
    const cuts = Array.from({ length: 11 }, (_, digit) => 0x30 + digit);
    return this.#make(`remainder ${modulus} ${left}`, { type: 'remainder', modulus, left }, left === 0, cuts);
  }

  /** What may follow this character. */
  after(language: Language, codePoint: number): Language {
    const key = `${language.id} ${codePoint}`;
    const known = this.#steps.get(key);
    if (known !== undefined) return known;
    const next = this.#derive(language, codePoint);
    this.#steps.set(key, next);
    return next;
  }

  #derive(language: Language, codePoint: number): Language {
    switch (language.type) {
      case 'none':
      case 'empty':
        return this.none;
      case 'class':
        return language.ranges.some(([first, last]) => first <= codePoint && codePoint <= last)
          ? this.empty
          : this.none;
      case 'sequence': {
        const { head, tail } = language;
        const inHead = this.#pair(this.after(head, codePoint), tail);
        return head.nullable ? this.either(inHead, this.after(tail, codePoint)) : inHead;
      }
      case 'either':
        return this.either(...language.parts.map((part) => this.after(part, codePoint)));
      case 'both':
        return this.both(...language.parts.map((part) => this.after(part, codePoint)));
      case 'not':
        return this.not(this.after(language.part, codePoint));
      case 'repeat': {
        const { part, low, high } = language;
        return this.#pair(this.after(part, codePoint), this.repeat(part, Math.max(low - 1, 0), high - 1));
      }
      case 'remainder': {
        const digit = codePoint - 0x30;
        const isDigit = digit >= 0 && digit <= 9;
        return isDigit
          ? this.multipleOf(language.modulus, (language.left * 10 + digit) % language.modulus)
          : language;
      }
      default:
        return language satisfies never;
    }
  }
}
