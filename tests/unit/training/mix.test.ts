/** Data sets mixed into training rows: no leak between the parts, one list of tools a context, right calls in every spelling. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { parseOutput } from '../../../src/decode/output.ts';
import { gradeRow } from '../../../src/flywheel/grade.ts';
import { keepContexts, makeContexts, toolShelf } from '../../../training/mix/contexts.ts';
import { lessonOf } from '../../../training/mix/lesson.ts';
import { mixSets } from '../../../training/mix/mix-sets.ts';
import { nameStyles, restyleName, restyleRow } from '../../../training/mix/restyle.ts';
import { seededRandom } from '../../../src/flywheel/seeded-random.ts';
import { readSourceRows } from '../../../training/mix/source-row.ts';
import { splitRows } from '../../../training/mix/split.ts';

const folders: string[] = [];
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mix-'));
  folders.push(made);
  return made;
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function conversations(part: Iterable<{ readonly conversation: string }>): Set<string> {
  return new Set([...part].map(({ conversation }) => conversation));
}

function tool(name: string, properties: readonly string[]) {
  return {
    type: 'function',
    function: {
      name,
      description: `Does ${name}`,
      parameters: {
        type: 'object',
        properties: Object.fromEntries(properties.map((property) => [property, { type: 'string' }])),
        required: properties.slice(0, 1),
      },
    },
  };
}

/** Conversations of three services with two variants of their schemas, two rows each; every fifth row is no call. */
function sampleFile(path: string, count = 30): string {
  const lines = Array.from({ length: count * 2 }, (_, index) => {
    const number = index >> 1;
    const service = `Shop${'ABC'.charAt(number % 3)}_1`;
    const variant = number % 2;
    const words = variant === 0 ? ['item_name', 'shop_city'] : ['name_of_item', 'where_to'];
    const noCall = index % 5 === 4;
    return JSON.stringify({
      id: `set_${number}_00001_${index % 2}${variant === 0 ? '' : `_v${variant}`}`,
      service,
      schema_variant: variant,
      messages: [{ role: 'user', content: `Buy thing${index} in Town${index}` }],
      tools: [tool(`Buy${service.charAt(4)}`, words), tool(`Find${service.charAt(4)}`, words)],
      expected: noCall
        ? []
        : [
            {
              name: `Buy${service.charAt(4)}`,
              // Not in the schema's order.
              arguments: { [words[1] ?? '']: `town ${index}`, [words[0] ?? '']: `thing${index}` },
              acceptable: { [words[1] ?? '']: [`Town${index}`] },
            },
          ],
      ...(noCall ? { reply: 'Which thing do you want?' } : {}),
    });
  });
  writeFileSync(path, lines.join('\n'));
  return path;
}

describe('names in other spellings', () => {
  test.each([
    ['FindHotel', 'snake', 'find_hotel'],
    ['pickup_city', 'camel', 'pickupCity'],
    ['math.factorial', 'pascal', 'MathFactorial'],
    ['x', 'pascal', 'X'],
    ['FindHotel', 'as it is', 'FindHotel'],
  ] as const)('%s as %s', (name, style, wanted) => {
    expect(restyleName(name, style)).toBe(wanted);
  });

  test('a restyled name keeps its words, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,20}$/),
        fc.constantFrom(...nameStyles),
        (name, style) => {
          expect(letters(restyleName(name, style))).toBe(letters(name));
        },
      ),
    );
  });

  test('a row whose names would meet stays as it is', () => {
    const [source] = readSourceRows(sampleFile(join(folder(), 'set.jsonl')));
    if (source === undefined) throw new Error('no row');
    const clash = {
      ...source.row,
      tools: ['buyIt', 'BuyIt'].map((name) => ({
        name,
        description: '',
        parameters: { type: 'object' },
        permission: 'read' as const,
      })),
    };
    expect(restyleRow(clash, { tool: 'snake', parameter: 'as it is' })).toBe(clash);
  });
});

describe('splitting', () => {
  test('no conversation and no unseen service stands on both sides', () => {
    const rows = readSourceRows(sampleFile(join(folder(), 'set.jsonl')));
    const {
      train,
      test: kept,
      valid,
    } = splitRows({
      rows,
      random: seededRandom('a'),
      count: 8,
      validCount: 4,
      unseenServices: ['ShopC_1'],
    });
    const seen = conversations(train);
    for (const parts of [kept, valid]) {
      for (const part of parts.values())
        for (const { conversation } of part) expect(seen).not.toContain(conversation);
    }
    expect(
      [...conversations(kept.get('set') ?? [])].filter((one) =>
        conversations(valid.get('set') ?? []).has(one),
      ),
    ).toEqual([]);
    expect(train.some(({ service }) => service === 'ShopC_1')).toBe(false);
    expect(kept.get('set')).toHaveLength(8);
    expect(kept.get('set.unseen')?.every(({ service }) => service === 'ShopC_1')).toBe(true);
  });
});

