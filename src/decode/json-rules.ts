/**
 * Grammar rules for plain JSON values: compact (no white space), bounded (no number, text or list can run on for
 * ever and eat the token budget). Knows JSON; nothing of schemas.
 */
import type { GrammarBuilder } from './gbnf.ts';
import { literal } from './gbnf.ts';

/** Bounds where a schema states none. */
export const defaultLimits = {
  /** Characters of a text. */
  textLength: 400,
  /** Items of a list. */
  listItems: 16,
  /** Entries of an object whose keys are free. */
  freeEntries: 8,
} as const;

/** One character of a JSON text, escaped or not. `\u` escapes are never needed: every character can stand as itself. */
function characterRule(grammar: GrammarBuilder): string {
  return grammar.rule('char', String.raw`[^"\\\x00-\x1F\x7F] | "\\" ["\\bfnrt]`);
}

/** A JSON text of `minimum` to `maximum` characters. */
export function textRule(
  grammar: GrammarBuilder,
  minimum = 0,
  maximum: number = defaultLimits.textLength,
): string {
  const name = minimum === 0 && maximum === defaultLimits.textLength ? 'text' : `text-${minimum}-${maximum}`;
  return grammar.rule(name, `"\\"" ${characterRule(grammar)}{${minimum},${maximum}} "\\""`);
}

/** An integer of up to 15 digits, so that every one is exact in a double. Never `-0`. */
export function integerRule(grammar: GrammarBuilder, signed = true): string {
  return signed
    ? grammar.rule('integer', '"0" | "-"? [1-9] [0-9]{0,14}')
    : grammar.rule('natural', '"0" | [1-9] [0-9]{0,14}');
}

/** A decimal number; no exponent. */
export function numberRule(grammar: GrammarBuilder, signed = true): string {
  const whole = integerRule(grammar, signed);
  const fraction = '"." [0-9]{1,15}';
  return signed
    ? grammar.rule('number', `${whole} (${fraction})? | "-0" ${fraction}`)
    : grammar.rule('natural-number', `${whole} (${fraction})?`);
}

export function booleanRule(grammar: GrammarBuilder): string {
  return grammar.rule('boolean', '"true" | "false"');
}

/** `open item ("," item)* close` with a bounded number of items; both bounds count items. */
export function sequence(item: string, minimum: number, maximum: number): string {
  if (maximum === 0) return '';
  const more = (low: number, high: number): string =>
    high === 0 ? '' : ` ("," ${item}){${Math.max(low, 0)},${high}}`;
  const filled = `${item}${more(minimum - 1, maximum - 1)}`;
  return minimum === 0 ? `(${filled})?` : filled;
}

/** Any JSON value, nested at most `depth` levels. */
export function anyValueRule(grammar: GrammarBuilder, depth = 2): string {
  const scalars = [textRule(grammar), numberRule(grammar), booleanRule(grammar), literal('null')];
  if (depth === 0) return grammar.rule('scalar', scalars.join(' | '));
  const inner = anyValueRule(grammar, depth - 1);
  const nested = [`"[" ${sequence(inner, 0, defaultLimits.listItems)} "]"`, freeObjectRule(grammar, inner)];
  return grammar.rule(`value-${depth}`, [...scalars, ...nested].join(' | '));
}

/** An object with free keys, each value by the rule given. */
function freeObjectRule(grammar: GrammarBuilder, value: string): string {
  const entry = grammar.rule(`entry-${value}`, `${textRule(grammar, 1, 64)} ":" ${value}`);
  return grammar.rule(`object-of-${value}`, `"{" ${sequence(entry, 0, defaultLimits.freeEntries)} "}"`);
}
