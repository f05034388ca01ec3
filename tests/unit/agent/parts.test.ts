import fc from 'fast-check';
import { mostCalls } from '../../../src/agent/call-limit.ts';
import { describe, expect, test } from 'vitest';
import { mergeStreams } from '../../../src/agent/merge.ts';
import { planGrammar, readPlan } from '../../../src/agent/plan.ts';
import { plainText } from '../../../src/agent/report.ts';
import { shortlist } from '../../../src/agent/shortlist.ts';
import { verifyAct, verifyAnswer } from '../../../src/agent/verify.ts';
import type { ToolSpec } from '../../../src/protocol/tool.ts';
import { readGrammar, sampleGrammar } from '../gbnf-sampler.ts';

const words = fc.constantFrom(
  'What',
  'is',
  '12.5',
  'and',
  'then',
  'also',
  'it',
  'Add',
  'milk.',
  'Oslo?',
  ';',
  '\n',
  'no!',
  '"a\\b"',
);
const goals = fc
  .array(words, { minLength: 1, maxLength: 20 })
  .map((parts) => parts.join(' ').trim())
  .filter(Boolean);

describe('plan', () => {
  test('whatever the model cuts, the subtasks are the goal in its own words and order', () => {
    fc.assert(
      fc.property(goals, fc.nat(), (goal, seed) => {
        const grammar = planGrammar(goal);
        let drawn = seed;
        const coin = (): number => {
          drawn = (drawn * 48_271 + 11) % 2_147_483_647;
          return drawn / 2_147_483_647;
        };
        const text = grammar === undefined ? goal : sampleGrammar(readGrammar(grammar.constraint.gbnf), coin);
        const subtasks = readPlan(goal, text);
        expect(subtasks.length).toBeGreaterThan(0);
        let at = 0;
        for (const subtask of subtasks) {
          const found = goal.indexOf(subtask.text, at);
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + subtask.text.length;
        }
        const known = new Set<string>();
        for (const { id, dependsOn } of subtasks) {
          expect(dependsOn.every((needed) => known.has(needed))).toBe(true);
          known.add(id);
        }
      }),
    );
  });

  test('a goal of one piece needs no model', () => {
    expect(planGrammar('Convert 10 km to miles')).toBeUndefined();
  });

  test('then, and words that point back, make a part wait', () => {
    const plan = readPlan(
      'Buy bread, then call Ann and pay Bob. Note it.',
      'Buy bread\ncall Ann\npay Bob.\nNote it.',
    );
    const [bread, ann, bob, note] = plan;
    expect(ann?.dependsOn).toEqual([bread?.id]);
    expect(bob?.dependsOn).toEqual([]);
    expect(note?.dependsOn).toEqual([bob?.id]);
  });
});

const tools: readonly ToolSpec[] = [
  ['calculator', 'Evaluates arithmetic.', 'What is 3 * 14?'],
  ['convert_unit', 'Converts a value between units.', 'Convert 2 meters to feet'],
  ['todo_add', 'Adds a to-do.', 'Remind me to buy milk'],
  ['note_list', 'Lists saved notes.', 'Show my notes'],
].map(([name = '', description = '', request = '']) => ({
  name,
  description,
  permission: 'read',
  parameters: { type: 'object', properties: {} },
  examples: [{ request, arguments: {} }],
}));

describe('shortlist', () => {
  test.each([
    ['What is 12.5 * 8?', 'calculator'],
    ['convert 10 kilometers to miles', 'convert_unit'],
    ['Remind me to call Bob', 'todo_add'],
    ['show all my notes', 'note_list'],
  ])('%s: %s stands last, where a small model looks first', (request, name) => {
    const list = shortlist({ request, tools, maxTools: 2, maxExamples: 2 });
    expect(list.tools).toHaveLength(2);
    expect(list.tools.at(-1)?.name).toBe(name);
    expect(list.examples.at(-1)?.output).toMatchObject({ type: 'calls', calls: [{ name }] });
  });

  test('a request that no tool is near is shown refusals', () => {
    const list = shortlist({ request: 'Who wrote the play Hamlet?', tools, maxTools: 2, maxExamples: 2 });
    expect(list.examples.at(-1)?.output.type).toBe('refusal');
  });

  test('tools without examples are shown without examples', () => {
    const bare = tools.map(({ name, description, permission, parameters }) => ({
      name,
      description,
      permission,
      parameters,
    }));
    expect(shortlist({ request: 'x', tools: bare, maxTools: 9, maxExamples: 9 }).examples).toEqual([]);
  });

  test('any request at all gives a list', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (request) => {
        expect(shortlist({ request, tools, maxTools: 3, maxExamples: 3 }).tools).toHaveLength(3);
      }),
    );
  });
});

