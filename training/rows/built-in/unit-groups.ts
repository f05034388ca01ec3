/**
 * Requests for the tool `convert_unit`. Each unit knows its size, so that every conversion is worked out here as well;
 * spoons and acres are rounded as the tool's library has them.
 */
import type { Draw } from '../draw.ts';
import { sayNumber } from '../number-words.ts';
import type { Case, Group } from './group.ts';
import { wider } from './wider-phrasings.ts';

const tool = 'convert_unit';

/** Size in the dimension's base unit, and how people write it: copied into the call as written. */
type Unit = readonly [size: number, words: readonly string[]];

const dimensions: readonly (readonly Unit[])[] = [
  [
    [1, ['meters', 'm', 'metres']],
    [1000, ['kilometers', 'km', 'kilometres']],
    [0.01, ['centimeters', 'cm', 'centimetres']],
    [0.001, ['millimeters', 'mm']],
    [1609.344, ['miles', 'mi']],
    [0.3048, ['feet', 'ft']],
    [0.0254, ['inches', 'in']],
    [0.9144, ['yards', 'yd']],
    [1852, ['nautical miles']],
  ],
  [
    [1, ['kilograms', 'kg', 'kilos']],
    [0.001, ['grams', 'g']],
    [0.45359237, ['pounds', 'lb', 'lbs']],
    [0.028349523125, ['ounces', 'oz']],
    [6.35029318, ['stone']],
    [0.000001, ['milligrams', 'mg']],
    [907.18474, ['tons']],
  ],
  [
    [1, ['liters', 'l', 'litres']],
    [0.001, ['milliliters', 'ml', 'millilitres']],
    [0.01, ['centiliters', 'cl']],
    [3.785411784, ['gallons']],
    [0.946352946, ['quarts']],
    [0.473176473, ['pints']],
    [0.2365882365, ['cups']],
    [0.0295735295625, ['fluid ounces', 'fl oz']],
    [0.015, ['tablespoons', 'tbsp']],
    [0.005, ['teaspoons', 'tsp']],
  ],
  [
    [1, ['seconds', 's']],
    [60, ['minutes', 'min']],
    [3600, ['hours', 'h']],
    [86_400, ['days']],
    [604_800, ['weeks']],
  ],
  [
    [1, ['km/h', 'kilometers per hour', 'kph']],
    [1.609344, ['mph', 'miles per hour']],
    [3.6, ['m/s', 'meters per second']],
    [1.852, ['knots']],
  ],
  [
    [1, ['square meters', 'm²', 'sqm']],
    [1_000_000, ['square kilometers', 'km²']],
    [0.09290304, ['square feet', 'sq ft']],
    [4046.86, ['acres']],
    [10_000, ['hectares', 'ha']],
    [2589988.110336, ['square miles']],
  ],
  [
    [1, ['bytes']],
    [1000, ['kilobytes', 'kB', 'KB']],
    [1e6, ['megabytes', 'MB']],
    [1e9, ['gigabytes', 'GB']],
    [1e12, ['terabytes', 'TB']],
  ],
  [
    [1, ['joules', 'J']],
    [1000, ['kilojoules', 'kJ']],
    [4184, ['kilocalories', 'kcal']],
    [3_600_000, ['kWh', 'kilowatt hours']],
    [4.184, ['calories']],
  ],
];

const temperatures = {
  celsius: ['celsius', 'degrees celsius', 'C', '°C', 'Celsius'],
  fahrenheit: ['fahrenheit', 'degrees fahrenheit', 'F', '°F', 'Fahrenheit'],
  kelvin: ['kelvin', 'K', 'Kelvin'],
} as const;

function value(draw: Draw): number {
  return draw.weighted([
    [() => draw.number(1, 99), 5],
    [() => draw.number(100, 5000), 3],
    [() => draw.number(0.1, 99, 1), 3],
    [() => draw.number(0.01, 20, 2), 1],
  ])();
}

interface Conversion {
  readonly value: number;
  readonly from: string;
  readonly to: string;
  readonly result: number;
}

function conversion(draw: Draw): Conversion {
  const units = draw.pick([...dimensions.slice(0, 3), ...dimensions]);
  const [from, to] = draw.sample(units, 2);
  if (from === undefined || to === undefined) throw new RangeError('A dimension has two units at least.');
  const amount = value(draw);
  return {
    value: amount,
    from: draw.pick(from[1]),
    to: draw.pick(to[1]),
    result: (amount * from[0]) / to[0],
  };
}

