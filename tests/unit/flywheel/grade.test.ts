import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gradeRow, summarise } from '../../../src/flywheel/grade.ts';
import { parseToolCallRow } from '../../../src/flywheel/tool-call-row.ts';
import type { ToolCallRow } from '../../../src/flywheel/tool-call-row.ts';
import type { JsonObject } from '../../../src/protocol/json.ts';
import type { StepOutput } from '../../../src/protocol/task-event.ts';

const lines = readFileSync(join(import.meta.dirname, '../../fixtures/toolcall/rows.jsonl'), 'utf8')
  .trim()
  .split('\n');

const rows = lines.map((line, index): ToolCallRow => {
  const parsed = parseToolCallRow(line, index + 1);
  if (parsed.type === 'unreadable') throw new Error(parsed.reason);
  return parsed.row;
});

function row(id: string): ToolCallRow {
  return rows.find((one) => one.id === id)!;
}

function calls(...made: readonly (readonly [string, JsonObject])[]): StepOutput {
  return { type: 'calls', calls: made.map(([name, values]) => ({ name, arguments: values })) };
}

function game(facts: readonly string[]): StepOutput {
  return calls(['game', { name: 'Go', facts }]);
}

describe('a right call', () => {
  const exactly = { valid: true, name: true, exact: true, refused: false };

  test.each([
    ['as expected', { city: 'Oslo', day: 'tomorrow' }],
    ['other spelling', { city: 'O S-L/O.', day: 'TO_MORROW' }],
    ['an acceptable value', { city: 'Oslo', day: 'the next day' }],
    ['optional ones left out', { city: 'Oslo' }],
    ['an optional one with its acceptable value', { city: 'Oslo', metric: true }],
  ])('%s', (_what, values) => {
    expect(gradeRow(row('own-1'), calls(['weather', values]))).toEqual(exactly);
  });

  test('several calls in any order', () => {
    const output = calls(['add', { a: 4, b: 1 }], ['add', { a: 2, b: 3.5 }]);
    expect(gradeRow(row('own-2'), output)).toEqual(exactly);
  });

  test('nested values are compared by the same rules', () => {
    const output = calls(['remind', { token: 'T 1', items: [{ at: 9, text: 'call bob' }] }]);
    expect(gradeRow(row('own-4'), output)).toEqual(exactly);
  });

  test('a list counts in an acceptable order only', () => {
    expect(gradeRow(row('own-5'), game(['rating', 'player count'])).exact).toBe(true);
    expect(gradeRow(row('own-5'), game(['Player Count', 'rating'])).exact).toBe(true);
    expect(gradeRow(row('own-5'), game(['rating'])).exact).toBe(false);
  });

  test('no call where none is expected', () => {
    const answer: StepOutput = { type: 'refusal', text: 'Where?' };
    expect(gradeRow(row('own-3'), answer)).toEqual({ ...exactly, refused: true });
  });

  test('matching finds the one assignment that works, whatever the order', () => {
    const wide = { name: 'add', arguments: { a: 1, b: 1 }, acceptable: { a: [2] }, optional: [] };
    const narrow = { name: 'add', arguments: { a: 1, b: 1 }, acceptable: {}, optional: [] };
    const made = calls(['add', { a: 1, b: 1 }], ['add', { a: 2, b: 1 }]);
    for (const expected of [
      [wide, narrow],
      [narrow, wide],
    ]) {
      expect(gradeRow({ tools: row('own-2').tools, expected }, made).exact).toBe(true);
    }
  });
});

