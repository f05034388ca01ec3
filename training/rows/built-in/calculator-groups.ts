/** Requests for the tool `calculator`. The value of every expression is worked out here as well. */
import type { Draw } from '../draw.ts';
import { listSums } from './calculator-lists.ts';
import { namedSums } from './calculator-named.ts';
import { percentSums } from './calculator-percent.ts';
import { expression, operand, sayOperand } from './calculator-values.ts';
import type { Case, Group } from './group.ts';
import { wider } from './wider-phrasings.ts';

interface Operation {
  readonly sign: string;
  readonly words: readonly string[];
  readonly of: (a: number, b: number) => number;
}

const operations: readonly Operation[] = [
  { sign: '+', words: ['+', '+', 'plus', 'added to'], of: (a, b) => a + b },
  { sign: '-', words: ['-', '-', 'minus', 'less'], of: (a, b) => a - b },
  { sign: '*', words: ['*', 'times', 'x', '×', 'multiplied by'], of: (a, b) => a * b },
  { sign: '/', words: ['/', 'divided by', '÷', 'over'], of: (a, b) => a / b },
];

const binary = (draw: Draw): Case => {
  const { sign, words, of } = draw.pick(operations);
  const [a, b] = [operand(draw), operand(draw)];
  const [one, other] = [sayOperand(a, draw), sayOperand(b, draw)];
  return expression(`${one.copied} ${sign} ${other.copied}`, of(a, b), {
    e: `${one.text} ${draw.pick(words)} ${other.text}`,
  });
};

/** A longer expression as text, to be copied as it stands, and its value. */
function written(draw: Draw): Case {
  const [a, b, c, d] = [operand(draw), operand(draw), draw.number(2, 60), draw.number(2, 30)];
  const [text, value] = draw.pick<readonly [string, number]>([
    [`(${a} + ${b}) * ${c}`, (a + b) * c],
    [`${a} * (${b} - ${c})`, a * (b - c)],
    [`${a} + ${b} * ${c}`, a + b * c],
    [`(${a} - ${b}) / ${c}`, (a - b) / c],
    [`${a} / ${c} + ${b}`, a / c + b],
    [`(${a} + ${b}) / (${c} + ${d})`, (a + b) / (c + d)],
    [`${a} + ${b} + ${c} - ${d}`, a + b + c - d],
    [`${c} * ${d} * ${a}`, c * d * a],
    [`${c}^2 + ${d}^2`, c ** 2 + d ** 2],
    [`sqrt(${c}) * ${d}`, Math.sqrt(c) * d],
    [`((${c} + ${d}) * ${a}) - ${b}`, (c + d) * a - b],
    [`2 * (${c} + ${d})`, 2 * (c + d)],
  ]);
  const tight = draw.chance(0.3);
  const shown = tight ? text.replaceAll(' ', '') : text;
  return expression(shown, value, { e: shown });
}

const asking = [
  'What is {e}?',
  'calculate {e}',
  '{e}',
  'How much is {e}?',
  'compute {e}',
  'work out {e}',
  "What's {e}?",
  'evaluate {e}',
  'solve {e}',
  '{e} = ?',
  'What does {e} come to?',
  'tell me what {e} is',
  'I need the result of {e}',
  'do the math: {e}',
  'What do you get for {e}?',
  'figure out {e}',
  'Quick math, {e}',
  'What does {e} equal?',
  'give me the value of {e}',
  'What would {e} be?',
  'use the calculator for {e}',
  'Result of {e}?',
  'find {e}',
  'Do you know what {e} is?',
  'How much would {e} make?',
  'I want to know {e}',
  'add this up for me: {e}',
  '{e}, what is that?',
  'get me {e}',
  'how much does {e} make?',
  'run {e}',
  'what comes out of {e}?',
  'can {e} be worked out?',
  'the result of {e} please',
  'please do {e}',
  '{e} gives what?',
  '{e} equals?',
  'let me know what {e} is',
  'what number is {e}?',
  'determine {e}',
  'I have to know {e}',
  'math: {e}',
  'the value of {e}?',
  'count {e}',
  'what is the outcome of {e}?',
  'how much is it: {e}?',
  'calculate this: {e}',
  'please compute {e} for me',
  'answer {e}',
  'tell me the result of {e}',
  'check {e}',
  '{e} makes?',
] as const;

