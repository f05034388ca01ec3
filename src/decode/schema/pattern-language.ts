/**
 * A regular expression (ECMA-262, flag `u`) -> the texts in which it finds a match. What comes after a part is known when
 * the part is read, and of what stood before only what assertions ask (continuations), so `^`, `$`, `\b` and looking ahead
 * are exact. Looking behind and back references are beyond this. Knows regular expressions; nothing of JSON and schemas.
 */
import { RegExpParser } from '@eslint-community/regexpp';
import type { AST } from '@eslint-community/regexpp';
import { everyCharacter, otherCharacters } from './text-language.ts';
import type { Language, Languages, Ranges } from './text-language.ts';

/** The pattern asks for something that no finite automaton can tell, or that is not worked out here. */
export class BeyondPattern extends Error {}

/** Copies of a part that a pattern may ask for. */
const mostCopies = 1000;

/** What stands before a place: nothing, a character of words, or another one. */
type Before = 'start' | 'word' | 'other';

/** What may follow a place, by what stands before it. */
type Rest = (before: Before) => Language;

/** Throws BeyondPattern, or SyntaxError where the text is no regular expression. */
export function patternLanguage(languages: Languages, source: string): Language {
  const { alternatives } = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(source, 0, source.length, {
    unicode: true,
  });
  const read = new PatternReader(languages);
  const { all } = languages;
  const match = remembered((before) => read.choice(alternatives, () => all, before));
  return languages.either(match('start'), languages.sequence(all, read.character(everyCharacter, match)));
}

function remembered(rest: Rest): Rest {
  const known = new Map<Before, Language>();
  return (before) => {
    const language = known.get(before) ?? rest(before);
    known.set(before, language);
    return language;
  };
}

class PatternReader {
  readonly #languages: Languages;

  constructor(languages: Languages) {
    this.#languages = languages;
  }

  /** What the alternatives match, with `rest` after it. */
  choice(alternatives: readonly AST.Alternative[], rest: Rest, before: Before): Language {
    return this.#languages.either(
      ...alternatives.map(({ elements }) => {
        const whole = elements.reduceRight(
          (after, element) => remembered((place) => this.#element(element, after, place)),
          rest,
        );
        return whole(before);
      }),
    );
  }

  /** One character of these, with `rest` after it. */
  character(ranges: Ranges, rest: Rest): Language {
    return this.#then(this.#languages.oneOf(ranges), rest);
  }

  /** The texts of a language that are not empty, with what may follow their last character. */
  #then(language: Language, rest: Rest): Language {
    const languages = this.#languages;
    const { any, all } = languages;
    const filled = language.nullable ? languages.both(language, languages.sequence(any, all)) : language;
    if (rest('word') === rest('other')) return languages.sequence(filled, rest('word'));
    const word = languages.oneOf(sets.word);
    const other = languages.oneOf(otherCharacters(sets.word));
    const ending = (last: Language): Language => languages.both(filled, languages.sequence(all, last));
    return languages.either(
      languages.sequence(ending(word), rest('word')),
      languages.sequence(ending(other), rest('other')),
    );
  }

  #element(element: AST.Element, rest: Rest, before: Before): Language {
    switch (element.type) {
      case 'Character':
        return this.character([[element.value, element.value]], rest);
      case 'CharacterSet':
        return this.character(setRanges(element), rest);
      case 'CharacterClass':
        return this.character(classRanges(element), rest);
      case 'Group':
        if (element.modifiers !== null) throw new BeyondPattern();
        return this.choice(element.alternatives, rest, before);
      case 'CapturingGroup':
        return this.choice(element.alternatives, rest, before);
      case 'Quantifier':
        return this.#repeated(element, rest, before);
      case 'Assertion':
        return this.#assertion(element, rest, before);
      case 'ExpressionCharacterClass':
      case 'Backreference':
        throw new BeyondPattern();
      default:
        return element satisfies never;
    }
  }

  #repeated({ element, min, max }: AST.Quantifier, rest: Rest, before: Before): Language {
    const languages = this.#languages;
    if (min > mostCopies || (max > mostCopies && max !== Infinity)) throw new BeyondPattern();
    if (hasAssertion(element)) {
      if (max > 1) throw new BeyondPattern();
      const once = this.#element(element, rest, before);
      return min === 0 ? languages.either(rest(before), once) : once;
    }
    const turns = languages.repeat(
      this.#element(element, () => languages.empty, before),
      min,
      max,
    );
    if (rest('word') === rest('other') && rest('word') === rest(before)) {
      return languages.sequence(turns, rest(before));
    }
    const filled = this.#then(turns, rest);
    return turns.nullable ? languages.either(rest(before), filled) : filled;
  }

  #assertion(assertion: AST.Assertion, rest: Rest, before: Before): Language {
    const languages = this.#languages;
    switch (assertion.kind) {
      case 'start':
        return before === 'start' ? rest(before) : languages.none;
      case 'end':
        return languages.both(rest(before), languages.empty);
      case 'lookahead': {
        const seen = this.choice(assertion.alternatives, () => languages.all, before);
        return languages.both(rest(before), assertion.negate ? languages.not(seen) : seen);
      }
      case 'word': {
        const word = languages.sequence(languages.oneOf(sets.word), languages.all);
        const isEdge = (before === 'word') !== assertion.negate;
        return languages.both(rest(before), isEdge ? languages.not(word) : word);
      }
      case 'lookbehind':
        throw new BeyondPattern();
      default:
        return assertion satisfies never;
    }
  }
}

function inner(element: AST.Element): readonly AST.Element[] {
  if (element.type === 'Quantifier') return [element.element];
  return element.type === 'Group' || element.type === 'CapturingGroup'
    ? element.alternatives.flatMap(({ elements }) => elements)
    : [];
}

function hasAssertion(element: AST.Element): boolean {
  return element.type === 'Assertion' || inner(element).some(hasAssertion);
}

const sets = {
  digit: [[0x30, 0x39]],
  word: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ],
  /** WhiteSpace and LineTerminator of ECMA-262. */
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ],
} as const;

const lineEnds: Ranges = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];

function setRanges(set: AST.CharacterSet): Ranges {
  if (set.kind === 'any') return otherCharacters(lineEnds);
  if (set.kind === 'property') return propertyRanges(set.raw);
  const ranges = sets[set.kind];
  return set.negate ? otherCharacters(ranges) : ranges;
}

function classRanges(characters: AST.CharacterClass): Ranges {
  const ranges = characters.elements.flatMap((element): Ranges => {
    switch (element.type) {
      case 'Character':
        return [[element.value, element.value]];
      case 'CharacterClassRange':
        return [[element.min.value, element.max.value]];
      case 'CharacterSet':
        return setRanges(element);
      default:
        throw new BeyondPattern();
    }
  });
  return characters.negate ? otherCharacters(ranges) : ranges;
}

const properties = new Map<string, Ranges>();

/** The characters of a Unicode property, by asking the engine's own regular expressions for each. */
function propertyRanges(raw: string): Ranges {
  const known = properties.get(raw);
  if (known !== undefined) return known;
  const test = new RegExp(raw, 'u');
  const ranges: [number, number][] = [];
  for (const [first, last] of everyCharacter) {
    for (let code = first; code <= last; code += 1) {
      if (!test.test(String.fromCodePoint(code))) continue;
      const before = ranges.at(-1);
      if (before?.[1] === code - 1) before[1] = code;
      else ranges.push([code, code]);
    }
  }
  properties.set(raw, ranges);
  return ranges;
}