describe('a wrong call', () => {
  test.each<[string, string, StepOutput, object]>([
    ['a wrong value', 'own-1', calls(['weather', { city: 'Bergen' }]), { valid: true, name: true }],
    [
      'a required one missing',
      'own-1',
      calls(['weather', { day: 'tomorrow' }]),
      { valid: false, name: true },
    ],
    [
      'a parameter nobody expects',
      'own-1',
      calls(['weather', { city: 'Oslo', extra: 1 }]),
      { valid: true, name: true },
    ],
    [
      'a known parameter, wrong value',
      'own-1',
      calls(['weather', { city: 'Oslo', metric: false }]),
      { valid: true, name: true },
    ],
    [
      'text for a number',
      'own-2',
      calls(['add', { a: '2', b: 3.5 }], ['add', { a: 4, b: 1 }]),
      { valid: false, name: true },
    ],
    ['one call of two', 'own-2', calls(['add', { a: 4, b: 1 }]), { valid: true, name: false }],
    [
      'the same call twice',
      'own-2',
      calls(['add', { a: 4, b: 1 }], ['add', { a: 4, b: 1 }]),
      { valid: true, name: true },
    ],
    [
      'a tool that is not there',
      'own-1',
      calls(['forecast', { city: 'Oslo' }]),
      { valid: false, name: false },
    ],
    [
      'a call where none is expected',
      'own-3',
      calls(['book', { place: 'here' }]),
      { valid: true, name: false },
    ],
    [
      'a refusal where a call is expected',
      'own-1',
      { type: 'refusal', text: '?' },
      { valid: true, name: false, refused: true },
    ],
    ['no call at all, called a call', 'own-3', calls(), { valid: false, name: false }],
  ])('%s', (_what, id, output, grade) => {
    expect(gradeRow(row(id), output)).toEqual({ refused: false, exact: false, ...grade });
  });

  test('an unreadable output is wrong in every way, also where no call is expected', () => {
    expect(gradeRow(row('own-3'), undefined)).toEqual({
      valid: false,
      name: false,
      exact: false,
      refused: false,
    });
  });

  test('a parameter that may be left out, but has no known value, is wrong when given', () => {
    const expected = [{ name: 'weather', arguments: { city: 'Oslo' }, acceptable: {}, optional: ['day'] }];
    const given = calls(['weather', { city: 'Oslo', day: 'x' }]);
    expect(gradeRow({ tools: row('own-1').tools, expected }, given).exact).toBe(false);
  });
});

test('the expected calls of every row are exact, in any order', () => {
  fc.assert(
    fc.property(fc.constantFrom(...rows), fc.infiniteStream(fc.nat()), (one, keys) => {
      const shuffled = one.expected.map((call) => ({ call, key: keys.next().value as number }));
      const ordered = shuffled.toSorted((a, b) => a.key - b.key).map(({ call }) => call);
      const output: StepOutput =
        ordered.length === 0 ? { type: 'answer', text: 'no' } : { type: 'calls', calls: ordered };
      expect(gradeRow(one, output)).toMatchObject({ valid: true, name: true, exact: true });
    }),
  );
});

test('grades add up', () => {
  const one = { valid: true, name: true, exact: false, refused: false };
  const other = { valid: true, name: false, exact: false, refused: true };
  expect(summarise([one, other])).toEqual({ n: 2, valid: 2, name: 1, exact: 0, refused: 1 });
  expect(summarise([])).toEqual({ n: 0, valid: 0, name: 0, exact: 0, refused: 0 });
});

describe('reading rows', () => {
  test('earlier calls and their results keep their tool', () => {
    const { turns, tools, expected } = row('own-4');
    expect(turns).toEqual([
      { role: 'user', content: 'Log me in as Ada, password x.' },
      {
        role: 'assistant',
        content: '',
        calls: [{ name: 'login', arguments: { user: 'Ada', password: 'x' } }],
      },
      { role: 'tool', content: '{"token": "t-1"}', name: 'login' },
    ]);
    expect(tools.map((tool) => tool.name)).toEqual(['login', 'remind']);
    expect(expected).toHaveLength(1);
  });

  test.each([
    ['{"id":', 'not JSON'],
    ['[]', 'the row must be an object'],
    ['{"id":"x"}', 'tools must be a list'],
    ['{"id":"","messages":[{"role":"user","content":"x"}],"tools":[],"expected":[]}', 'id must be text'],
    ['{"id":"x","messages":[],"tools":[],"expected":[]}', 'messages must end with'],
    ['{"id":"x","messages":[{"role":"robot","content":"x"}],"tools":[],"expected":[]}', 'messages[0].role'],
    [
      '{"id":"x","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function"}],"expected":[]}',
      'tools[0].function must be an object',
    ],
    [
      '{"id":"x","messages":[{"role":"user","content":"x"}],"tools":[],"expected":[{"name":"a"}]}',
      'expected[0].arguments must be an object',
    ],
  ])('%s is refused with its line and place', (line, reason) => {
    const parsed = parseToolCallRow(line, 12);
    expect(parsed).toMatchObject({ type: 'unreadable' });
    expect(parsed.type === 'unreadable' && parsed.reason).toContain('Line 12: ');
    expect(parsed.type === 'unreadable' && parsed.reason).toContain(reason);
  });

  test('any JSON is a row or is refused with a reason, never a surprise', () => {
    const damaged = fc.tuple(fc.constantFrom(...lines), fc.nat(), fc.nat(20)).map(([line, at, length]) => {
      const start = at % line.length;
      return line.slice(0, start) + line.slice(start + length);
    });
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged), (line) => {
        expect(['read', 'unreadable']).toContain(parseToolCallRow(line, 1).type);
      }),
      { numRuns: 500 },
    );
  });
});
