/** Families: geometry and numbers. */
import { digits as integers, decimals as numbers } from '../number-words.ts';
import type { Make } from '../values.ts';
import { lines } from './family-values.ts';
import { flag, integer, integersType, listOf, maybe, number, object, oneOf } from './family.ts';
import type { Family } from './family.ts';

const length: Make = numbers(2, 400, 1);
const units = maybe(
  oneOf('unit|units|length unit', ['cm', 'm', 'inches', 'feet'], {
    m: ['meters', 'm'],
    cm: ['cm', 'centimeters'],
  }),
);

export const geometryFamilies: readonly Family[] = [
  {
    id: 'triangle_area',
    domain: 'geometry',
    names:
      'calculate triangle area|geometry: triangle area|triangle area|area of triangle|compute triangle area',
    descriptions:
      'Calculates the area of a triangle from base and height.|Area of a triangle.|Computes how large a triangle is.',
    parameters: {
      base: number('base|base length|b', length),
      height: number('height|h|triangle height', length),
      unit: units,
    },
    requests: lines(`what is the area of a triangle with a base of {base} and a height of {height}?
calculate the area of a triangle with base {base} {unit} and height {height} {unit}
A triangle is {height} high and its base is {base}. How large is it?
find the triangle area for base {base} and height {height}
how big is a triangle whose height is {height} {unit} and whose base is {base} {unit}?
I need the area of a triangle: base {base}, height {height}[, in {unit}]
compute the area of a triangle, base={base}, height={height}
area of a triangular garden with base {base} {unit} and height {height} {unit}?`),
    asks: [
      ['what is the area of a triangle with base {base}?', 'What is its height?'],
      ['calculate the area of a triangle that is {height} high', 'How long is its base?'],
    ],
    like: ['polygon_area'],
  },
  {
    id: 'circle',
    domain: 'geometry',
    names: 'circle properties|calculate circle|geometry: circle|circle measure|compute circle',
    descriptions:
      'Computes the area or circumference of a circle.|Measures a circle from its radius.|Circle calculator.',
    parameters: {
      radius: number('radius|r|circle radius', length),
      property: oneOf('property|what|measure', ['area', 'circumference', 'diameter']),
      decimals: maybe(integer('decimals|decimal places|precision digits', integers(1, 6))),
    },
    requests: lines(`what's the {property} of a circle with radius {radius}?
compute the {property} of a circle whose radius is {radius}
A circle has a radius of {radius}. Give me its {property}
find the {property} of a circle of radius {radius}[, rounded to {decimals} decimals]
{property} of a circle, radius {radius}
for r = {radius}, what is the {property} of the circle?
calculate the circle's {property} with {decimals} decimal places, the radius is {radius}
what are the {property}s of circles with radius {radius+}?`),
    asks: [
      ['what is the {property} of a circle?', 'What is its radius?'],
      ['my circle has a radius of {radius}, calculate it', 'Area, circumference or diameter?'],
    ],
  },
  {
    id: 'box_volume',
    domain: 'geometry',
    names: 'box volume|calculate volume|geometry: cuboid volume|cuboid volume|volume of box',
    descriptions: 'Computes the volume of a box.|Volume of a cuboid.|How much fits into a rectangular box.',
    parameters: {
      length: number('length|l', length),
      width: number('width|w|breadth', length),
      height: number('height|h|depth', length),
      unit: units,
    },
    requests: lines(`volume of a box that is {length} long, {width} wide and {height} high
how much fits in a {length} x {width} x {height} box?
calculate the volume of a box: length {length}, width {width}, height {height}
My box is {length} {unit} by {width} {unit} by {height} {unit}. What's its volume?
A crate has a width of {width}, a height of {height} and a length of {length}. Volume?
find the volume for length {length}, width {width} and height {height}[ in {unit}]
compute the volume of a cuboid with sides {length}, {width} and {height}`),
    asks: [
      ['what is the volume of a box that is {length} long and {width} wide?', 'How high is it?'],
      ['volume of a box, please', 'What are its length, width and height?'],
    ],
  },
  {
    id: 'distance',
    domain: 'geometry',
    names: 'point distance|euclidean distance|geometry: distance|distance between points|compute distance',
    descriptions:
      'Distance between two points in the plane.|Calculates the Euclidean distance.|How far two points are apart.',
    parameters: {
      a: object('point a|start|first point|p1', {
        x: number('x', numbers(-50, 99, 1)),
        y: number('y', numbers(-50, 99, 1)),
      }),
      b: object('point b|end|second point|p2', {
        x: number('x', numbers(-50, 99, 1)),
        y: number('y', numbers(-50, 99, 1)),
      }),
      metric: maybe(
        oneOf('metric|method', ['euclidean', 'manhattan'], {
          euclidean: ['euclidean', 'Euclidean'],
          manhattan: ['manhattan', 'Manhattan'],
        }),
      ),
    },
    requests: lines(`what is the distance between ({a.x}, {a.y}) and ({b.x}, {b.y})?
compute the distance from ({a.x}, {a.y}) to ({b.x}, {b.y})
distance from x={a.x}, y={a.y} to x={b.x}, y={b.y}
find the {metric} distance between the points ({a.x}, {a.y}) and ({b.x}, {b.y})
I walk from ({a.x}, {a.y}) to ({b.x}, {b.y}). How far is that[ with the {metric} metric]?
calculate how far ({a.x}, {a.y}) and ({b.x}, {b.y}) are apart`),
    asks: [
      ['how far is ({a.x}, {a.y}) from the other point?', 'Which other point?'],
      ['compute the distance between two points', 'Which points?'],
    ],
  },
  {
    id: 'polygon_area',
    domain: 'geometry',
    names: 'rectangle area|calculate rectangle|geometry: rectangle|rectangle properties|rectangle measure',
    descriptions:
      'Area or perimeter of a rectangle.|Computes a rectangle from its sides.|Rectangle calculator.',
    parameters: {
      width: number('width|side a|w', length),
      length: number('length|side b|l', length),
      property: maybe(oneOf('property|result|measure', ['area', 'perimeter', 'diagonal'])),
    },
    requests: lines(`what's the {property} of a rectangle {width} wide and {length} long?
A rectangle is {width} wide and {length} long. What is its {property}?
find the {property} of a rectangle with width {width} and length {length}
rectangle with length {length} and width {width}: {property}?
compute the {property} for a rectangular field, width {width}, length {length}
My room is {length} long and {width} wide. Tell me the {property}`),
    asks: [['what is the {property} of a rectangle that is {width} wide?', 'How long is it?']],
  },
  {
    id: 'factorial',
    domain: 'math',
    names: 'math: factorial|factorial|calculate factorial|compute factorial|get factorial',
    descriptions: 'Computes the factorial of a number.|Factorial.|Returns n!.',
    parameters: {
      number: integer('number|n|value', integers(3, 60)),
      exact: maybe(flag('exact|exact value|full precision')),
    },
    requests: lines(`what's the factorial of {number}?
calculate {number} factorial
factorial of {number}
I need the factorial of {number}[, exact please{exact=true}]
compute the factorial of {number}
how much is {number} factorial{exact=false}, roughly?
find {number} factorial
give me the factorials of {number+}`),
    asks: [
      ['compute a factorial', 'Of which number?'],
      ['what is its factorial?', 'Of which number?'],
    ],
  },
  {
    id: 'prime',
    domain: 'math',
    names: 'is prime|check prime|math: is prime|prime check|test primality',
    descriptions: 'Checks whether a number is prime.|Prime test.|Tells if a number is a prime.',
    parameters: {
      number: integer('number|n|candidate', integers(10, 9999)),
      factors: maybe(flag('show factors|with factors|return factors')),
    },
    requests: lines(`is {number} a prime number?
check if {number} is prime
is {number} prime? {factors:Show the factors too|No factors needed}
tell me whether {number} is a prime
test {number} for primality
can {number} be divided or is it prime?
find out if {number} is a prime, {factors:with its factors|without listing factors}
are {number+} prime?`),
    asks: [
      ['is it a prime number?', 'Which number?'],
      ['check whether a number is prime', 'Which number?'],
    ],
  },
  {
    id: 'gcd',
    domain: 'math',
    names: 'math: gcd|greatest common divisor|calculate gcd|compute gcd|gcd',
    descriptions:
      'Greatest common divisor of numbers.|Computes the GCD.|Largest number that divides all given ones.',
    parameters: { numbers: listOf('numbers|values|integers', integersType, integers(6, 900), 2, 3) },
    requests: lines(`what's the greatest common divisor of {numbers}?
gcd of {numbers}
find the greatest common divisor of {numbers}
compute the gcd for {numbers}
which is the largest number dividing {numbers}?
calculate the greatest common factor of {numbers}
I need the GCD of {numbers}`),
    asks: [['find the greatest common divisor', 'Of which numbers?']],
  },
  {
    id: 'quadratic',
    domain: 'math',
    names: 'solve quadratic|quadratic roots|algebra: quadratic|solve quadratic equation|find roots',
    descriptions: 'Solves a quadratic equation.|Roots of ax^2 + bx + c = 0.|Finds the roots of a quadratic.',
    parameters: {
      a: integer('a|coefficient a', integers(2, 40)),
      b: integer('b|coefficient b', integers(-30, 60)),
      c: integer('c|coefficient c', integers(-50, 40)),
      complex: maybe(flag('complex|allow complex|include complex')),
    },
    requests: lines(`solve the quadratic equation with a = {a}, b = {b} and c = {c}
find the roots for a={a}, b={b}, c={c}
the coefficients are {a}, {b} and {c}. What are the roots?
roots of the quadratic with coefficients a={a}, b={b}, c={c}[, complex ones too{complex=true}]
solve the quadratic a = {a}, b = {b}, c = {c}
solve it for a {a}, b {b}, c {c}, {complex:complex roots allowed|real roots only}
what are the solutions of the quadratic with a = {a}, b = {b}, c = {c}?`),
    asks: [['solve the quadratic equation with a = {a} and b = {b}', 'What is c?']],
  },
  {
    id: 'base_convert',
    domain: 'math',
    names: 'convert base|number base: convert|to base|convert number base|change radix',
    descriptions:
      'Writes a number in another base.|Converts between number bases.|Changes the base of a number.',
    parameters: {
      number: integer('number|value|decimal number', integers(10, 5000)),
      base: oneOf('base|target|to', ['binary', 'octal', 'hexadecimal']),
      prefix: maybe(flag('prefix|with prefix|show prefix')),
    },
    requests: lines(`write {number} in {base}
convert {number} to {base}
what is {number} in {base}?
{number} as {base} please[, {prefix:with|without} prefix]
give me the {base} form of {number}
I need {number} as a {base} number, {prefix:with the prefix|without a prefix}
turn {number} into {base}
what are {number+} in {base}?`),
    asks: [
      ['convert {number} to another base', 'Binary, octal or hexadecimal?'],
      ['write it in {base}', 'Which number?'],
    ],
  },
  {
    id: 'random',
    domain: 'math',
    names: 'random numbers|generate random|random: integers|random integer|draw numbers',
    descriptions:
      'Draws random whole numbers of a range.|Generates random integers.|Random number generator.',
    parameters: {
      low: integer('min|minimum|low|from', integers(-20, 50)),
      high: integer('max|maximum|high|to', integers(60, 5000)),
      count: maybe(integer('count|how many|n', integers(2, 30))),
      unique: maybe(flag('unique|no repeats|distinct')),
    },
    requests: lines(`give me a random number between {low} and {high}
generate {count} random numbers from {low} to {high}
pick a number between {low} and {high}
draw {count} numbers between {low} and {high}, {unique:no repeats|repeats allowed}
I need {count} random integers, at least {low} and at most {high}
random number from {low} to {high} please
pick {count} numbers out of {low} to {high}[, each only once{unique=true}]`),
    asks: [
      ['generate {count} random numbers', 'From which range?'],
      ['give me a random number of at least {low}', 'Up to which number?'],
    ],
  },
];
