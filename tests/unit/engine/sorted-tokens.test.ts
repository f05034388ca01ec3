/** The tokens that a grammar allows, found by what tokens begin with: the same as by trying each of them. */
import { describe, expect, test } from 'vitest';
import { toolGrammar } from '../../../src/decode/tool-grammar.ts';
import { readGgufTokenizer } from '../../../src/engine/transformers/gguf-tokenizer.ts';
import { readGbnf } from '../../../src/engine/transformers/read-gbnf.ts';
import { Recogniser } from '../../../src/engine/transformers/recogniser.ts';
import { SortedTokens } from '../../../src/engine/transformers/sorted-tokens.ts';
import { makeTinyLlama } from '../../fixtures/tiny-llama.ts';

const tool = {
  name: 'play',
  description: 'Plays music.',
  permission: 'read',
  parameters: {
    type: 'object',
    properties: {
      artist: { type: 'string' },
      mood: { type: 'string', 'x-copy': false },
      year: { type: 'integer' },
    },
    required: ['artist'],
  },
} as const;

describe('tokens that may come', () => {
  test('are as many as there are', async () => {
    const tokenizer = await readGgufTokenizer(new Blob([makeTinyLlama()]));
    const { gbnf } = toolGrammar({ tools: [tool], copyFrom: ['play the Blue 東京 "Café" 😀'] });
    const recogniser = new Recogniser(readGbnf(gbnf));
    const sorted = new SortedTokens(tokenizer);
    const call = '{"name":"play","arguments":{"artist":"';
    for (const begun of ['', call, `${call}B`, `${call}Blue`, `${call}Blue 東`, `${call}Blue","mood":"x`]) {
      const position = recogniser.advance(recogniser.start, new TextEncoder().encode(begun));
      if (position === undefined) throw new Error(`Not allowed: ${begun}`);
      const all = tokenizer.vocabulary.flatMap((_, token) => {
        const bytes = tokenizer.bytesOf(token);
        return bytes.length > 0 && recogniser.advance(position, bytes) !== undefined ? token : [];
      });
      expect(all.length).toBeGreaterThan(0);
      expect(sorted.allowed(recogniser, position, Infinity)?.toSorted((one, other) => one - other)).toEqual(
        all,
      );
      expect(sorted.allowed(recogniser, position, 1)).toBeUndefined();
    }
  });

  test('that must come are told as a text, up to the next choice', () => {
    const recogniser = new Recogniser(readGbnf('root ::= "ab" ("c東" | "cd") "é"* | "abce"'));
    const after = (text: string): string => {
      const position = recogniser.advance(recogniser.start, new TextEncoder().encode(text));
      return position === undefined ? 'no' : recogniser.forced(position);
    };
    expect(['', 'a', 'abc', 'abc東', 'abce'].map(after)).toEqual(['abc', 'bc', '', '', '']);
    const endless = new Recogniser(readGbnf('root ::= "ab" root'));
    expect(endless.forced(endless.start).length).toBe(1000);
  });
});
