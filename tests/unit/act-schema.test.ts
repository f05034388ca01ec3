/** An `act` step as JSON Schema, for engines without grammars: it must allow whatever the grammar allows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Validator } from '@cfworker/json-schema';
import { parseOutput } from '../../src/decode/output.ts';
import { toolGrammar } from '../../src/decode/tool-grammar.ts';
import type { Json } from '../../src/protocol/json.ts';
import { builtinTools } from '../../src/tools/builtin/index.ts';
import { readGrammar, sampleGrammar } from './gbnf-sampler.ts';

const tools = builtinTools().map(({ spec }) => spec);
const random = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

function isValid(schema: object, value: unknown): boolean {
  // The library writes its bookkeeping into the schema.
  return new Validator(structuredClone(schema), '2020-12').validate(value).valid;
}

describe('the schema of a step with one call', () => {
  test('allows every value that the grammar allows', () => {
    const { gbnf, jsonSchema } = toolGrammar({ tools, maxCalls: 1 });
    const rules = readGrammar(gbnf);
    fc.assert(
      fc.property(random, (dice) => {
        const text = sampleGrammar(rules, () => dice.next().value as number);
        expect(isValid(jsonSchema!, JSON.parse(text) as Json)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('allows no unknown tool, no empty answer, and nothing beside', () => {
    const { jsonSchema } = toolGrammar({ tools, maxCalls: 1 });
    for (const value of [
      { name: 'nonsense', arguments: {} },
      { name: tools[0]!.name },
      { answer: '' },
      { answer: 'Yes.', name: 'x' },
      'Yes.',
      [],
    ]) {
      expect(isValid(jsonSchema!, value)).toBe(false);
    }
    expect(isValid(jsonSchema!, { ask: 'Which one?' })).toBe(true);
  });

  test('is not given where it would allow less than the grammar, or lose a reference', () => {
    expect(toolGrammar({ tools, maxCalls: 2 }).jsonSchema).toBeUndefined();
    expect(toolGrammar({ tools, allow: { calls: false } }).jsonSchema).toBeDefined();
    const spec = {
      name: 'tree',
      description: 'A tree.',
      permission: 'read' as const,
      parameters: {
        type: 'object',
        properties: { root: { $ref: '#/$defs/node' } },
        required: ['root'],
        $defs: { node: { type: 'string' } },
      },
    };
    expect(toolGrammar({ tools: [spec], maxCalls: 1 }).jsonSchema).toBeUndefined();
  });

  test('its value is read also where it is written over several lines', () => {
    const output = { name: 'add', arguments: { a: 1, b: [2] } };
    expect(parseOutput(JSON.stringify(output, null, 2))).toEqual({
      type: 'read',
      output: { type: 'calls', calls: [output] },
    });
  });
});
