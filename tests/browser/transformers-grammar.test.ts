/**
 * Grammars as decode/ writes them, walked token by token with xgrammar's real module: what a grammar says goes
 * through, what it does not say is never picked, however much the model wants it.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { literal } from '../../src/decode/gbnf.ts';
import { toolGrammar } from '../../src/decode/tool-grammar.ts';
import { GrammarBank } from '../../src/engine/transformers/grammar-bank.ts';
import { readGgufTokenizer } from '../../src/engine/transformers/gguf-tokenizer.ts';
import type { ModelTokenizer } from '../../src/engine/transformers/model-tokenizer.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { readGrammar, sampleGrammar } from '../unit/gbnf-sampler.ts';

let tokenizer: ModelTokenizer;
let bank: GrammarBank;

beforeAll(async () => {
  tokenizer = await readGgufTokenizer(new Blob([makeTinyLlama()]));
  bank = new GrammarBank({ tokenizer, vocabularySize: tokenizer.vocabulary.length });
});
afterAll(() => bank.dispose());

function textOf(tokens: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(tokens.flatMap((token) => [...tokenizer.bytesOf(token)])));
}

/** Logits that want these tokens most, the first one more than the second. */
function wanting(...tokens: readonly number[]): Float32Array {
  const logits = new Float32Array(tokenizer.vocabulary.length);
  for (const [index, token] of tokens.entries()) logits[token] = 100 - index;
  return logits;
}

const greedy = { temperature: 0, random: () => 0 };

/** What comes out where the model wants a text, token by token, and then the end. Undefined where it is bent. */
async function follow(gbnf: string, text: string): Promise<string> {
  const matcher = await bank.open({ gbnf });
  const end = [...tokenizer.endTokens][0]!;
  const said: number[] = [];
  for (const token of tokenizer.encode(text)) {
    const picked = await matcher.pick(wanting(token), greedy);
    if (picked !== token) break;
    said.push(picked);
  }
  const last = await matcher.pick(wanting(end), greedy);
  matcher.dispose();
  return textOf(said) + (last === end ? '' : ' ...');
}

const tools = [
  {
    name: 'weather',
    description: 'Tells the weather.',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string', maxLength: 5 },
        unit: { enum: ['c', 'f "x"\n'] },
        days: { type: 'integer' },
        tags: { type: 'array', items: { type: 'number' }, maxItems: 3 },
        any: true,
        free: { type: 'object', additionalProperties: { type: 'boolean' } },
      },
      required: ['city'],
    },
  },
  { name: 'add', description: 'Adds.', parameters: { type: 'object', properties: {}, required: [] } },
] as const;

describe('grammars of tools', () => {
  test('everything that a grammar says can be said', async () => {
    const { gbnf } = toolGrammar({ tools: tools as never });
    const rules = readGrammar(gbnf);
    let state = 7;
    const random = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state / 2 ** 32;
    };
    for (let round = 0; round < 60; round += 1) {
      const text = sampleGrammar(rules, random);
      expect(await follow(gbnf, text)).toBe(text);
    }
  });

  test('a bound is kept to the character, though the model wants more', async () => {
    const { gbnf } = toolGrammar({ tools: tools as never, maxCalls: 1 });
    const begin = '{"name":"weather","arguments":{"city":"';
    expect(await follow(gbnf, `${begin}abcde"}}`)).toBe(`${begin}abcde"}}`);
    expect(await follow(gbnf, `${begin}äöü漢字"}}`)).toBe(`${begin}äöü漢字"}}`);
    const matcher = await bank.open({ gbnf });
    for (const token of tokenizer.encode(`${begin}abcd`)) await matcher.pick(wanting(token), greedy);
    const [two] = tokenizer.encode('the');
    const [one] = tokenizer.encode('t');
    expect(await matcher.pick(wanting(two!, one!), greedy)).toBe(one);
    const [quote] = tokenizer.encode('"');
    const next = await matcher.pick(wanting(one!), greedy);
    expect(textOf([next])).toMatch(/^"/);
    expect(quote).toBeDefined();
    matcher.dispose();
  });

  test('a character is not cut at a bound', async () => {
    const gbnf = 'root ::= [^x]{1,2} "!"';
    expect(await follow(gbnf, '😀漢!')).toBe('😀漢!');
    const matcher = await bank.open({ gbnf });
    for (const token of tokenizer.encode('😀漢')) await matcher.pick(wanting(token), greedy);
    const [half] = tokenizer.encode('é');
    expect(textOf([await matcher.pick(wanting(half!), greedy)])).toBe('!');
    matcher.dispose();
  });
});

