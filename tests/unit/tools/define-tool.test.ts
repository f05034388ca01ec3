import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { Fault } from '../../../src/protocol/fault.ts';
import type { JsonObject } from '../../../src/protocol/json.ts';
import { unenforcedKeywords } from '../../../src/decode/schema-keywords.ts';
import { builtinTools } from '../../../src/tools/builtin/index.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';

const base = { name: 'weather', description: 'Weather of a city.', execute: () => null } as const;
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
const withProperty = (property: unknown): unknown => ({ type: 'object', properties: { a: property } });
const signal = new AbortController().signal;

/** Definitions as plain JavaScript hands them in: the type does not protect. */
function faultOf(definition: unknown): Fault {
  try {
    defineTool(definition as Parameters<typeof defineTool>[0]);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('the definition was accepted');
}

describe('a good definition', () => {
  test('plain JSON Schema becomes a frozen spec; permission is write unless said otherwise', () => {
    const tool = defineTool({ ...base, inputSchema: city });
    expect(tool.spec).toEqual({
      name: 'weather',
      description: 'Weather of a city.',
      parameters: city,
      permission: 'write',
    });
    expect(tool.timeoutMs).toBe(30_000);
    expect(defineTool({ ...base, inputSchema: city, permission: 'read' }).spec.permission).toBe('read');
  });

  test('the schema is copied and deeply frozen', () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } } };
    const tool = defineTool({ ...base, inputSchema: schema });
    schema.properties.city.type = 'number';
    expect(tool.validate({ city: 'Oslo' })).toEqual([]);
    const { properties } = tool.spec.parameters as { readonly properties: { city: object } };
    expect(Object.isFrozen(properties.city)).toBe(true);
  });

  test('Zod: JSON Schema without $schema, types inferred, defaults and transforms applied', async () => {
    let seen: unknown;
    const tool = defineTool({
      ...base,
      inputSchema: z.object({
        city: z.string().transform((text) => text.toUpperCase()),
        days: z.number().int().default(3),
      }),
      execute: (input, context) => {
        expectTypeOf(input).toEqualTypeOf<{ city: string; days: number }>();
        expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
        seen = input;
        return null;
      },
    });
    expect(tool.spec.parameters).not.toHaveProperty('$schema');
    expect(tool.spec.parameters).toMatchObject({ type: 'object', required: ['city'] });
    expect(tool.validate({ city: 'Oslo' })).toEqual([]);
    await tool.execute({ city: 'Oslo' }, { signal });
    expect(seen).toEqual({ city: 'OSLO', days: 3 });
  });

  test('plain JSON Schema gives a JSON object', () => {
    defineTool({
      ...base,
      inputSchema: city,
      execute: (input) => {
        expectTypeOf(input).toEqualTypeOf<JsonObject>();
        return null;
      },
    });
  });

  test('a Zod refinement, which JSON Schema cannot say, is checked too', async () => {
    const even = z.object({ count: z.number().refine((value) => value % 2 === 0, 'must be even') });
    const tool = defineTool({ ...base, inputSchema: even });
    expect(tool.validate({ count: 3 })).toEqual([{ path: 'count', message: 'must be even' }]);
    expect(tool.validate({ count: 4 })).toEqual([]);

    const later = z.object({
      list: z.array(z.string().refine(async (text) => text !== 'no', 'is not free')),
    });
    const asynchronous = defineTool({ ...base, inputSchema: later });
    expect(asynchronous.validate({ list: ['no'] })).toEqual([]);
    await expect(asynchronous.execute({ list: ['yes', 'no'] }, { signal })).rejects.toMatchObject({
      code: 'arguments-invalid',
      details: { tool: 'weather', errors: [{ path: 'list[1]', message: 'is not free' }] },
    });
  });
});

