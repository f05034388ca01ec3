/**
 * An automaton -> grammar rules: a state is what may still come. States that are entered from one place only stand where
 * they are entered. Knows automata, GBNF and how JSON writes the characters of a text; nothing of schemas.
 */
import type { GrammarBuilder } from '../gbnf.ts';
import { literal } from '../gbnf.ts';
import type { Automaton } from './automaton.ts';
import { otherCharacters, tidyRanges } from './text-language.ts';
import type { Ranges } from './text-language.ts';

export interface AutomatonRuleOptions {
  readonly grammar: GrammarBuilder;
  readonly automaton: Automaton;
  readonly hint: string;
  /** `text`: within the quotes of a JSON text. `raw`: as it stands. */
  readonly as: 'text' | 'raw';
  /** Turns of a loop that stays in its state: no text should run on for ever. */
  readonly longestLoop: number;
}

/** States that stand within each other: readers of grammars bound brackets within brackets. */
const deepestInline = 8;

/** The rule of the automaton's texts. The automaton has a state at least. */
export function automatonRule({ grammar, automaton, hint, as, longestLoop }: AutomatonRuleOptions): string {
  const entered = automaton.map(() => 0);
  for (const [from, { edges }] of automaton.entries()) {
    for (const { to } of edges) if (to !== from) entered[to] = (entered[to] ?? 0) + 1;
  }
  const names = new Map<number, string>();
  const end = as === 'text' ? literal('"') : '""';
  const print = as === 'text' ? printInText : printRaw;

  /** What may come from this state on, in brackets where it is a choice. */
  function rest(number: number, depth: number): string {
    if (automaton[number]?.edges.length === 0) return end;
    if ((entered[number] ?? 0) <= 1 && number !== 0 && depth < deepestInline) return body(number, depth);
    const known = names.get(number);
    if (known !== undefined) return known;
    const name = grammar.reserve(`${hint}-${names.size}`);
    names.set(number, name);
    grammar.define(name, body(number, 0));
    return name;
  }

  function body(number: number, depth: number): string {
    const { accepts = false, edges = [] } = automaton[number] ?? {};
    const onward = edges.filter(({ to }) => to !== number);
    const loop = edges.find(({ to }) => to === number);
    const ways = [
      ...(accepts ? [end] : []),
      ...onward.map(({ ranges, to }) => {
        const next = rest(to, onward.length + Number(accepts) > 1 ? depth + 1 : depth);
        return next === '""' ? print(ranges) : `${print(ranges)} ${next}`;
      }),
    ];
    const choice = ways.length === 1 ? ways.join('') : `(${ways.join(' | ')})`;
    if (loop === undefined) return choice;
    const turns = `${print(loop.ranges)}{0,${longestLoop}}`;
    return choice === '""' ? turns : `${turns} ${choice}`;
  }

  const whole = rest(0, 0);
  return as === 'text' ? grammar.rule(hint, `${literal('"')} ${whole}`) : whole;
}

function escaped(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  if (/[a-zA-Z0-9]/.test(character)) return character;
  const hex = codePoint.toString(16).toUpperCase();
  if (codePoint < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return codePoint > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

function printRaw(ranges: Ranges): string {
  const parts = ranges.map(([first, last]) =>
    first === last ? escaped(first) : `${escaped(first)}-${escaped(last)}`,
  );
  return `[${parts.join('')}]`;
}

/** What JSON does not let stand in a text as it is, and the delete character, which nobody wants there. */
const unplain: Ranges = [
  [0, 0x1f],
  [0x22, 0x22],
  [0x5c, 0x5c],
  [0x7f, 0x7f],
];
/** By code point, the letter that stands for it after a backslash. */
const letters: readonly (readonly [number, string])[] = [
  [0x22, '"'],
  [0x5c, '\\'],
  [0x08, 'b'],
  [0x0c, 'f'],
  [0x0a, 'n'],
  [0x0d, 'r'],
  [0x09, 't'],
];

function printInText(ranges: Ranges): string {
  const plain = otherCharacters([...otherCharacters(ranges), ...unplain]);
  const within = (code: number): boolean => ranges.some(([first, last]) => first <= code && code <= last);
  const escapes = letters.flatMap(([code, letter]) => (within(code) ? [letter] : []));
  const forms = [
    ...(plain.length === 0 ? [] : [printRaw(plain)]),
    ...(escapes.length === 0 ? [] : [`${literal('\\')} ${printLetters(escapes)}`]),
  ];
  if (forms.length === 0) {
    // Control characters only: they have no shorter form than their number.
    for (const [first, last] of ranges) {
      for (let code = first; code <= last; code += 1) {
        forms.push(literal(`\\u${code.toString(16).padStart(4, '0')}`));
      }
    }
  }
  return forms.length === 1 ? forms.join('') : `(${forms.join(' | ')})`;
}

function printLetters(escapes: readonly string[]): string {
  return printRaw(
    tidyRanges(escapes.map((letter) => [letter.codePointAt(0) ?? 0, letter.codePointAt(0) ?? 0] as const)),
  );
}
