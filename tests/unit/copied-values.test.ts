/**
 * Values that are copied: every run of whole words of what was said can be written, and nothing else; which parameters
 * are held to it; and what an engine is told that may not know the words.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyingOf } from '../../src/decode/copied-parameter.ts';
import { copySources } from '../../src/decode/copy-sources.ts';
import { GrammarBuilder } from '../../src/decode/gbnf.ts';
import { spanRule } from '../../src/decode/span-rule.ts';
import { toolGrammar } from '../../src/decode/tool-grammar.ts';
import { wordPieces } from '../../src/decode/word-pieces.ts';
import { readGbnf } from '../../src/engine/transformers/read-gbnf.ts';
import { Recogniser } from '../../src/engine/transformers/recogniser.ts';
import type { JsonSchema } from '../../src/protocol/json.ts';
import { readGrammar, sampleGrammar } from './gbnf-sampler.ts';

const encoder = new TextEncoder();

function grammarOf(texts: readonly string[], longest = 400): string | undefined {
  const grammar = new GrammarBuilder();
  const rule = spanRule(grammar, texts, longest);
  return rule === undefined ? undefined : grammar.text(rule);
}

function accepter(gbnf: string): (text: string) => boolean {
  const recogniser = new Recogniser(readGbnf(gbnf));
  return (text) => {
    const end = recogniser.advance(recogniser.start, encoder.encode(text));
    return end !== undefined && recogniser.isComplete(end);
  };
}

/** Whether a value can be copied out of texts. */
function copier(...texts: readonly string[]): (value: string) => boolean {
  const gbnf = grammarOf(texts);
  const accepts = gbnf === undefined ? () => false : accepter(gbnf);
  return (value) => accepts(JSON.stringify(value));
}

/** All runs of pieces that may be copied, by their definition. */
function runsOf(texts: readonly string[]): ReadonlySet<string> {
  const runs = new Set<string>();
  for (const list of texts.flatMap(wordPieces)) {
    for (const [start, first] of list.entries()) {
      if (!first.begins) continue;
      let run = '';
      for (const [index, { gap, wordings, ends }] of list.slice(start).entries()) {
        const [text = ''] = wordings;
        run += index === 0 ? text : gap + text;
        if (ends) runs.add(run);
      }
    }
  }
  return runs;
}

/** Whether a value is a run of pieces, each as it stands or with its capital. */
function isRun(value: string, texts: readonly string[]): boolean {
  return texts.flatMap(wordPieces).some((list) => {
    const goesOn = (left: string, place: number, isFirst: boolean): boolean => {
      const piece = list[place];
      if (piece === undefined || (isFirst && !piece.begins)) return false;
      return piece.wordings.some((wording) => {
        const said = isFirst ? wording : piece.gap + wording;
        if (!left.startsWith(said)) return false;
        return (piece.ends && left === said) || goesOn(left.slice(said.length), place + 1, false);
      });
    };
    return list.some((_, place) => goesOn(value, place, true));
  });
}