describe('verdicts', () => {
  test.each([
    ['10 km is 6.2137 miles.', 'Convert 10 km to miles', [{ value: 6.2137, unit: 'miles' }]],
    ['The result is 1,234.50.', 'x', [{ result: 1234.5 }]],
    ['It is a Friday.', 'Which weekday is 2027-01-01?', [{ weekday: 'Friday' }]],
    ['Done.', 'Clear the list', [{}]],
  ])('%s is faithful', (text, request, results) => {
    expect(verifyAnswer(text, request, results)).toBeUndefined();
  });

  test.each([
    ['6.2137 is 10.2137 miles.', 'Convert 10 km to miles', [{ value: 6.2137 }], /10.2137 is in neither/],
    ['100 is 100.', 'What is 12.5 * 8?', [{ result: 100 }], /said 2 times/],
    [
      'I added water to your list.',
      'Add a to-do to water the plants',
      [{ added: 'water the plants' }],
      /nothing of the result/,
    ],
    ['  ', 'x', [1], /empty/],
  ])('%s is not', (text, request, results, reason) => {
    expect(verifyAnswer(text, request, results)?.reason).toMatch(reason);
  });

  test('any text is judged, never thrown on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.jsonValue(), (text, request, result) => {
        verifyAnswer(text, request, [result as never]);
        const { verdict } = verifyAct({ text, request, examples: [], checkCall: () => undefined });
        expect(['accepted', 'rejected']).toContain(verdict.type);
      }),
    );
  });

  test.each([
    [[{ result: 3 }], '3'],
    [[{ value: 6.2, unit: 'miles' }], 'value: 6.2, unit: miles'],
    [[{ notes: [] }], 'Nothing found.'],
    [
      [
        {
          notes: [
            { id: 'a', text: 'one' },
            { id: 'b', text: 'two' },
          ],
        },
      ],
      'one\ntwo',
    ],
    [[null], 'Nothing found.'],
  ])('%j reads plainly as %j', (results, text) => {
    expect(plainText(results)).toBe(text);
  });
});

async function* count(name: string, upTo: number, log: string[]): AsyncGenerator<string, void> {
  for (let index = 1; index <= upTo; index += 1) {
    yield `${name}${index}`;
    log.push(`${name}${index}`);
  }
}

async function* broken(): AsyncGenerator<string, void> {
  yield 'x';
  throw new Error('gone');
}
async function readToEnd(): Promise<void> {
  for await (const event of mergeStreams([count('a', 9, []), broken()])) expect(event).toBeTruthy();
}

describe('merged streams', () => {
  test('a stream goes on only after the reader has come back from its event', async () => {
    const log: string[] = [];
    const seen: string[] = [];
    for await (const event of mergeStreams([count('a', 3, log), count('b', 2, log)])) {
      expect(log).not.toContain(event);
      await Promise.resolve();
      expect(log).not.toContain(event);
      seen.push(event);
    }
    expect(seen.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2']);
    expect(log.toSorted()).toEqual(seen.toSorted());
  });

  test('a reader that leaves closes every stream', async () => {
    const log: string[] = [];
    for await (const event of mergeStreams([count('a', 9, log), count('b', 9, log)])) {
      if (event === 'a2') break;
    }
    const before = log.length;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(log).toHaveLength(before);
  });

  test('a stream that throws ends the whole', async () => {
    await expect(readToEnd()).rejects.toThrow('gone');
  });
});

describe('the number of calls that a request can ask for', () => {
  test.for([
    ['Play jazz', 1],
    ['Convert 12.5 km to miles.', 1],
    ['Weather in Oslo and Bergen', 2],
    ['Add milk, bread and eggs. Then show my list.', 5],
    ['', 1],
    ['a, b, c, d, e, f, g, h, i, j', 8],
  ] as const)('%s', ([request, calls]) => {
    expect(mostCalls(request)).toBe(calls);
  });
});
