/** What requests for the tool `calculator` share: numbers to calculate with, and the case of an expression. */
import type { Draw } from '../draw.ts';
import { inWords, withCommas } from '../number-words.ts';
import type { Case } from './group.ts';

/** The case of an expression and its value; `also` are expressions that are right as well. */
export function expression(
  text: string,
  value: number,
  said: Readonly<Record<string, string>>,
  also: readonly string[] = [],
): Case {
  return {
    said,
    arguments: { expression: text },
    ...(also.length === 0 ? {} : { acceptable: { expression: also } }),
    answers: { result: value },
  };
}

/** A number of one of the sizes people calculate with. */
export function operand(draw: Draw): number {
  return draw.weighted([
    [() => draw.number(2, 99), 5],
    [() => draw.number(100, 9999), 3],
    [() => draw.number(0.1, 99, 1), 2],
    [() => draw.number(0.01, 500, 2), 1],
    [() => draw.number(10_000, 900_000), 1],
  ])();
}

/** Digits as they are copied into the expression; words only where the request has words for it. */
export function sayOperand(value: number, draw: Draw): { readonly text: string; readonly copied: string } {
  if (Number.isInteger(value) && value < 100 && draw.chance(0.08))
    return { text: inWords(value), copied: String(value) };
  if (value >= 1000 && draw.chance(0.4)) return { text: withCommas(value), copied: withCommas(value) };
  return { text: String(value), copied: String(value) };
}