const fragment = fc.constantFrom(
  'a',
  'ab',
  'Oslo',
  "Joe's",
  'é',
  'na\u0308ive',
  '東京',
  'タワー',
  'สวัสดี',
  '😀',
  '👨‍👩‍👧',
  '🇩🇪',
  '12',
  '3.5',
  '1,030',
  '"',
  '\\',
  '\n',
  '\t',
  ' ',
  '  ',
  '\u00a0',
  '.',
  '?',
  '$',
  '#',
  '-',
  '/',
  '(',
  ')',
  "'",
  '’',
  '[',
  ']',
  '{',
  '\0',
  '\ud800',
  '|',
  '\u2028',
);
const text = fc
  .array(fc.oneof({ weight: 4, arbitrary: fragment }, fc.string({ unit: 'grapheme', maxLength: 3 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));
const texts = fc.array(text, { maxLength: 3 });

describe('what can be copied', () => {
  test('is every run of words', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-c]{1,2}$/), { minLength: 1, maxLength: 9 }), (words) => {
        const copies = copier(words.join(' '));
        for (const start of words.keys())
          for (let end = start + 1; end <= words.length; end += 1)
            expect(copies(words.slice(start, end).join(' '))).toBe(true);
      }),
    );
  });

  test('is what the pieces of any texts allow, in JSON that reads back, and nothing else', () => {
    fc.assert(
      fc.property(texts, texts, fc.nat(), (said, others, seed) => {
        const runs = runsOf(said);
        const gbnf = grammarOf(said);
        expect(gbnf === undefined).toBe(runs.size === 0);
        if (gbnf === undefined) return;
        const accepts = accepter(gbnf);
        for (const run of runs) {
          expect(accepts(JSON.stringify(run))).toBe(true);
          expect(said.some((one) => one.includes(run))).toBe(true);
        }
        for (const other of [...runsOf(others), ...others, ...[...runs].map((run) => run.slice(1))])
          expect([other, accepts(JSON.stringify(other))]).toEqual([other, isRun(other, said)]);
        let state = seed;
        const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
        const rules = readGrammar(gbnf);
        for (let round = 0; round < 20; round += 1)
          expect(isRun(JSON.parse(sampleGrammar(rules, random)) as string, said)).toBe(true);
      }),
    );
  });

  test('begins and ends at words, in scripts without spaces at characters', () => {
    const copies = copier(
      'Is Joe\'s "Blue Café" in St. Ives (the old town) open at 10:30, for $1,030.50?',
      'mail user@example.com #5; 请检索红星科技公司 😀!',
    );
    for (const value of [
      "Joe's",
      'Joe',
      'Blue Café',
      'St. Ives',
      '(the old town)',
      'old town',
      '10:30',
      '$1,030.50',
      '1,030.50',
      'user@example.com',
      '#5',
      '红星科技',
      '公司',
      '😀',
    ])
      expect([value, copies(value)]).toEqual([value, true]);
    for (const other of [
      's',
      "Joe'",
      '"Blue Café"',
      'Blue Café"',
      '10:30,',
      '5;',
      'Caf',
      'blue',
      'Ives (',
      'lue Café',
      '030',
      'user@',
      '',
      ' ',
    ])
      expect([other, copies(other)]).toEqual([other, false]);
  });

  test('may get a capital letter where a plain word has none', () => {
    const copies = copier('play "oslo nights" by o’neil, in ß /home/user and McCoy at example.com');
    for (const value of [
      'oslo nights',
      'Oslo Nights',
      'Oslo nights',
      'O’neil',
      'McCoy',
      '/home/user',
      'Play',
    ])
      expect([value, copies(value)]).toEqual([value, true]);
    for (const value of ['OSLO', 'mcCoy', '/Home/user', 'Example.com', 'Com', 'SS', 'Oslo Night'])
      expect([value, copies(value)]).toEqual([value, false]);
  });

  test('may lose the capital letter of a sentence', () => {
    const copies = copier('Renew my passport. “Call Ann” is done\nTake X-Rays at NASA: Bring ID. Über Ann');
    for (const value of ['renew my passport', 'Renew', 'call Ann', 'take X-Rays', 'bring ID', 'über Ann'])
      expect([value, copies(value)]).toEqual([value, true]);
    for (const value of ['ann', 'nASA', 'call ann', 'iD'])
      expect([value, copies(value)]).toEqual([value, false]);
  });

  test('begins and ends between a number and the letters after it', () => {
    const copies = copier('I have 95.2kJ and 17mg by 2pm on the 5th in B12 or v1.5beta');
    for (const value of [
      '95.2kJ',
      'kJ',
      '95.2',
      '17mg',
      'mg',
      '2pm',
      '5th',
      'B12',
      'v1.5beta',
      '17mg by 2pm',
    ])
      expect([value, copies(value)]).toEqual([value, true]);
    for (const value of ['k', '2kJ', '95.2k', '12', 'J'])
      expect([value, copies(value)]).toEqual([value, false]);
  });

  test('does not go from one text into the next, nor across what JSON cannot show', () => {
    const copies = copier('New', 'York City', 'one\0two');
    expect(['New', 'York', 'York City', 'one', 'two'].every(copies)).toBe(true);
    expect(['New York', 'New York City', 'one\0two', 'onetwo'].some(copies)).toBe(false);
  });

  test('grows with the text, not with its runs; a text that is too long is not copied from', () => {
    const words = Array.from({ length: 300 }, (_, index) => `w${index % 50}x${index % 7}`).join(' ');
    expect(grammarOf([words], 10_000)?.split('\n').length).toBeLessThan(700);
    expect(grammarOf(['a '.repeat(400)], 10_000)?.split('\n').length).toBeLessThan(410);
    expect(grammarOf([Array.from({ length: 1200 }, (_, index) => index).join(' ')])).toBeUndefined();
    expect(grammarOf([words])?.split('\n').length).toBeLessThan(1100);
    expect(grammarOf(['', ' \n'])).toBeUndefined();
  });

  test('has no more characters than a text may have', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 12 }), (said, longest) => {
        const gbnf = grammarOf(said, longest);
        const accepts = gbnf === undefined ? () => false : accepter(gbnf);
        for (const run of runsOf(said)) {
          const length = Array.from(run).length;
          if (length <= 0.75 * longest) expect([run, accepts(JSON.stringify(run))]).toEqual([run, true]);
          if (length > longest) expect([run, accepts(JSON.stringify(run))]).toEqual([run, false]);
        }
      }),
    );
  });

  test('is taken from what was said and returned', () => {
    expect(
      copySources([
        { type: 'request', text: 'Find Ann' },
        { type: 'output', output: { type: 'calls', calls: [{ name: 'find', arguments: { who: 'An' } }] } },
        { type: 'result', tool: 'find', value: { name: 'Ann Lee', id: 7, tags: ['x', true, null] } },
        { type: 'feedback', text: 'That was not usable.' },
        { type: 'output', output: { type: 'answer', text: 'Ann Lee, then.' } },
      ]),
    ).toEqual(['Find Ann', 'Ann Lee', '7', 'x', 'Ann Lee, then.']);
  });
});

