/**
 * The exact reading of a grammar, against two others: what the sampler of the grammar tests draws is accepted, and on
 * regular grammars it agrees with the browser's regular expressions on every text.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toolGrammar } from '../../../src/decode/tool-grammar.ts';
import { readGbnf } from '../../../src/engine/transformers/read-gbnf.ts';
import { Recogniser } from '../../../src/engine/transformers/recogniser.ts';
import { widenGbnf } from '../../../src/engine/transformers/widen-gbnf.ts';
import { readGrammar, sampleGrammar } from '../gbnf-sampler.ts';

const encoder = new TextEncoder();

/** `no`: not allowed; `begun`: a beginning; `whole`: may end; `finished`: must end. */
function judge(gbnf: string, text: string): 'no' | 'begun' | 'whole' | 'finished' {
  const recogniser = new Recogniser(readGbnf(gbnf));
  const position = recogniser.advance(recogniser.start, encoder.encode(text));
  if (position === undefined) return 'no';
  if (recogniser.isFinished(position)) return 'finished';
  return recogniser.isComplete(position) ? 'whole' : 'begun';
}

function accepts(gbnf: string, ...bytes: readonly number[]): boolean {
  const recogniser = new Recogniser(readGbnf(gbnf));
  return recogniser.advance(recogniser.start, Uint8Array.from(bytes)) !== undefined;
}

interface Both {
  readonly gbnf: string;
  readonly regex: string;
}

const quantifier = fc.constantFrom('', '?', '*', '+', '{2}', '{0,3}', '{1,2}', '{2,}', '{0,20}');
const { expression } = fc.letrec<{ expression: Both; leaf: Both; repeated: Both; joined: Both }>((tie) => ({
  expression: fc.oneof({ maxDepth: 3, withCrossShrink: true }, tie('leaf'), tie('repeated'), tie('joined')),
  leaf: fc.constantFrom(
    { gbnf: '"a"', regex: 'a' },
    { gbnf: '"ab"', regex: '(?:ab)' },
    { gbnf: '[ab]', regex: '[ab]' },
    { gbnf: '[^a]', regex: '[^a]' },
    { gbnf: '""', regex: '(?:)' },
    { gbnf: '"é😀"', regex: '(?:é😀)' },
  ),
  repeated: fc
    .tuple(tie('expression'), quantifier)
    .map(([{ gbnf, regex }, sign]) => ({ gbnf: `(${gbnf})${sign}`, regex: `(?:${regex})${sign}` })),
  joined: fc
    .tuple(fc.array(tie('expression'), { minLength: 2, maxLength: 3 }), fc.constantFrom(' ', ' | '))
    .map(([parts, sign]) => ({
      gbnf: `(${parts.map(({ gbnf }) => gbnf).join(sign)})`,
      regex: `(?:${parts.map(({ regex }) => regex).join(sign.trim())})`,
    })),
}));

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀'), maxLength: 8 });

describe('the recogniser', () => {
  test('agrees with regular expressions', () => {
    fc.assert(
      fc.property(expression, text, ({ gbnf, regex }, value) => {
        const whole = new RegExp(`^${regex}$`, 'su').test(value);
        expect(['whole', 'finished'].includes(judge(`root ::= ${gbnf}`, value))).toBe(whole);
      }),
      { numRuns: 2000 },
    );
  });

  test('the wider grammar allows all that the exact one does', () => {
    fc.assert(
      fc.property(expression, text, ({ gbnf }, value) => {
        const exact = judge(`root ::= ${gbnf}`, value);
        if (exact === 'no') return;
        expect(judge(widenGbnf(readGbnf(`root ::= ${gbnf}`).rules), value)).not.toBe('no');
      }),
      { numRuns: 1000 },
    );
  });

  test('accepts what tool grammars say, and every beginning of it', () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: 'string', maxLength: 9 }, free: { type: 'object' }, any: true },
      required: ['city'],
    };
    const tools = [{ name: 'weather', description: 'Tells the weather.', parameters }];
    const { gbnf } = toolGrammar({ tools: tools as never });
    const rules = readGrammar(gbnf);
    let state = 3;
    const random = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state / 2 ** 32;
    };
    const recogniser = new Recogniser(readGbnf(gbnf));
    for (let round = 0; round < 200; round += 1) {
      const said = encoder.encode(sampleGrammar(rules, random));
      let position = recogniser.start;
      for (const byte of said) {
        const next = recogniser.advance(position, Uint8Array.of(byte));
        if (next === undefined) throw new Error(`Refused in the middle of ${new TextDecoder().decode(said)}`);
        position = next;
      }
      expect(recogniser.isComplete(position)).toBe(true);
    }
  });

  test('counts to the character, and knows when nothing can follow', () => {
    const gbnf = 'root ::= [^"]{2,400}';
    expect(judge(gbnf, 'x')).toBe('begun');
    expect(judge(gbnf, 'é'.repeat(399))).toBe('whole');
    expect(judge(gbnf, 'é'.repeat(400))).toBe('finished');
    expect(judge(gbnf, 'é'.repeat(401))).toBe('no');
  });

  test('a character may stand half read only where it can be ended', () => {
    const recogniser = new Recogniser(readGbnf('root ::= [à-ÿ]'));
    expect(recogniser.advance(recogniser.start, Uint8Array.of(0xc3))).toBeDefined();
    expect(recogniser.advance(recogniser.start, Uint8Array.of(0xc4))).toBeUndefined();
    expect(recogniser.advance(recogniser.start, Uint8Array.of(0xff))).toBeUndefined();
  });

  test('any text is a grammar or is refused with a reason', () => {
    const unit = fc.constantFrom(
      ...Array.from('root::=ab "[](){}|*+?^-\\.#\n019x,'),
      'root ::= ',
      '"a"',
      '[a-z]',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (value) => {
        try {
          expect(readGbnf(value).rules.has('root')).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { numRuns: 3000 },
    );
    expect(() => readGbnf(`root ::= ${'('.repeat(5000)}`)).toThrow(SyntaxError);
  });

  test('recursion, comments and escapes are read', () => {
    const gbnf =
      'root ::= list # the whole\nlist ::= "[" (item\n  ("," item)*)? "]"\nitem ::= list | [0-9]+ | "\\x41\\u00e9"\n';
    expect(judge(gbnf, '[1,[22,[]],Aé]')).toBe('finished');
    expect(judge(gbnf, '[1,,]')).toBe('no');
  });

  test('takes a character in its own bytes only, not in longer ones, and no half of a pair', () => {
    for (const bytes of [[0xc1, 0xac], [0xe0], [0xe0, 0x81, 0xac], [0xf0], [0xf0, 0x80, 0x81, 0xac]])
      expect([bytes, accepts('root ::= "l"', ...bytes)]).toEqual([bytes, false]);
    for (const bytes of [
      [0xe0, 0x81],
      [0xe0, 0x9f],
      [0xf0, 0x8f],
      [0xed, 0xa0],
      [0xf5, 0x80],
    ])
      expect([bytes, accepts('root ::= [^"]', ...bytes)]).toEqual([bytes, false]);
    for (const code of [0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]) {
      const character = String.fromCodePoint(code);
      expect([code, judge('root ::= [^"]', character)]).toEqual([code, 'finished']);
      expect([code, judge(`root ::= "${character}"`, character)]).toEqual([code, 'finished']);
    }
  });
});
