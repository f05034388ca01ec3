/** Calls read while they are written: the same as reading the whole, wherever the text is cut. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallReader } from '../../src/decode/call-reader.ts';
import { parseOutput, renderOutput } from '../../src/decode/output.ts';
import { partialJson } from '../../src/decode/partial-json.ts';
import type { Json } from '../../src/protocol/json.ts';
import type { ToolCall } from '../../src/protocol/tool.ts';
import { arbitraryOutput } from '../fixtures/journal/arbitrary-event.ts';

/** A text in pieces, cut between any two UTF-16 units. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...new Set([...places.map((place) => place % (text.length + 1)), text.length])].toSorted(
    (left, right) => left - right,
  );
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

function readAll(pieces: readonly string[]): ToolCall[] {
  const reader = new CallReader();
  return pieces.flatMap((piece) => reader.push(piece));
}

const places = fc.array(fc.nat(), { maxLength: 12 });

/** Texts as models write them: whole outputs, with spaces, cut off, run together, or nothing of the kind. */
const anyText = fc.oneof(
  arbitraryOutput.map(renderOutput),
  arbitraryOutput.map((output) =>
    output.type === 'calls' && output.calls.length === 1
      ? JSON.stringify(output.calls[0], undefined, 2)
      : renderOutput(output),
  ),
  fc.tuple(arbitraryOutput, fc.nat()).map(([output, end]) => renderOutput(output).slice(0, end % 200)),
  fc
    .array(
      fc.oneof(
        arbitraryOutput.map(renderOutput),
        fc.constantFrom(
          '\n',
          '\r\n',
          ' ',
          '\t',
          '\u00a0',
          '{',
          '}',
          '"',
          '\\',
          'x',
          '[1]',
          '{}',
          '{"name":"a"}',
        ),
        fc.constantFrom('{"name":"a","arguments":{},"more":[{"b":"}"}]}', '{"name":"a","arguments":{}}'),
        fc.constantFrom('{"name":"a","arguments":{},"ask":"b"}', '{"name":"a",\n"arguments":{}}'),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

describe('a reader of calls', () => {
  test('tells a call with its closing brace, and none before', () => {
    const first = '{"name":"add","arguments":{"text":"a } \\" b","list":[{"n":1}]}}';
    const reader = new CallReader();
    expect(reader.push(first.slice(0, -1))).toEqual([]);
    expect(reader.push('}')).toEqual([JSON.parse(first)]);
    expect(reader.partial).toBeUndefined();
    expect(reader.push('\n{"name":"more"')).toEqual([]);
    expect(reader.partial).toEqual({ name: 'more', arguments: {} });
    expect(reader.push(',"arguments":{"n":-1.5e')).toEqual([]);
    expect(reader.push('1}}')).toEqual([{ name: 'more', arguments: { n: -15 } }]);
  });

  test('any cutting of any text tells the same calls, and those of the whole', () => {
    fc.assert(
      fc.property(anyText, places, (text, cuts) => {
        const told = readAll(cut(text, cuts));
        expect(told).toEqual(readAll([text]));
        const whole = parseOutput(text);
        if (whole.type !== 'read') return;
        const mayBeWords = /"(?:answer|ask)":"/.test(text);
        if (whole.output.type !== 'calls') expect(told).toEqual([]);
        else if (!mayBeWords) expect(told).toEqual(whole.output.calls);
      }),
      { numRuns: 500 },
    );
  });

  test('a text cut off anywhere has told the calls that are whole', () => {
    fc.assert(
      fc.property(arbitraryOutput, fc.nat(), (output, end) => {
        fc.pre(output.type === 'calls');
        const text = renderOutput(output);
        const part = text.slice(0, end % (text.length + 1));
        const lines = part.split('\n').filter((line, index) => text.split('\n')[index] === line);
        expect(readAll([part])).toEqual(lines.map((line) => JSON.parse(line) as ToolCall));
      }),
    );
  });

  test('what is being written is a beginning of what it becomes', () => {
    fc.assert(
      fc.property(arbitraryOutput, (output) => {
        fc.pre(output.type === 'calls');
        const reader = new CallReader();
        let finished = 0;
        for (const character of renderOutput(output)) {
          finished += reader.push(character).length;
          const { partial } = reader;
          const call = output.calls[finished];
          if (partial === undefined || call === undefined) continue;
          expect(partial.name).toBe(call.name);
          expectBeginning(partial.arguments, call.arguments);
        }
        expect(finished).toBe(output.calls.length);
      }),
    );
  });
});

/** Texts and lists may be shorter than they become, objects may lack keys; nothing else may differ. */
function expectBeginning(part: Json | undefined, whole: Json | undefined): void {
  if (typeof part === 'string' && typeof whole === 'string') {
    expect(whole.startsWith(part)).toBe(true);
    return;
  }
  if (typeof part !== 'object' || part === null) {
    expect(part).toEqual(whole);
    return;
  }
  for (const [key, value] of Object.entries(part)) {
    expectBeginning(value, (whole as Readonly<Record<string, Json>>)[key]);
  }
}

describe('JSON under way', () => {
  test.each([
    ['', undefined],
    ['{', {}],
    ['{"a', {}],
    ['{"a":', {}],
    ['{"a":1', {}],
    ['{"a":1,', { a: 1 }],
    ['{"a":tru', {}],
    ['{"a":[1,"b', { a: [1, 'b'] }],
    ['{"a":"x\\', { a: 'x' }],
    ['{"a":"x\\u00', { a: 'x' }],
    ['{"a":"x\\ud83d', { a: 'x' }],
    ['{"a":"x\\ud83d\\ude00', { a: 'x😀' }],
    ['{"a":"x\ud83d', { a: 'x' }],
    ['{"a":{"b":null},"c":"', { a: { b: null }, c: '' }],
    ['}', undefined],
    ['no', undefined],
  ])('%j is shown as far as it goes', (text, value) => {
    expect(partialJson(text)).toEqual(value);
  });
});