/** Which texts a parameter `p` takes, of a request "play Blue Train by Coltrane". */
function takes(schema: JsonSchema, root: JsonSchema = {}): (value: unknown) => boolean {
  const tool = {
    name: 't',
    description: '',
    permission: 'read',
    parameters: { type: 'object', properties: { p: schema }, required: ['p'], ...root },
  } as const;
  const { gbnf } = toolGrammar({ tools: [tool], maxCalls: 1, copyFrom: ['play Blue Train by Coltrane'] });
  const accepts = accepter(gbnf);
  return (value) => accepts(JSON.stringify({ name: 't', arguments: { p: value } }));
}

describe('which parameters are copied', () => {
  test('by name and description', () => {
    const likely = ['artist', 'city_of_event', 'playlistOwner', 'date', 'object_type', 'message'];
    for (const name of likely) expect([name, copyingOf(name, { type: 'string' })]).toEqual([name, 'likely']);
    for (const name of [
      'currency',
      'fromCurrency',
      'unit',
      'language_code',
      'api_key',
      'expression',
      'mail_body',
    ])
      expect([name, copyingOf(name, { type: 'string' })]).toEqual([name, 'never']);
    for (const description of [
      'Date in YYYY-MM-DD format',
      'Format: %Y-%m-%d',
      'One of: [m, s]',
      'Default is all',
      'Text to write',
    ])
      expect([description, copyingOf('x', { description })]).toEqual([description, 'never']);
    expect(copyingOf('city', { default: 'Oslo' })).toBe('never');
  });

  test('by the word of the schema before all', () => {
    expect(copyingOf('currency', { 'x-copy': true })).toBe('always');
    expect(copyingOf('artist', { 'x-copy': false })).toBe('never');
  });

  test('texts, also in lists and beside null', () => {
    const plain = takes({ type: 'string' });
    expect(plain('Blue Train')).toBe(true);
    expect(plain('Blue Trane')).toBe(false);
    expect(plain('')).toBe(false);
    const list = takes({ type: 'array', items: { type: 'string' } });
    expect([list(['Blue', 'Coltrane']), list([]), list(['Blues'])]).toEqual([true, true, false]);
    const nullable = takes({ anyOf: [{ type: 'string' }, { type: 'null' }] });
    expect([nullable(null), nullable('Train'), nullable('Tram')]).toEqual([true, true, false]);
    expect(takes({ type: 'string', enum: ['jazz'] })('jazz')).toBe(true);
  });

  test('but not where the schema asks for something else', () => {
    expect(takes({ type: 'string', format: 'date' })('2026-02-28')).toBe(true);
    for (const schema of [
      { format: 'x-own' },
      { pattern: '^T' },
      { maxLength: 8 },
      { minLength: 3 },
      { 'x-copy': false },
    ])
      expect([schema, takes({ type: 'string', ...schema })('Tranes')]).toEqual([schema, true]);
    for (const schema of [{ maxLength: 200 }, { minLength: 1 }, { 'x-copy': true, maxLength: 8 }])
      expect([schema, takes({ type: 'string', ...schema })('Tranes')]).toEqual([schema, false]);
    const shared = { $defs: { name: { type: 'string' }, copied: { type: 'string', 'x-copy': true } } };
    expect(takes({ $ref: '#/$defs/name' }, shared)('Tranes')).toBe(true);
    expect(takes({ $ref: '#/$defs/copied' }, shared)('Tranes')).toBe(false);
  });

  test('a wider grammar takes all of it and holds no word of what was said', () => {
    const tool = {
      name: 't',
      description: '',
      permission: 'read',
      parameters: {
        type: 'object',
        properties: { p: { type: 'string' }, q: { type: 'string', maxLength: 9, 'x-copy': true } },
        required: ['p'],
      },
    } as const;
    const one = toolGrammar({ tools: [tool], copyFrom: ['Blue Train', 'a longer title'] });
    const other = toolGrammar({ tools: [tool], copyFrom: ['something else'] });
    expect(one.wider).toBe(other.wider);
    expect(one.wider).not.toMatch(/Blue|Train|longer/);
    const wide = accepter(one.wider ?? '');
    let state = 5;
    const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
    const rules = readGrammar(one.gbnf);
    for (let round = 0; round < 200; round += 1) expect(wide(sampleGrammar(rules, random))).toBe(true);
    // Nothing is copied: nothing differs.
    expect(toolGrammar({ tools: [tool], copyFrom: [] }).wider).toBeUndefined();
    expect(
      toolGrammar({ tools: [{ ...tool, parameters: { type: 'object' } }], copyFrom: ['Blue'] }).wider,
    ).toBeUndefined();
  });
});
