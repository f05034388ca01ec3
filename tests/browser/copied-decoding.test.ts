/**
 * Copied values in the own decoding loop, with xgrammar's real module: whatever a model wants, what comes out is words of
 * the conversation; and getting ready for the wider grammar gives the same tokens as getting ready for the exact one.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolGrammar } from '../../src/decode/tool-grammar.ts';
import { GrammarBank } from '../../src/engine/transformers/grammar-bank.ts';
import { readGgufTokenizer } from '../../src/engine/transformers/gguf-tokenizer.ts';
import type { ModelTokenizer } from '../../src/engine/transformers/model-tokenizer.ts';
import type { OutputConstraint } from '../../src/protocol/engine.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';

let tokenizer: ModelTokenizer;
let bank: GrammarBank;

beforeAll(async () => {
  tokenizer = await readGgufTokenizer(new Blob([makeTinyLlama()]));
  bank = new GrammarBank({ tokenizer, vocabularySize: tokenizer.vocabulary.length });
});
afterAll(() => bank.dispose());

const tool = {
  name: 'play',
  description: 'Plays music.',
  permission: 'read',
  parameters: {
    type: 'object',
    properties: {
      artist: { type: 'string' },
      tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
    },
    required: ['artist'],
  },
} as const;

function constraintOf(said: readonly string[]): OutputConstraint {
  return toolGrammar({
    tools: [tool],
    maxCalls: 1,
    copyFrom: said,
    allow: { answer: false, refusal: false },
  });
}

function randomly(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
}

/** Tokens that a model picks whose wishes are drawn by chance, with those that must come; at most `most`. */
async function wander(
  constraint: Pick<OutputConstraint, 'gbnf' | 'wider'>,
  seed: number,
  most = 120,
): Promise<string> {
  const matcher = await bank.open(constraint);
  const random = randomly(seed);
  const said: number[] = [];
  try {
    while (said.length < most && !matcher.finished) {
      // Ends of texts are wanted a little, so that they come.
      const logits = Float32Array.from(
        tokenizer.vocabulary,
        (text) => random() + (text.includes('"') ? 0.3 : 0),
      );
      const token = await matcher.pick(logits, { temperature: 0, random });
      if (token < 0 || tokenizer.endTokens.has(token)) break;
      said.push(token, ...matcher.forced());
    }
  } finally {
    matcher.dispose();
  }
  return new TextDecoder().decode(
    Uint8Array.from(said.flatMap((token) => Array.from(tokenizer.bytesOf(token)))),
  );
}

const word = fc.constantFrom(
  'play',
  'the',
  'Blue',
  "Joe's",
  'Café',
  '東京',
  '😀',
  '"',
  '\\',
  '\n',
  '12',
  '?',
  'ab',
  'abc',
);
const saying = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));

describe('copied values', () => {
  test('are words of the conversation, whatever the model wants', async () => {
    await fc.assert(
      fc.asyncProperty(saying, fc.nat(), async (said, seed) => {
        fc.pre(/[\p{L}\p{N}]/u.test(said));
        const constraint = constraintOf([said]);
        const text = await wander(constraint, seed);
        const { arguments: values } = JSON.parse(text) as { arguments: { artist: string; tags?: string[] } };
        for (const value of [values.artist, ...(values.tags ?? [])]) {
          // A capital letter may have been added.
          expect(said.toLowerCase()).toContain(value.toLowerCase());
          expect(value.trim()).toBe(value);
          expect(value).not.toBe('');
        }
        expect(await wander({ gbnf: constraint.gbnf }, seed)).toBe(text);
      }),
      { numRuns: 40 },
    );
  });
});
