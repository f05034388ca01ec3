/**
 * Text that must come is read in the tokens that the model was trained on: whatever follows, they are the ones that the
 * whole text is cut into. On the vocabulary of the default model, where `":{"` is one token.
 */
import { existsSync, openAsBlob } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import catalogue from '../../../public/models.json' with { type: 'json' };
import { toolGrammar } from '../../../src/decode/tool-grammar.ts';
import { forcedTokens } from '../../../src/engine/transformers/forced-tokens.ts';
import { readGgufTokenizer } from '../../../src/engine/transformers/gguf-tokenizer.ts';
import { readGbnf } from '../../../src/engine/transformers/read-gbnf.ts';
import { Recogniser } from '../../../src/engine/transformers/recogniser.ts';
import type { ToolSpec } from '../../../src/protocol/tool.ts';
import { readGrammar, sampleGrammar } from '../gbnf-sampler.ts';

const file = join(import.meta.dirname, '../../../public/models', catalogue.models[0]?.file.name ?? '');
const encoder = new TextEncoder();

const tools: readonly ToolSpec[] = [
  {
    name: 'play_music',
    description: 'Plays music.',
    permission: 'read',
    parameters: {
      type: 'object',
      properties: {
        service: { type: 'string' },
        year: { type: 'integer', minimum: 1900, maximum: 2100 },
        loud: { type: 'boolean' },
      },
    },
  },
  {
    name: 'play_movie',
    description: 'Plays a film.',
    permission: 'read',
    parameters: {
      type: 'object',
      properties: {
        title: { type: 'string' },
        quality: { enum: ['low', 'lower', 'high'] },
        seats: { type: 'array', items: { type: 'string', maxLength: 5 } },
      },
      required: ['title'],
    },
  },
];

describe.skipIf(!existsSync(file))('tokens that must come', () => {
  test.each([
    ['free texts', undefined],
    ['copied texts', ["play O'Hara's 3rd café song at 10:30, now"]],
  ])('are those of the whole text: %s', async (_, copyFrom) => {
    const tokenizer = await readGgufTokenizer(await openAsBlob(file));
    const { gbnf } = toolGrammar({ tools, maxCalls: 2, ...(copyFrom === undefined ? {} : { copyFrom }) });
    const recogniser = new Recogniser(readGbnf(gbnf));
    const grammar = readGrammar(gbnf);
    let forced = 0;
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (stream) => {
          const text = sampleGrammar(grammar, () => stream.next().value);
          const whole = tokenizer.encode(text);
          let position = recogniser.start;
          for (let at = 0; at < whole.length;) {
            const tokens = forcedTokens({ recogniser, tokenizer, position });
            expect(tokens, text).toEqual(whole.slice(at, at + tokens.length));
            forced += tokens.length;
            const taken = tokens.length > 0 ? tokens : whole.slice(at, at + 1);
            at += taken.length;
            for (const token of taken) {
              const next = recogniser.advance(position, tokenizer.bytesOf(token));
              if (next === undefined) throw new Error(`Not allowed: ${text}`);
              position = next;
            }
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(forced).toBeGreaterThan(300);
  });

  test('leave to be picked what may join: after the name of a tool come its arguments, or none', async () => {
    const tokenizer = await readGgufTokenizer(await openAsBlob(file));
    const recogniser = new Recogniser(
      readGbnf(toolGrammar({ tools, allow: { answer: false, refusal: false } }).gbnf),
    );
    const position = recogniser.advance(recogniser.start, encoder.encode('{"name":"play_mu'));
    if (position === undefined) throw new Error('Not allowed.');
    const decoder = new TextDecoder();
    const words = forcedTokens({ recogniser, tokenizer, position }).map((token) =>
      decoder.decode(tokenizer.bytesOf(token)),
    );
    // The mark `":{` may go on as `":{"` or `":{}`.
    expect(words.join('')).toBe('sic","arguments');
  });
});