describe('contexts and lessons', () => {
  test('every row stands in one context, whose requests share their tools, and its lesson is right', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rows = readSourceRows(sampleFile(join(folder(), 'set.jsonl')));
        const contexts = makeContexts({
          rows,
          shelf: toolShelf(rows),
          random: seededRandom(String(seed)),
          size: 4,
          restyled: 0.5,
          foreign: 0.5,
        });
        const said = contexts.flatMap(({ rows: own }) => own.map(({ turns }) => turns[0]?.content));
        for (const { row } of rows) expect(said).toContain(row.turns[0]?.content);
        for (const { rows: own } of contexts) {
          const prompts = own.map((row) => lessonOf(row)?.messages[0]?.content);
          expect(new Set(prompts).size).toBe(1);
          for (const row of own) {
            const lesson = lessonOf(row);
            if (lesson === undefined) throw new Error('no lesson');
            expect(gradeRow(row, lesson.output)).toMatchObject({ exact: true, valid: true });
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('rows without an API share the list of one of them, as far as it serves them', () => {
    const rows = readSourceRows(sampleFile(join(folder(), 'snips_set.jsonl'))).map((row) =>
      Object.assign(row, { service: '', family: 'snips' }),
    );
    const contexts = makeContexts({
      rows,
      shelf: [],
      random: seededRandom('b'),
      size: 4,
      restyled: 0,
      foreign: 0,
    });
    expect(contexts.flatMap(({ rows: own }) => own)).toHaveLength(rows.length);
    expect(Math.max(...contexts.map(({ rows: own }) => own.length))).toBe(8);
    for (const { rows: own } of contexts) {
      for (const { expected, tools } of own)
        for (const { name } of expected) expect(tools.map((spec) => spec.name)).toContain(name);
    }
  });

  test('now and then a list is long, of tools that sound like none of those that are needed', () => {
    const rows = readSourceRows(sampleFile(join(folder(), 'set.jsonl'), 120));
    const words = ['apple', 'river', 'cloud', 'stone', 'paint', 'music', 'train', 'glass', 'wheat', 'light'];
    const shelf = [...words, ...words.map((word) => `${word}_dance`), 'sell-b', 'sell-c'].map((name) => ({
      name,
      description: '',
      parameters: { type: 'object' },
      permission: 'read' as const,
    }));
    const given = { rows, shelf, random: seededRandom('long') };
    const contexts = makeContexts({ ...given, size: 4, restyled: 0, foreign: 0 });
    const kept = keepContexts({
      ...given,
      rows: rows.map((row) => Object.assign(row, { context: row.conversation })),
    });
    for (const lists of [contexts, kept].map((all) => all.map(({ rows: own }) => own[0]?.tools ?? []))) {
      expect(Math.max(...lists.map((tools) => tools.length))).toBeGreaterThan(10);
      expect(lists.filter((tools) => tools.length > 10).length).toBeLessThan(lists.length / 3);
      for (const tools of lists) {
        const names = tools.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        for (const letter of ['b', 'c'])
          if (names.includes(`Buy${letter.toUpperCase()}`)) expect(names).not.toContain(`sell-${letter}`);
      }
    }
    for (const { rows: own } of kept.filter(({ rows: [row] }) => (row?.tools.length ?? 0) > 10))
      for (const { expected } of own) expect(expected).not.toEqual([]);
  });

  test('arguments stand in the order of the schema, and as they were said', () => {
    const [source] = readSourceRows(sampleFile(join(folder(), 'set.jsonl')));
    if (source === undefined) throw new Error('no row');
    expect(lessonOf(source.row)?.output).toEqual({
      type: 'calls',
      calls: [{ name: 'BuyA', arguments: { item_name: 'thing0', shop_city: 'Town0' } }],
    });
    expect(JSON.stringify(lessonOf(source.row)?.output)).toContain('"arguments":{"item_name"');
  });

  test('a call that breaks its schema is no lesson; a long refusal becomes a short one', () => {
    const [source] = readSourceRows(sampleFile(join(folder(), 'set.jsonl')));
    if (source === undefined) throw new Error('no row');
    const [expected] = source.row.expected;
    if (expected === undefined) throw new Error('no call');
    expect(
      lessonOf({ ...source.row, expected: [{ ...expected, arguments: { shop_city: 'x' } }] }),
    ).toBeUndefined();
    const reply = "I'm sorry, but as an AI I cannot book flights. My current function is to add numbers.";
    expect(lessonOf({ ...source.row, expected: [], reply })?.output).toEqual({
      type: 'refusal',
      text: 'No tool here can do that.',
    });
  });
});

test('the files: rows of prompt and completion that the runtime can read, the same for the same seed', () => {
  const out = folder();
  const file = sampleFile(join(out, 'set.jsonl'), 60);
  const make = (name: string): string => {
    mixSets({
      files: [file],
      out: join(out, name),
      seed: 's',
      split: 's',
      testRows: 10,
      validRows: 5,
      unseenServices: ['ShopB_1'],
      times: new Map(),
      swapped: new Map([['set', 0.5]]),
      print: () => undefined,
    });
    return readFileSync(join(out, name, 'train.jsonl'), 'utf8');
  };
  const train = make('one');
  expect(make('two')).toBe(train);
  const rows = train
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { prompt: string; completion: string });
  expect(rows.length).toBeGreaterThan(40);
  for (const { prompt, completion } of rows) {
    expect(prompt).toMatch(/^<\|im_start\|>system\nCall a tool/);
    expect(prompt.endsWith('<|im_start|>assistant\n')).toBe(true);
    expect(completion.endsWith('<|im_end|>')).toBe(true);
    expect(parseOutput(completion.replace('<|im_end|>', '')).type).toBe('read');
  }
  const valid = readFileSync(join(out, 'one', 'valid.jsonl'), 'utf8')
    .trim()
    .split('\n');
  expect(new Set(valid.map((line) => (JSON.parse(line) as { set: string }).set))).toEqual(
    new Set(['set', 'set.unseen']),
  );
  const judged = (name: string): { id: string; prompt?: string; grammar?: string }[] =>
    readFileSync(join(out, 'one', 'test', name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string });
  expect(judged('set.jsonl')).toHaveLength(10);
  expect(judged('set.rendered.jsonl').map(({ id }) => id)).toEqual(judged('set.jsonl').map(({ id }) => id));
  for (const { prompt, grammar } of judged('set.rendered.jsonl')) {
    expect(prompt).toMatch(/^<\|im_start\|>system\nCall a tool/);
    expect(grammar).toMatch(/^root ::= /);
  }
});

test('a split of the same name keeps the same rows aside, whatever the seed', () => {
  const out = folder();
  const file = sampleFile(join(out, 'set.jsonl'), 60);
  const make = (seed: string, split: string): { readonly test: string; readonly train: string } => {
    const to = join(out, `${seed} ${split}`);
    const given = {
      files: [file],
      testRows: 10,
      validRows: 5,
      unseenServices: [],
      times: new Map<string, number>(),
      swapped: new Map<string, number>(),
    };
    mixSets({ ...given, out: to, seed, split, print: () => undefined });
    return {
      test: readFileSync(join(to, 'test', 'set.jsonl'), 'utf8'),
      train: readFileSync(join(to, 'train.jsonl'), 'utf8'),
    };
  };
  const first = make('one', 'a');
  const second = make('two', 'a');
  expect(second.test).toBe(first.test);
  expect(second.train).not.toBe(first.train);
  expect(make('one', 'b').test).not.toBe(first.test);
});

test('a set is shown as often as was asked: whole, whole and a half, or not at all', () => {
  const out = folder();
  const file = sampleFile(join(out, 'set.jsonl'), 60);
  const shown = (times: number): Map<string, number> => {
    mixSets({
      files: [file],
      out: join(out, 'mix'),
      seed: 's',
      split: 's',
      testRows: 10,
      validRows: 5,
      unseenServices: [],
      times: new Map([['set', times]]),
      swapped: new Map(),
      print: () => undefined,
    });
    const counts = new Map<string, number>();
    for (const line of readFileSync(join(out, 'mix', 'train.jsonl'), 'utf8').split('\n')) {
      const [, request] = /user\\n(Buy thing\d+ in Town\d+)/.exec(line) ?? [];
      // Requests for which no tool is there come on top.
      if (request !== undefined && !line.includes('No tool here'))
        counts.set(request, (counts.get(request) ?? 0) + 1);
    }
    return counts;
  };
  const once = shown(1);
  expect(new Set(once.values())).toEqual(new Set([1]));
  const more = [...shown(1.5).values()];
  expect(more).toHaveLength(once.size);
  expect(more.filter((count) => count === 2)).toHaveLength(Math.round(once.size / 2));
  expect(shown(0).size).toBe(0);
});