describe('a bad definition is refused with its place, reason and remedy', () => {
  const cyclic: Record<string, unknown> = { type: 'object' };
  cyclic['properties'] = { self: cyclic };

  test.each([
    ['a name with a space', { name: 'get weather' }, 'name'],
    ['no name', { name: undefined }, 'name'],
    ['a name of 65 letters', { name: 'a'.repeat(65) }, 'name'],
    ['a blank description', { description: '  ' }, 'description'],
    ['no function', { execute: 'weather' }, 'execute'],
    ['another permission', { permission: 'admin' }, 'permission'],
    ['no time', { timeoutMs: 0 }, 'timeoutMs'],
    ['NaN time', { timeoutMs: Number.NaN }, 'timeoutMs'],
    ['no schema', { inputSchema: undefined }, 'inputSchema'],
    ['a schema that is a list', { inputSchema: [] }, 'inputSchema'],
    ['a string schema', { inputSchema: { type: 'string' } }, 'inputSchema.type'],
    ['no type', { inputSchema: { properties: {} } }, 'inputSchema.type'],
    ['a Zod string', { inputSchema: z.string() }, 'inputSchema.type'],
    ['Zod of what JSON lacks', { inputSchema: z.object({ at: z.date() }) }, 'inputSchema'],
    ['a standard schema without JSON', { inputSchema: { '~standard': { version: 1 } } }, 'inputSchema'],
    ['a cycle', { inputSchema: cyclic }, 'inputSchema.properties.self'],
    [
      'a function inside',
      { inputSchema: withProperty({ default: () => 1 }) },
      'inputSchema.properties.a.default',
    ],
    [
      'required: true',
      { inputSchema: withProperty({ required: true }) },
      'inputSchema.properties.a.required',
    ],
    [
      'properties as a list',
      { inputSchema: { type: 'object', properties: ['a'] } },
      'inputSchema.properties',
    ],
    ['a property that is text', { inputSchema: withProperty('string') }, 'inputSchema.properties.a'],
    ['an unknown type', { inputSchema: withProperty({ type: 'text' }) }, 'inputSchema.properties.a.type'],
    ['an empty enum', { inputSchema: withProperty({ enum: [] }) }, 'inputSchema.properties.a.enum'],
    [
      'minLength as text',
      { inputSchema: withProperty({ minLength: '1' }) },
      'inputSchema.properties.a.minLength',
    ],
    ['multipleOf 0', { inputSchema: withProperty({ multipleOf: 0 }) }, 'inputSchema.properties.a.multipleOf'],
    ['a broken regex', { inputSchema: withProperty({ pattern: '(' }) }, 'inputSchema.properties.a.pattern'],
    ['anyOf of nothing', { inputSchema: withProperty({ anyOf: [] }) }, 'inputSchema.properties.a.anyOf'],
    [
      'a bad item in anyOf',
      { inputSchema: withProperty({ anyOf: [7] }) },
      'inputSchema.properties.a.anyOf[0]',
    ],
    ['a dead $ref', { inputSchema: withProperty({ $ref: '#/$defs/none' }) }, 'inputSchema.properties.a.$ref'],
    [
      'a remote $ref',
      { inputSchema: withProperty({ $ref: 'https://a.example/b' }) },
      'inputSchema.properties.a.$ref',
    ],
    [
      'a $ref to no schema',
      { inputSchema: withProperty({ $ref: '#/type' }) },
      'inputSchema.properties.a.$ref',
    ],
    [
      'a $ref that never arrives',
      {
        inputSchema: { type: 'object', $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } } },
      },
      'inputSchema.$defs.a.allOf[0].$ref',
    ],
    [
      'a property named constructor',
      { inputSchema: { type: 'object', properties: { constructor: { type: 'string' } } } },
      'inputSchema.properties',
    ],
    [
      'a property named __proto__',
      { inputSchema: JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}') },
      'inputSchema.properties',
    ],
    [
      'an example that breaks the schema',
      { examples: [{ request: 'x', arguments: {} }] },
      'examples[0].arguments.city',
    ],
    ['an example without a request', { examples: [{ arguments: { city: 'Oslo' } }] }, 'examples[0].request'],
  ])('%s', (_title, change, path) => {
    const fault = faultOf({ ...base, inputSchema: city, ...change });
    expect(fault.code).toBe('tool-invalid');
    expect(fault.details['path']).toBe(path);
    expect(fault.message).toMatch(/cannot be used: its .+\.$/);
    expect(fault.reason).toBeTruthy();
    expect(fault.remedy).toBeTruthy();
  });

  test('a recursive schema that does arrive is fine', () => {
    const tree = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#' } }, name: { $ref: '#/$defs/a~1b' } },
      required: ['name'],
      $defs: { 'a/b': { type: 'string' } },
    };
    const tool = defineTool({ ...base, inputSchema: tree });
    expect(tool.validate({ name: 'a', children: [{ name: 'b' }, { name: 'c', children: [] }] })).toEqual([]);
    expect(tool.validate({ name: 'a', children: [{ name: 'b', children: [{}] }] })).toEqual([
      { path: 'children[0].children[0].name', message: 'is missing; it must be a string' },
    ]);
  });

  test.each<[string, JsonObject]>([
    ['to nowhere, beside a list of values', { additionalProperties: { $ref: 'object' }, enum: [{}] }],
    [
      'to a wrong schema below an unknown keyword',
      { items: true, anyOf: [{ 'x-own': { $id: ':::', anyOf: 'object' }, $ref: ':::' }, {}] },
    ],
  ])('a reference %s is refused', (_what, inputSchema) => {
    expect(() => defineTool({ ...base, inputSchema: { ...inputSchema, type: 'object' } })).toThrow(Fault);
  });

  test('whatever stands in for a schema, the answer is a tool or the fault tool-invalid', () => {
    const words =
      'type properties items anyOf $ref required enum minimum pattern $id $anchor additionalProperties $defs x-own';
    const keyword = fc.constantFrom(...words.split(' '));
    const leaf = fc.oneof(
      fc.constantFrom('object', 'string', '#', '#/properties/items', '#/x-own', ':::', '('),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const { schema } = fc.letrec((tie) => ({
      schema: fc.dictionary(keyword, tie('value'), { maxKeys: 3 }),
      value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('schema'), { maxLength: 2 }), tie('schema')),
    }));
    fc.assert(
      fc.property(schema, fc.jsonValue(), (inputSchema, value) => {
        try {
          const tool = defineTool({
            ...base,
            inputSchema: { ...(inputSchema as JsonObject), type: 'object' },
          });
          expect(Array.isArray(tool.validate(value))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

test('the tools that come with the runtime can be held to as well', () => {
  for (const { spec } of builtinTools({ baseUrl: 'http://localhost/' })) {
    expect(() => unenforcedKeywords(spec.parameters), spec.name).not.toThrow();
  }
});
