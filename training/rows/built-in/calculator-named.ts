/** Requests for the tool `calculator` that name what is to be done: sums, products, powers, roots. */
import type { Draw } from '../draw.ts';
import { sayNumber } from '../number-words.ts';
import { expression, operand, sayOperand } from './calculator-values.ts';
import type { Case } from './group.ts';
import { wider } from './wider-phrasings.ts';

/** Phrasings, the maker of their values, the weight, and templates of further phrasings. */
export type NamedSum = readonly [
  phrasings: readonly string[],
  make: (draw: Draw) => Case,
  weight: number,
  wider?: readonly string[],
];

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
      '{a} and {b} together',
      'add up {a} and {b}',
      'how much are {a} and {b} together?',
      'get the sum of {a} and {b}',
      'total {a} and {b}',
      'what is {a} with {b} added?',
      'combine {a} and {b}',
    ],
    pair(
      (a, b) => `${a} + ${b}`,
      (a, b) => a + b,
      (a, b) => [`${b} + ${a}`],
    ),
    3,
    wider.sum,
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
      'what remains of {a} without {b}?',
      'remove {b} from {a}',
      'get the difference between {a} and {b}',
      '{a} without {b}',
      'what do you get when you take {b} from {a}?',
      'how much more is {a} than {b}?',
      '{b} off {a} leaves what?',
    ],
    pair(
      (a, b) => `${a} - ${b}`,
      (a, b) => a - b,
    ),
    3,
    wider.difference,
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
      '{a} multiplied with {b}',
      'how much is {a} times {b}?',
      'get the product of {a} and {b}',
      '{a} lots of {b}',
      'what do you get from multiplying {a} by {b}?',
      'work out {a} multiplied by {b}',
      'the product of {a} and {b}, please',
    ],
    pair(
      (a, b) => `${a} * ${b}`,
      (a, b) => a * b,
      (a, b) => [`${b} * ${a}`],
    ),
    3,
    wider.product,
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
      '{a} shared by {b}',
      'how much is {a} divided by {b}?',
      'get {a} divided by {b}',
      '{a} split into {b} parts',
      'work out {a} divided by {b}',
      'what do you get when dividing {a} by {b}?',
      'how often does {b} fit into {a}?',
    ],
    pair(
      (a, b) => `${a} / ${b}`,
      (a, b) => a / b,
    ),
    3,
    wider.quotient,
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
      'get the square root of {n}',
      '√{n}',
      'what is sqrt {n}?',
      'compute the root of {n}',
      'which number squared is {n}?',
      'how much is the square root of {n}?',
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
      'get the cube root of {n}',
      'what is the third root of {n}?',
      'compute the cube root of {n}',
      'which number cubed is {n}?',
      'how much is the cube root of {n}?',
      'work out the cube root of {n}',
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
      '{n} to the second power',
      'get {n} squared',
      'what do I get when I square {n}?',
      'compute {n} squared',
      'the square of {n}',
      'work out {n} squared',
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
      '{n} to the third power',
      'get {n} cubed',
      'what do I get when I cube {n}?',
      'compute {n} cubed',
      'the cube of {n}',
      'work out the cube of {n}',
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
      '{n}!',
      'get {n} factorial',
      'work out {n} factorial',
      'what is {n}!',
      'tell me the factorial of {n}',
      'the factorial of {n}, please',
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
      'what is sin {n} degrees?',
      'the sine of {n} degrees',
      'get the sine of {n} degrees',
      'how much is the sine of {n}°?',
      'compute the sine of {n} degrees',
      'work out sin {n}°',
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
      'get half of {n}',
      'what do I have with half of {n}?',
      '{n} halved',
      'work out half of {n}',
      'take half of {n}',
      'how much is one half of {n}?',
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
      '{n} times two',
      'get twice {n}',
      'work out double {n}',
      'twice {n}',
      'how much is double {n}?',
      '{n} doubled is what?',
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
      'get the base 10 logarithm of {n}',
      'what is log10 of {n}?',
      'the common log of {n}',
      'work out log base 10 of {n}',
      'how much is log10({n})?',
      'compute the base 10 log of {n}',
    ],
    one([2, 90_000], (n) => `log10(${n})`, Math.log10),
    1,
  ],
];