describe('picking', () => {
  test('what is forced comes at once, and the rest is left to the model', async () => {
    const matcher = await bank.open({ gbnf: 'root ::= "{\\"name\\": \\"" ("Paris" | "Rome") "\\"}"' });
    const forced = matcher.forced();
    expect(textOf(forced)).toBe('{"name": "');
    const [word] = tokenizer.encode('P');
    await matcher.pick(wanting(word!), greedy);
    const rest = matcher.forced();
    expect('Paris"}'.slice(1)).toBe(textOf(rest));
    expect(matcher.finished).toBe(true);
    matcher.dispose();
  });

  test('the end comes only where the grammar allows it', async () => {
    const end = [...tokenizer.endTokens][0]!;
    const matcher = await bank.open({ gbnf: 'root ::= "a!" "c"?' });
    const first = await matcher.pick(wanting(end), greedy);
    expect(tokenizer.endTokens.has(first)).toBe(false);
    matcher.forced();
    expect(matcher.finished).toBe(false);
    expect(await matcher.pick(wanting(end), greedy)).toBe(end);
    matcher.dispose();
  });

  test('control tokens never stand for their text', async () => {
    const [control] = tokenizer.encode('<|im_start|>');
    const matcher = await bank.open({ gbnf: 'root ::= [^"]*' });
    expect(await matcher.pick(wanting(control!), greedy)).not.toBe(control);
    matcher.dispose();
  });

  test('characters of several bytes are found in every class that has them', async () => {
    for (const kind of [
      '[α-ω]',
      '[а-яё]',
      '[^a]',
      '[a-zà-ÿ]',
      '[あ-ん一-龠]',
      '[😀-😂]',
      '[a-\\U0010ffff]',
    ]) {
      const members = ['α', 'ω', 'я', 'ё', 'x', 'à', 'あ', '漢', '😁'].filter((one) =>
        new RegExp(`^${kind.replace('\\U0010ffff', '\u{10ffff}')}$`, 'u').test(one),
      );
      expect(members.length).toBeGreaterThan(0);
      for (const member of members) {
        expect(await follow(`root ::= "<" ${kind} ">"`, `<${member}>`)).toBe(`<${member}>`);
        expect(await follow(`root ::= "<" ${kind}{1,9} ">"`, `<${member}${member}>`)).toBe(
          `<${member}${member}>`,
        );
      }
    }
  });

  test('any text is a literal of its own grammar', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), async (text) => {
        expect(await follow(`root ::= ${literal(text)}`, text)).toBe(text);
      }),
      { numRuns: 40 },
    );
  });
});

test('many grammars come and go, and the first one is made again', async () => {
  for (let round = 0; round < 40; round += 1) {
    const text = `tool ${String(round)}`;
    expect(await follow(`root ::= ${literal(text)}`, text)).toBe(text);
  }
  expect(await follow('root ::= "tool 0"', 'tool 0')).toBe('tool 0');
});

describe('broken grammars', () => {
  test.for([
    ['a rule that is not there', 'root ::= missing', /no rule "missing"/],
    ['an open text', 'root ::= "a', /no closing mark/],
    ['nothing', '', /no rule "root"/],
    ['a rule that begins with itself', 'root ::= root "a" | "b"', /begins with itself/],
    ['a range that runs backwards', 'root ::= [z-a]', /backwards/],
    ['an open bracket', 'root ::= ("a"', /no \)/],
  ] as const)('%s is refused by name', async ([, gbnf, reason]) => {
    const fault: unknown = await bank.open({ gbnf }).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'engine-failed', reason: expect.stringMatching(reason) as unknown });
  });

  test('a thousand of them leave the bank whole', async () => {
    for (let round = 0; round < 1000; round += 1)
      await bank.open({ gbnf: 'root ::= missing' }).catch(() => undefined);
    expect(await follow('root ::= "a" | "b"', 'b')).toBe('b');
  });
});
