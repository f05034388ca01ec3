/** What a person types as a corrected call. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCalls } from '../../../src/ui/read-calls.ts';

const names = ['add', 'list'];

describe('readCalls', () => {
  test('one call, several calls, and none', () => {
    const call = { name: 'add', arguments: { a: 1 } };
    expect(readCalls(JSON.stringify(call), names)).toEqual({ type: 'calls', calls: [call] });
    expect(readCalls(JSON.stringify([call, call]), names)).toEqual({ type: 'calls', calls: [call, call] });
    expect(readCalls('[]', names)).toEqual({ type: 'calls', calls: [] });
  });

  test.each([
    ['{"name":', /not JSON/],
    ['3', /Call 1 is not an object/],
    ['[{"arguments":{}}]', /has no "name"/],
    ['[{"name":"add","arguments":{}},{"name":"remove","arguments":{}}]', /Call 2 names "remove".*add, list/],
    ['{"name":"add"}', /needs "arguments"/],
    ['{"name":"add","arguments":[]}', /needs "arguments"/],
    ['{"name":"add","arguments":{},"id":1}', /has "id"/],
  ])('%s is a mistake that says so', (text, message) => {
    const read = readCalls(text, names);
    expect(read.type === 'mistake' && read.message).toMatch(message);
  });

  test('any text gives calls or a mistake, never a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['calls', 'mistake']).toContain(readCalls(text, names).type);
      }),
    );
  });

  test('every call comes out as it went in', () => {
    const calls = fc.array(
      fc.record({ name: fc.constantFrom(...names), arguments: fc.dictionary(fc.string(), fc.jsonValue()) }),
    );
    fc.assert(
      fc.property(calls, (given) => {
        const text = JSON.stringify(given);
        expect(readCalls(text, names)).toEqual({ type: 'calls', calls: JSON.parse(text) });
      }),
    );
  });
});
