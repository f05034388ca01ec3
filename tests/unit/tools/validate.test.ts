import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../../../src/protocol/json.ts';
import { compileSchema } from '../../../src/tools/validate.ts';

function errorsOf(schema: JsonSchema, value: unknown): readonly string[] {
  return compileSchema(schema)(value).map(({ path, message }) => `${path}: ${message}`);
}
const inProperty = (schema: JsonSchema): JsonSchema => ({ type: 'object', properties: { a: schema } });

describe('messages say where, what is expected and what was found', () => {
  test.each<[string, JsonSchema, unknown, readonly string[]]>([
    ['type', { type: 'number' }, '7', ['a: must be a number, not "7"']],
    ['integer', { type: 'integer' }, 1.5, ['a: must be a whole number, not 1.5']],
    ['several types', { type: ['string', 'null'] }, 7, ['a: must be a string or null, not 7']],
    ['enum', { type: 'string', enum: ['km', 'mi'] }, 'm', ['a: must be one of "km", "mi", not "m"']],
    ['const', { const: 1 }, 2, ['a: must be 1, not 2']],
    ['minimum', { minimum: 1 }, 0, ['a: must be 1 or more, not 0']],
    ['exclusiveMaximum', { exclusiveMaximum: 1 }, 1, ['a: must be less than 1, not 1']],
    ['minLength', { minLength: 1 }, '', ['a: must not be empty']],
    ['maxLength', { maxLength: 2 }, 'abc', ['a: must have 2 characters or fewer']],
    ['pattern', { pattern: '^[a-z]+$' }, 'A', ['a: must match the pattern ^[a-z]+$, not "A"']],
    ['format', { format: 'date' }, '1 May', ['a: must be a date such as 2026-03-01, not "1 May"']],
    ['multipleOf', { multipleOf: 0.01 }, 0.005, ['a: must be a multiple of 0.01, not 0.005']],
    ['items', { items: { type: 'string' } }, ['x', 7], ['a[1]: must be a string, not 7']],
    ['uniqueItems', { uniqueItems: true }, [1, 1], ['a: must not hold the same item twice']],
    ['contains', { contains: { type: 'string' } }, [1], ['a: does not hold the items it needs']],
    ['not', { not: { type: 'string' } }, 'x', ['a: must not be "x"']],
    [
      'propertyNames',
      { propertyNames: { pattern: '^[a-z]$' } },
      { B: 1 },
      ['a: has a name that is not allowed'],
    ],
    [
      'anyOf, no alternative meant',
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      7,
      ['a: must be a string, or null, not 7'],
    ],
    [
      'anyOf, one meant',
      { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] },
      '',
      ['a: must not be empty'],
    ],
    [
      'oneOf, two fit',
      { oneOf: [{ type: 'number' }, { type: 'integer' }] },
      7,
      ['a: must fit exactly one of its alternatives (a number, or a whole number), but fits several'],
    ],
    ['false', false as unknown as JsonSchema, 1, ['a: is not allowed']],
  ])('%s', (_title, schema, value, expected) => {
    expect(errorsOf(inProperty(schema), { a: value })).toEqual(expected);
  });

  test('missing and unknown names, each with what to do', () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['C', 'F'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    };
    expect(errorsOf(schema, { town: 'Oslo', place: 1 })).toEqual([
      'city: is missing; it must be a string',
      'unit: is missing; it must be one of "C", "F"',
      'town: is not a known name; use one of: city, unit',
      'place: is not a known name; use one of: city, unit',
    ]);
    expect(errorsOf({ type: 'object', additionalProperties: false }, { a: 1 })).toEqual([
      'a: is not a known name; no values are expected here',
    ]);
  });

  test('an additionalProperties schema is explained from inside', () => {
    expect(errorsOf({ type: 'object', additionalProperties: { type: 'number' } }, { x: 'y' })).toEqual([
      'x: must be a number, not "y"',
    ]);
  });

  test('references are followed, at most eight errors are given', () => {
    const schema = {
      type: 'object',
      properties: { list: { type: 'array', items: { $ref: '#/$defs/word' } } },
      $defs: { word: { type: 'string', maxLength: 3 } },
    };
    expect(errorsOf(schema, { list: ['abcd'] })).toEqual(['list[0]: must have 3 characters or fewer']);
    expect(errorsOf(schema, { list: Array.from({ length: 20 }, () => 1) })).toHaveLength(8);
  });
});

describe('formats', () => {
  test.each([
    ['date', '2026-02-28', '2026-02-30'],
    ['date-time', '2026-02-28T12:00:00Z', '2026-02-28 12:00'],
    ['time', '12:00:00Z', '25:00:00Z'],
    ['email', 'a@example.com', 'a.example.com'],
    ['uri', 'https://example.com/a', 'example'],
    ['uuid', '0191d6a2-7c1e-7000-8000-000000000000', '0191'],
  ])('%s', (format, good, bad) => {
    expect(errorsOf({ type: 'string', format }, good)).toEqual([]);
    expect(errorsOf({ type: 'string', format }, bad)).toHaveLength(1);
  });

  test('an unknown format is an annotation', () => {
    expect(errorsOf({ type: 'string', format: 'colour' }, 'x')).toEqual([]);
  });
});

describe('any value gets a verdict', () => {
  test('what is not JSON is named, not thrown', () => {
    const check = compileSchema({ type: 'object' });
    expect(check(undefined)).toEqual([{ path: '', message: 'must be an object, not null' }]);
    expect(check({ a: { b: [1n] } })).toEqual([
      { path: 'a.b[0]', message: 'is a BigInt, which JSON cannot hold' },
    ]);
    expect(check({ a: Number.NaN })).toHaveLength(1);
    expect(check(JSON.parse('{"__proto__":{"a":1}}'))).toEqual([
      { path: '', message: 'has a key named __proto__' },
    ]);
    expect(check({ toString: 1, constructor: 2, hasOwnProperty: 3 })).toEqual([]);
  });

  test('depth does not break it', () => {
    const check = compileSchema({
      type: 'object',
      properties: { a: { $ref: '#' } },
      additionalProperties: false,
    });
    let deep: unknown = {};
    for (let level = 0; level < 5000; level += 1) deep = { a: deep };
    expect(check(deep)[0]?.message).toMatch(/nested more than 200 levels/);
  });

  test('the verdict on generated arguments is that of a hand-written check', () => {
    const check = compileSchema({
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 2 },
        count: { type: 'integer', minimum: 0, maximum: 9 },
      },
      required: ['name'],
      additionalProperties: false,
    });
    const value = fc.record(
      {
        name: fc.anything(),
        count: fc.oneof(fc.integer({ min: -3, max: 12 }), fc.jsonValue()),
        extra: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(value, fc.record({ name: fc.string() })), (input) => {
        const { name, count } = input as { readonly name?: unknown; readonly count?: unknown };
        // A property that is undefined is no property in JSON.
        const known = Object.entries(input).every(
          ([key, item]) => item === undefined || key === 'name' || key === 'count',
        );
        const good =
          known &&
          typeof name === 'string' &&
          Array.from(name).length >= 2 &&
          (count === undefined || (Number.isInteger(count) && Number(count) >= 0 && Number(count) <= 9));
        expect(check(input).length === 0).toBe(good);
      }),
      { numRuns: 1000 },
    );
  });

  test('any value at all', () => {
    const check = compileSchema({
      type: 'object',
      properties: { a: { anyOf: [{ type: 'string' }, { $ref: '#' }] } },
    });
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        (value) => {
          for (const error of check(value)) expect(error.message).not.toBe('');
        },
      ),
    );
  });
});
