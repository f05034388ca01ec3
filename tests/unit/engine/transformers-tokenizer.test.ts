/** Text to ids and back, on a vocabulary with known ids and on a made one; streaming never shows half a character. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromByteLevel, toByteLevel } from '../../../src/engine/transformers/byte-level.ts';
import { readGgufTokenizer } from '../../../src/engine/transformers/gguf-tokenizer.ts';
import { TextStream } from '../../../src/engine/transformers/text-stream.ts';
import { writeGguf } from '../../fixtures/gguf-writer.ts';
import { makeTinyLlama } from '../../fixtures/tiny-llama.ts';

const tokenizer = await readGgufTokenizer(new Blob([makeTinyLlama()]));
const anyText = fc.string({ unit: 'binary' });
/** Whole characters only: a lone surrogate has no UTF-8. */
const text = anyText.map((value) => value.toWellFormed());

function bytesOf(ids: readonly number[]): Uint8Array {
  return Uint8Array.from(ids.flatMap((id) => [...tokenizer.bytesOf(id)]));
}

describe('ids', () => {
  test('any text comes back, byte by byte', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(bytesOf(tokenizer.encode(value))).toEqual(new TextEncoder().encode(value));
      }),
    );
  });

  test('control tokens in a prompt are themselves, and show no text', () => {
    const ids = tokenizer.encode('<|im_start|>user\nHi<|im_end|>');
    expect(tokenizer.vocabulary[ids[0]!]).toBe('');
    expect(tokenizer.endTokens.has(ids.at(-1)!)).toBe(true);
    expect(new TextDecoder().decode(bytesOf(ids))).toBe('user\nHi');
  });

  test('no text is no token, and a prompt is what its text is', () => {
    expect(tokenizer.encode('')).toEqual([]);
    expect(tokenizer.encodePrompt('Paris')).toEqual(tokenizer.encode('Paris'));
  });

  test.for([
    ['smollm', 'it\u2019s 123', 3],
    ['gpt-2', "it's 123", 1],
    ['llama-bpe', "it's 123", 1],
    ['qwen2', "it's 123", 3],
  ] as const)('%s cuts digits as its family does', async ([pre, value, digits]) => {
    const alphabet = Array.from({ length: 256 }, (_, byte) => toByteLevel(Uint8Array.of(byte)));
    const tokens = [...alphabet, '12', '123'];
    const metadata = {
      'general.architecture': 'llama',
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': pre,
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.merges': ['1 2', '12 3'],
    };
    const made = await readGgufTokenizer(new Blob([writeGguf({ metadata, tensors: [] })]));
    const ids = made.encode(value);
    expect(ids.filter((id) => /\d/.test(tokens[id]!))).toHaveLength(digits);
  });

  test('a tokenizer that is not known is refused by name', async () => {
    const metadata = { 'general.architecture': 'llama', 'tokenizer.ggml.model': 'llama' };
    const reading = readGgufTokenizer(new Blob([writeGguf({ metadata, tensors: [] })]));
    await expect(reading).rejects.toMatchObject({ code: 'model-rejected' });
  });

  test('the byte alphabet is one to one', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(fromByteLevel(toByteLevel(all))).toEqual(all);
    expect(toByteLevel(new TextEncoder().encode(' a\n'))).toBe('ĠaĊ');
  });
});

/** Cuts bytes where the numbers say, as a tokenizer may. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 });

describe('the stream', () => {
  test('pieces are whole characters and make up the text, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(text, sizes, (value, widths) => {
        const stream = new TextStream();
        const pieces = cut(new TextEncoder().encode(value), widths).map((bytes) => stream.push(bytes));
        expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
        expect(pieces.join('') + stream.end()).toBe(value);
      }),
    );
  });

  test('a character whose end never comes is not shown', () => {
    const stream = new TextStream();
    const bytes = new TextEncoder().encode('a😀');
    expect(stream.push(bytes.subarray(0, 3)) + stream.end()).toBe('a');
  });

  test('no part of a stop text is ever shown, however it is cut', () => {
    const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é'), minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    });
    const value = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀'), maxLength: 30 });
    fc.assert(
      fc.property(value, stops, sizes, (whole, stop, widths) => {
        const stream = new TextStream({ stop });
        let shown = '';
        for (const bytes of cut(new TextEncoder().encode(whole), widths)) {
          shown += stream.push(bytes);
          if (stream.stopped) break;
        }
        shown += stream.end();
        // The stop text that is whole first ends the text; of several that end together, the longest.
        const beginnings = Array.from(whole).map((_, index, all) => all.slice(0, index + 1).join(''));
        const first = beginnings.find((beginning) => stop.some((end) => beginning.endsWith(end)));
        const lengths = stop.filter((end) => first?.endsWith(end)).map((end) => end.length);
        expect(shown).toBe(first === undefined ? whole : first.slice(0, first.length - Math.max(...lengths)));
        expect(stream.stopped).toBe(first !== undefined);
      }),
      { numRuns: 500 },
    );
  });
});