function temperature(draw: Draw): Conversion {
  const [from, to] = draw.sample(['celsius', 'fahrenheit', 'kelvin'] as const, 2);
  if (from === undefined || to === undefined) throw new RangeError('There are three scales.');
  const amount = from === 'kelvin' ? draw.number(100, 600) : draw.number(-40, 450, draw.chance(0.25) ? 1 : 0);
  const kelvin =
    from === 'kelvin' ? amount : from === 'celsius' ? amount + 273.15 : ((amount - 32) * 5) / 9 + 273.15;
  const result =
    to === 'kelvin' ? kelvin : to === 'celsius' ? kelvin - 273.15 : ((kelvin - 273.15) * 9) / 5 + 32;
  return { value: amount, from: draw.pick(temperatures[from]), to: draw.pick(temperatures[to]), result };
}

/** `°C` as `C`, `degrees celsius` as `celsius`. */
function bare(unit: string): string {
  return unit.replace(/^(?:°|degrees )/, '');
}

function caseOf(made: Conversion, draw: Draw): Case {
  const symbol = /^(?:°|[A-Za-z]{1,2}$|m²|km²)/.test(made.from);
  const number = symbol ? String(made.value) : sayNumber(made.value, draw);
  const degrees = /celsius|fahrenheit|°|^[CFK]$/i.test(`${made.from} ${made.to}`);
  const also = (unit: string): readonly string[] => (degrees ? [bare(unit), `degrees ${bare(unit)}`] : []);
  return {
    said: {
      v: `${number}${symbol && draw.chance(0.5) ? '' : ' '}${made.from}`,
      n: number,
      from: made.from,
      to: made.to,
    },
    arguments: { value: made.value, from: made.from, to: made.to },
    acceptable: { from: also(made.from), to: also(made.to) },
    answers: { result: made.result },
  };
}

const phrasings = [
  'convert {v} to {to}',
  'How many {to} are {v}?',
  'What is {v} in {to}?',
  '{v} in {to}',
  'How much is {v} in {to}?',
  'change {v} into {to}',
  '{v} to {to}',
  'turn {v} into {to}',
  'express {v} in {to}',
  'What does {v} come to in {to}?',
  'How many {to} is {v}?',
  'I need {v} in {to}',
  'tell me how many {to} {v} is',
  'give me {v} in {to}',
  'work out {v} in {to}',
  'What would {v} be in {to}?',
  '{v} as {to}',
  'I have {v}. What is that in {to}?',
  'convert {n} from {from} to {to}',
  'from {from} to {to}: {n}',
  'how many {to} make {v}?',
  'show me {v} in {to}',
  'The recipe says {v}, how much is that in {to}?',
  '{v} equals how many {to}?',
  'write {v} in {to}',
  'Do you know what {v} is in {to}?',
  'I measured {v}. Convert that to {to}',
  'switch {v} to {to}',
  'How big is {v} in {to}?',
  'calculate {v} in {to}',
  "What's {v} converted to {to}?",
  'translate {v} into {to}',
  'use {to} instead: {v}',
  'get {v} in {to}',
  '{v}: how many {to}?',
  'how many {to} do {v} make?',
  'put {v} into {to}',
  'tell me {v} in {to}',
  '{v} is how much in {to}?',
  'find {v} in {to}',
  'compute {v} in {to}',
  'in {to}, how much is {v}?',
  'rewrite {v} in {to}',
  'how many {to} do I get from {v}?',
  'What do {v} make in {to}?',
  'It weighs or measures {v}; in {to}, please',
  'let me have {v} in {to}',
  'what is the equivalent of {v} in {to}?',
  'bring {v} to {to}',
  'state {v} in {to}',
  '{v} in terms of {to}',
  'how much would {v} be in {to}?',
  'The label says {v}. How many {to} is that?',
  'transform {v} into {to}',
  'what number of {to} is {v}?',
  'go from {from} to {to}: {n}',
  '{n} {from} into {to}',
] as const;

const hot = [
  'convert {v} to {to}',
  'What is {v} in {to}?',
  'It is {v} outside. What is that in {to}?',
  'How hot is {v} in {to}?',
  '{v} in {to}',
  'set the oven to {v}: how much is that in {to}?',
  'My fever is {v}, what is it in {to}?',
  'Water at {v} is how many {to}?',
  'change {v} to {to}',
  'How many {to} are {v}?',
  'How much is {v} in {to}?',
  'The forecast says {v}; give it to me in {to}',
  'tell me {v} in {to}',
  'put {v} into {to}',
  'how cold is {v} in {to}?',
  'the display shows {v}, what is it in {to}?',
  'give me {v} in {to}',
  'what does {v} read in {to}?',
  'My oven says {v}. In {to}?',
  'express {v} in {to}',
  'work out {v} in {to}',
  'what would {v} be in {to}?',
  'turn {v} into {to}',
  'Her body temperature is {v}; in {to}, please',
] as const;

export const unitGroups: readonly Group[] = [
  { tool, weight: 13, phrasings, wider: wider.units, make: (draw) => caseOf(conversion(draw), draw) },
  { tool, weight: 3, phrasings: hot, wider: wider.degrees, make: (draw) => caseOf(temperature(draw), draw) },
];
