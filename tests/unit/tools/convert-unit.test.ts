import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convert } from '../../../src/tools/builtin/convert.ts';

describe('known conversions, in the words people use', () => {
  test.each<[number, string, string, number]>([
    [5, 'miles', 'km', 8.04672],
    [5, 'Miles', 'Kilometers', 8.04672],
    [1, 'kilometre', 'metres', 1000],
    [100, 'celsius', 'fahrenheit', 212],
    [100, 'C', 'F', 212],
    [32, '°F', '°C', 0],
    [0, 'degrees Celsius', 'kelvin', 273.15],
    [1, 'lb', 'kg', 0.45359237],
    [150, 'pounds', 'kilograms', 68.0388555],
    [2, 'kilos', 'grams', 2000],
    [1, 'stone', 'lbs', 14],
    [12, 'inches', 'feet', 1],
    [1, 'cup', 'ml', 236.5882365],
    [1, 'gallon', 'litres', 3.785411784],
    [3, 'tsp', 'tbsp', 1],
    [60, 'mph', 'km/h', 96.56064],
    [60, 'miles per hour', 'kph', 96.56064],
    [1, 'knot', 'km/h', 1.852],
    [1, 'nautical mile', 'm', 1852],
    [2, 'hours', 'minutes', 120],
    [90, 'Min', 'h', 1.5],
    [1, 'week', 'days', 7],
    [1, 'kcal', 'J', 4184],
    [1, 'kWh', 'kJ', 3600],
    [10, 'square meters', 'sq ft', 107.6391042],
    [1, 'm²', 'cm^2', 10_000],
    [1, 'cubic meter', 'liters', 1000],
    [1, 'hectare', 'm2', 10_000],
    [5, 'GB', 'MB', 5000],
    [5, 'gb', 'mb', 5000],
    [1, 'GiB', 'MiB', 1024],
    [1, 'byte', 'bits', 8],
    [90, 'degrees', 'rad', Math.PI / 2],
  ])('%d %s in %s is %d', (value, from, to, expected) => {
    const outcome = convert({ value, from, to });
    expect(outcome.type).toBe('value');
    expect(outcome.type === 'value' && outcome.value).toBeCloseTo(expected, 8);
  });
});

test.each([
  ['dollars', 'euros', { type: 'unknown-unit', unit: 'dollars' }],
  ['km', '5 km', { type: 'unknown-unit', unit: '5 km' }],
  ['km', '', { type: 'unknown-unit', unit: '' }],
  ['__proto__', 'km', { type: 'unknown-unit', unit: '__proto__' }],
  ['constructor', 'km', { type: 'unknown-unit', unit: 'constructor' }],
  ['miles', 'kg', { type: 'incompatible' }],
  ['square meters', 'meters', { type: 'incompatible' }],
])('%s to %s is refused', (from, to, expected) => {
  expect(convert({ value: 1, from, to })).toEqual(expected);
});

test('there and back is the same value', () => {
  const groups = [
    ['km', 'miles', 'feet', 'inches', 'nautical miles', 'cm'],
    ['kg', 'pounds', 'ounces', 'stone', 'grams'],
    ['celsius', 'fahrenheit', 'kelvin'],
    ['litres', 'gallons', 'cups', 'tablespoons'],
    ['mph', 'm/s', 'knots', 'km/h'],
  ];
  const pair = fc
    .constantFrom(...groups)
    .chain((group) => fc.tuple(fc.constantFrom(...group), fc.constantFrom(...group)));
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), pair, (value, [from, to]) => {
      const there = convert({ value, from, to });
      const back = there.type === 'value' ? convert({ value: there.value, from: to, to: from }) : there;
      expect(back.type).toBe('value');
      // 10 digits each way; near absolute zero's offset the error is that of the offset.
      if (back.type === 'value')
        expect(Math.abs(back.value - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value) + 1e-6);
    }),
  );
});

test('any text for a unit gets a verdict', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      expect(['value', 'unknown-unit', 'incompatible']).toContain(
        convert({ value: 1, from: text, to: 'km' }).type,
      );
    }),
  );
});
