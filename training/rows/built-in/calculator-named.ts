/** Requests for the tool `calculator` that name what is to be done: sums, percentages, roots, averages. */
import type { Draw } from '../draw.ts';
import { sayNumber } from '../number-words.ts';
import { expression, operand, sayOperand } from './calculator-values.ts';
import type { Case } from './group.ts';

/** Phrasings, the maker of their values, and the weight. */
export type NamedSum = readonly [phrasings: readonly string[], make: (draw: Draw) => Case, weight: number];

const pair =
  (
    text: (a: string, b: string) => string,
    value: (a: number, b: number) => number,
    also: (a: string, b: string) => readonly string[] = () => [],
  ) =>
  (draw: Draw): Case => {
    const [a, b] = [operand(draw), operand(draw)];
    const [one, other] = [sayOperand(a, draw), sayOperand(b, draw)];
    return expression(
      text(one.copied, other.copied),
      value(a, b),
      { a: one.text, b: other.text },
      also(one.copied, other.copied),
    );
  };

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

const one =
  (
    range: readonly [number, number],
    text: (n: number) => string,
    value: (n: number) => number,
    also: (n: number) => readonly string[] = () => [],
  ) =>
  (draw: Draw): Case => {
    const n = draw.number(...range);
    return expression(text(n), value(n), { n: sayNumber(n, draw).replaceAll(',', '') }, also(n));
  };

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

export const namedSums: readonly NamedSum[] = [
  [
    [
      'What is the sum of {a} and {b}?',
      'add {a} and {b}',
      'add {a} to {b}',
      'What do {a} and {b} add up to?',
      'sum {a} and {b}',
      'put {a} and {b} together',
      'What is the total of {a} and {b}?',
    ],
    pair(
      (a, b) => `${a} + ${b}`,
      (a, b) => a + b,
      (a, b) => [`${b} + ${a}`],
    ),
    3,
  ],
  [
    [
      'subtract {b} from {a}',
      'take {b} away from {a}',
      'What is the difference of {a} and {b}?',
      'What is left of {a} after taking away {b}?',
      'deduct {b} from {a}',
      'What is {a} take away {b}?',
      'How much is {a} reduced by {b}?',
    ],
    pair(
      (a, b) => `${a} - ${b}`,
      (a, b) => a - b,
    ),
    3,
  ],
  [
    [
      'What is the product of {a} and {b}?',
      'multiply {a} by {b}',
      'multiply {a} and {b}',
      'What do I get when I multiply {a} with {b}?',
      'product of {a} and {b}',
      'What is {a} by {b} multiplied?',
      'take {a} times {b}',
    ],
    pair(
      (a, b) => `${a} * ${b}`,
      (a, b) => a * b,
      (a, b) => [`${b} * ${a}`],
    ),
    3,
  ],
  [
    [
      'divide {a} by {b}',
      'What is the quotient of {a} and {b}?',
      'split {a} into {b} equal parts, how big is one?',
      'How many times does {b} go into {a}?',
      'What is {a} split {b} ways?',
      'share {a} among {b}',
      'What is the ratio of {a} to {b}?',
    ],
    pair(
      (a, b) => `${a} / ${b}`,
      (a, b) => a / b,
    ),
    3,
  ],
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
  ],
  [
    [
      'What is a {p} tip on ${n}?',
      'how much is a {p} tip on a bill of {n}?',
      'The bill is {n} dollars. How much is a {p} tip?',
      'calculate a {p} tip for ${n}',
      'work out the tip: {p} on {n}',
      'How much should I tip on {n} at {p}?',
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
    ],
    percentage(
      (p, n) => `${n} - ${p}%`,
      (p, n) => n - (p * n) / 100,
      (p, n) => [`${n} * (1 - ${p}%)`, `${n} * (100 - ${p})%`],
    ),
    2,
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
    ],
    percentage(
      (p, n) => `${n} + ${p}%`,
      (p, n) => n + (p * n) / 100,
      (p, n) => [`${n} * (1 + ${p}%)`],
    ),
    2,
  ],
  [
    [
      'What is the square root of {n}?',
      'Square root of {n}',
      'find the square root of {n}',
      'root of {n}',
      'sqrt of {n}',
      'take the square root of {n}',
      'calculate √{n}',
    ],
    one(
      [2, 40_000],
      (n) => `sqrt(${n})`,
      Math.sqrt,
      (n) => [`√${n}`, `${n}^0.5`, `${n}^(1/2)`],
    ),
    3,
  ],
  [
    [
      'What is the cube root of {n}?',
      'Cube root of {n}',
      'find the cube root of {n}',
      'calculate the third root of {n}',
      'tell me the cube root of {n}',
      'cbrt of {n}',
    ],
    one(
      [2, 9000],
      (n) => `cbrt(${n})`,
      Math.cbrt,
      (n) => [`${n}^(1/3)`],
    ),
    1,
  ],
  [
    [
      'What is {n} squared?',
      '{n} squared',
      'square {n}',
      'calculate the square of {n}',
      'How much is {n} squared?',
      'What is the square of {n}?',
    ],
    one(
      [2, 999],
      (n) => `${n}^2`,
      (n) => n ** 2,
      (n) => [`${n} * ${n}`],
    ),
    2,
  ],
  [
    [
      'What is {n} cubed?',
      '{n} cubed',
      'cube {n}',
      'calculate the cube of {n}',
      'How much is {n} cubed?',
      'What is the cube of {n}?',
    ],
    one(
      [2, 200],
      (n) => `${n}^3`,
      (n) => n ** 3,
      (n) => [`${n} * ${n} * ${n}`],
    ),
    1,
  ],
  [
    [
      'What is {n} factorial?',
      'factorial of {n}',
      'compute {n}!',
      'calculate the factorial of {n}',
      'What is the factorial of {n}?',
      'How much is {n}!',
    ],
    one(
      [3, 17],
      (n) => `${n}!`,
      factorial,
      (n) => [`factorial(${n})`],
    ),
    1,
  ],
  [
    [
      'What is the sine of {n} degrees?',
      'sine of {n} degrees',
      'calculate sin of {n} degrees',
      'find the sine of {n}°',
      'tell me the sine of {n} degrees',
      'sin {n} degrees',
    ],
    one(
      [2, 89],
      (n) => `sin(${n} deg)`,
      (n) => Math.sin((n * Math.PI) / 180),
    ),
    1,
  ],
  [
    [
      'What is half of {n}?',
      'half of {n}',
      'halve {n}',
      'What is one half of {n}?',
      'How much is half of {n}?',
      'cut {n} in half, what is it?',
    ],
    one(
      [13, 5000],
      (n) => `${n} / 2`,
      (n) => n / 2,
      (n) => [`0.5 * ${n}`, `${n} * 0.5`, `1/2 * ${n}`, `50% of ${n}`],
    ),
    1,
  ],
  [
    [
      'double {n}',
      'What is twice {n}?',
      'What is double {n}?',
      'two times {n}',
      'How much is twice {n}?',
      'What is {n} doubled?',
    ],
    one(
      [13, 5000],
      (n) => `2 * ${n}`,
      (n) => n * 2,
      (n) => [`${n} * 2`, `${n} + ${n}`],
    ),
    1,
  ],
  [
    [
      'What is the logarithm base 10 of {n}?',
      'log10 of {n}',
      'base 10 log of {n}',
      'calculate the common logarithm of {n}',
      'log base 10 of {n}',
      'find log10 of {n}',
    ],
    one([2, 90_000], (n) => `log10(${n})`, Math.log10),
    1,
  ],
];
