/** Requests for the tool `calculator` about percentages: shares, tips, discounts, taxes. */
import type { Draw } from '../draw.ts';
import type { NamedSum } from './calculator-named.ts';
import { expression, operand, sayOperand } from './calculator-values.ts';
import type { Case } from './group.ts';
import { wider } from './wider-phrasings.ts';

const percentage =
  (
    text: (p: string, n: string) => string,
    value: (p: number, n: number) => number,
    also: (p: string, n: string) => readonly string[],
  ) =>
  (draw: Draw): Case => {
    const p = draw.number(1, 95, draw.chance(0.2) ? 1 : 0);
    const n = operand(draw);
    const amount = sayOperand(n, draw);
    return expression(
      text(String(p), amount.copied),
      value(p, n),
      { p: `${p}${draw.pick(['%', '%', ' percent'])}`, n: amount.text },
      also(String(p), amount.copied),
    );
  };

export const percentSums: readonly NamedSum[] = [
  [
    [
      'What is {p} of {n}?',
      '{p} of {n}',
      'How much is {p} of {n}?',
      'calculate {p} of {n}',
      "What's {p} of {n}",
      'work out {p} of {n}',
      'find {p} of {n}',
      'tell me {p} of {n}',
      'I need {p} of {n}',
      'What does {p} of {n} come to?',
      'compute {p} of {n}',
      'give me {p} of {n}',
      'how much would {p} of {n} be?',
      'get me {p} of {n}',
      '{p} out of {n}',
      'take {p} of {n}',
      'what amount is {p} of {n}?',
      'how many are {p} of {n}?',
      '{p} of {n} is what?',
      'if I get {p} of {n}, how much is it?',
      'evaluate {p} of {n}',
      'find out {p} of {n}',
      'let me know {p} of {n}',
      'the number that is {p} of {n}',
    ],
    percentage(
      (p, n) => `${p}% of ${n}`,
      (p, n) => (p * n) / 100,
      (p, n) => [
        `${p}% * ${n}`,
        `${n} * ${p}%`,
        `${n} * ${p} / 100`,
        `${n} * ${Number(p) / 100}`,
        `${Number(p) / 100} * ${n}`,
        `${p} percent of ${n}`,
      ],
    ),
    5,
    wider.share,
  ],
  [
    [
      'What is a {p} tip on ${n}?',
      'how much is a {p} tip on a bill of {n}?',
      'The bill is {n} dollars. How much is a {p} tip?',
      'calculate a {p} tip for ${n}',
      'work out the tip: {p} on {n}',
      'How much should I tip on {n} at {p}?',
      '{p} tip on {n}',
      'what do I leave as a {p} tip on {n}?',
      'I want to tip {p} on {n}. How much is it?',
      'find a {p} tip for a {n} dollar bill',
      'a bill of {n} with {p} tip: how much is the tip?',
      'compute the {p} tip on {n}',
    ],
    percentage(
      (p, n) => `${p}% of ${n}`,
      (p, n) => (p * n) / 100,
      (p, n) => [`${n} * ${p}%`, `${p}% * ${n}`, `${n} * ${p} / 100`, `${n} * ${Number(p) / 100}`],
    ),
    2,
  ],
  [
    [
      'What is {n} minus {p}?',
      'take {p} off {n}',
      'What is {n} with a discount of {p}?',
      'A shirt costs {n} and is {p} off. What do I pay?',
      'reduce {n} by {p}',
      'What is the price of {n} after a {p} discount?',
      'decrease {n} by {p}',
      '{n} less {p}',
      'what does {n} cost with {p} off?',
      '{p} off {n}',
      'lower {n} by {p}',
      'the coat was {n} and is now {p} cheaper. What does it cost?',
      'what is left of {n} after {p} is taken off?',
      'cut {n} by {p}',
    ],
    percentage(
      (p, n) => `${n} - ${p}%`,
      (p, n) => n - (p * n) / 100,
      (p, n) => [`${n} * (1 - ${p}%)`, `${n} * (100 - ${p})%`],
    ),
    2,
    wider.discount,
  ],
  [
    [
      'What is {n} plus {p}?',
      'add {p} to {n}',
      'increase {n} by {p}',
      'What is {n} with {p} tax on top?',
      'raise {n} by {p}',
      'How much is {n} plus {p} VAT?',
      'What is {n} after it goes up by {p}?',
      '{n} with {p} added',
      'what does {n} come to with {p} on top?',
      'put {p} on top of {n}',
      'the rent of {n} rises by {p}. What is it then?',
      'how much is {n} with {p} more?',
      '{n} and {p} VAT, what is the total?',
      'grow {n} by {p}',
    ],
    percentage(
      (p, n) => `${n} + ${p}%`,
      (p, n) => n + (p * n) / 100,
      (p, n) => [`${n} * (1 + ${p}%)`],
    ),
    2,
    wider.growth,
  ],
];