const further: readonly Omit<Group, 'tool'>[] = [
  {
    weight: 1.5,
    phrasings: [
      'What is {a} to the power of {b}?',
      '{a} to the power of {b}',
      'raise {a} to the power {b}',
      'calculate {a} to the {b}th power',
      '{a}^{b}',
      'How much is {a} to the power {b}?',
      '{a} raised to {b}',
      'get {a} to the power of {b}',
      'compute {a} raised to the power of {b}',
      'what do you get for {a} to the {b}th?',
      'work out {a}^{b}',
      'the {b}th power of {a}',
    ],
    make: (draw) => {
      const [a, b] = [draw.number(2, 40), draw.integer(4, 9)];
      return expression(`${a}^${b}`, a ** b, { a: String(a), b: String(b) });
    },
  },
  {
    weight: 1,
    phrasings: [
      'What is the remainder of {a} divided by {b}?',
      '{a} mod {b}',
      'What remains when {a} is divided by {b}?',
      'remainder when dividing {a} by {b}',
      'calculate {a} modulo {b}',
      'What is left over when I divide {a} by {b}?',
      'the rest of {a} divided by {b}',
      'get {a} modulo {b}',
      'what is {a} mod {b}?',
      'find the remainder of {a} over {b}',
      'divide {a} by {b} and give me the remainder',
      'how much remains of {a} after dividing by {b}?',
    ],
    make: (draw) => {
      const [a, b] = [draw.number(50, 5000), draw.number(3, 49)];
      return expression(`${a} mod ${b}`, a % b, { a: String(a), b: String(b) }, [
        `${a} % ${b}`,
        `mod(${a}, ${b})`,
      ]);
    },
  },
  {
    weight: 1,
    phrasings: [
      'What is the greatest common divisor of {a} and {b}?',
      'gcd of {a} and {b}',
      'find the greatest common divisor of {a} and {b}',
      'greatest common factor of {a} and {b}',
      'calculate the gcd of {a} and {b}',
      'Which is the largest number that divides {a} and {b}?',
      'what is the gcd of {a} and {b}?',
      'work out the greatest common divisor of {a} and {b}',
      'highest common factor of {a} and {b}',
      'get the gcd of {a} and {b}',
      'the greatest common factor of {a} and {b}?',
      'which number is the gcd of {a} and {b}?',
    ],
    make: (draw) => {
      const [a, b, c] = [draw.number(2, 40), draw.number(2, 40), draw.integer(2, 12)];
      return expression(
        `gcd(${a * c}, ${b * c})`,
        commonDivisor(a * c, b * c),
        { a: String(a * c), b: String(b * c) },
        [`gcd(${b * c}, ${a * c})`],
      );
    },
  },
  {
    weight: 4,
    phrasings: [
      'I bought {k} boxes with {m} pens each. How many pens are that?',
      'There are {k} rows of {m} chairs. How many chairs are there?',
      'A ticket costs {m} dollars. What do {k} tickets cost?',
      '{k} people pay {m} euros each, how much is it in total?',
      'I run {m} km a day. How far is that in {k} days?',
      'One tray holds {m} eggs; how many do {k} trays hold?',
      'I earn {m} an hour and work {k} hours. How much do I earn?',
      'How many minutes are {k} lessons of {m} minutes?',
      'We need {k} bags at {m} grams each, how many grams in all?',
      'A page has {m} lines. How many lines do {k} pages have?',
      'If one seat costs {m}, what do {k} seats cost?',
      'Each shelf takes {m} books and I have {k} shelves, how many books fit?',
      '{k} crates hold {m} bottles each. How many bottles is that?',
      'I read {m} pages a day, how many in {k} days?',
      '{k} workers lay {m} bricks each; how many bricks in total?',
      'A box weighs {m} kilos. What do {k} boxes weigh?',
      'Every bus seats {m} people and there are {k} buses. How many people fit?',
      'I save {m} euros a month, how much in {k} months?',
      'The printer does {m} pages a minute. How many in {k} minutes?',
      '{k} teams have {m} players each, how many players are there?',
      'One pack has {m} cards. How many cards are in {k} packs?',
      'we planted {k} rows with {m} trees each. How many trees?',
      'If a ride costs {m}, how much are {k} rides?',
      'A lap is {m} metres and I swim {k} laps. How far is that?',
      '{k} plates with {m} cookies each, how many cookies?',
      'She sells {k} cakes at {m} each. What does she earn?',
    ],
    make: (draw) => {
      const [k, m] = [draw.number(2, 60), draw.number(3, 90)];
      return expression(`${k} * ${m}`, k * m, { k: String(k), m: String(m) }, [`${m} * ${k}`]);
    },
  },
  {
    weight: 2,
    phrasings: [
      'We are {k} people and the bill is {m}. How much does each pay?',
      'I have {m} apples for {k} kids. How many does each get?',
      'split {m} dollars between {k} friends',
      'A {m} page book in {k} days: how many pages a day?',
      '{k} tickets cost {m} together, what does one cost?',
      'How much does each of {k} people get out of {m}?',
      'If {k} notebooks cost {m}, how much is one?',
      'I drove {m} km in {k} hours. How fast is that on average?',
      '{m} cards go to {k} players, how many each?',
      'We have {m} minutes for {k} talks. How long is each?',
      '{k} kilos cost {m}. How much is one kilo?',
      'the prize of {m} goes to {k} winners. What does each get?',
      '{m} bottles fill {k} crates. How many are in one?',
      'I earned {m} in {k} days. What is that per day?',
      'divide the {m} sweets among {k} children',
      'A rope of {m} cm is cut into {k} pieces. How long is each?',
    ],
    make: (draw) => {
      const [k, m] = [draw.number(2, 40), draw.number(50, 3000)];
      return expression(`${m} / ${k}`, m / k, { k: String(k), m: String(m) });
    },
  },
  {
    weight: 2,
    phrasings: [
      'I had {m} dollars and spent {k}. How much is left?',
      'The jar held {m} sweets and {k} are gone, how many remain?',
      'I am on page {k} of {m}. How many pages are left?',
      'The trip is {m} km and we have done {k}. How far is it still?',
      'My balance is {m}, I pay {k}. What remains?',
      'There were {m} seats, {k} are taken. How many are free?',
      'From {m} litres I used {k}; how much is there now?',
      'A {m} dollar coupon, {k} already used, what is left on it?',
      'I owned {m} stamps and gave away {k}. How many do I have?',
      'The tank had {m} litres, {k} leaked out. What is left?',
      'Of {m} guests {k} have gone home. How many are still here?',
      'We ordered {m} parts, {k} came. How many are missing?',
      'my goal is {m} and I am at {k}. How much is still to go?',
      '{m} tickets, {k} sold: how many are left?',
      'The shop had {m} loaves and sold {k}. How many remain?',
      'I borrowed {m} and paid back {k}. What do I still owe?',
    ],
    make: (draw) => {
      const k = draw.number(13, 400);
      const m = k + draw.integer(5, 600);
      return expression(`${m} - ${k}`, m - k, { k: String(k), m: String(m) });
    },
  },
];

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Weights within this file compare its own groups: a fourth of all calls is for the calculator. */
const share = 0.42;

const sums: readonly Omit<Group, 'tool'>[] = [
  { weight: 14, phrasings: asking, wider: wider.plain, make: binary },
  { weight: 8, phrasings: asking, wider: wider.plain, make: written },
  ...[...namedSums, ...percentSums, ...listSums].map(([phrasings, make, weight, more = []]) => ({
    weight,
    phrasings,
    wider: more,
    make,
  })),
  ...further,
];

export const calculatorGroups: readonly Group[] = sums.map(
  ({ weight, phrasings, wider: more = [], make }) => ({
    tool: 'calculator',
    weight: weight * share,
    phrasings,
    wider: more,
    make,
  }),
);
