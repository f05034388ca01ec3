/** Sentences to vectors on ONNX Runtime's WebAssembly, against BERT's definition in plain arithmetic. */
import fc from 'fast-check';
import * as runtime from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planBatches } from '../../../../src/engine/embed/length-batches.ts';
import { SentenceEncoder } from '../../../../src/engine/embed/sentence-encoder.ts';
import { SentenceTokenizer } from '../../../../src/engine/embed/sentence-tokenizer.ts';
import { WordTable } from '../../../../src/engine/embed/word-table.ts';
import {
  makeTinyBert,
  referenceVector,
  tinyBertFile,
  tinyBertTokenizer,
  tinyEmbedder,
} from '../../../fixtures/tiny-bert.ts';

runtime.env.wasm.numThreads = 1;
const weights = makeTinyBert();
const whole = {
  runtime,
  embedder: tinyEmbedder,
  weights: new Blob([tinyBertFile(weights)]),
  tokenizer: tinyBertTokenizer,
};

describe('tiny BERT', () => {
  let encoder: SentenceEncoder;
  beforeAll(async () => {
    encoder = await SentenceEncoder.open(whole);
  });
  afterAll(() => encoder.dispose());

  test('every vector is that of the definition, whatever stands beside it in the batch', async () => {
    const tokenizer = new SentenceTokenizer(tinyBertTokenizer, tinyEmbedder.maxTokens);
    const texts = [
      'Play the song',
      '',
      'stop',
      'raining the songs, nobody',
      'play the song play the song the song',
    ];
    const { values, count, dimensions, truncated } = await encoder.embed(texts);
    expect({ count, dimensions, truncated }).toEqual({ count: 5, dimensions: 8, truncated: 2 });
    for (const [row, text] of texts.entries()) {
      const expected = referenceVector(weights, tokenizer.encode(text).tokens);
      for (const [at, value] of expected.entries()) expect(values[row * 8 + at]).toBeCloseTo(value, 5);
    }
  });

  test('no text gives no vector', async () => {
    expect(await encoder.embed([])).toMatchObject({ count: 0, truncated: 0 });
  });

  test('a signal ends it', async () => {
    await expect(encoder.embed(['play'], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('tokens', () => {
  test('words fall into pieces between two marks; what is too long loses its end, not its mark', () => {
    const tokenizer = new SentenceTokenizer(tinyBertTokenizer, 5);
    expect(tokenizer.encode('Raining')).toEqual({ tokens: [2, 8, 9, 3], truncated: false });
    expect(tokenizer.encode('play the song now')).toEqual({ tokens: [2, 4, 6, 7, 3], truncated: true });
    expect(tokenizer.encode('\uD800').tokens.at(-1)).toBe(3);
  });
});

describe('the table of words', () => {
  test('gives every row as it stands in the file, and holds no more blocks than it may', () => {
    const [rows, columns, start] = [1000, 3, 5];
    const values = Float32Array.from({ length: rows * columns }, (_, at) => at / 7);
    const file = new Uint8Array(start + values.byteLength);
    file.set(new Uint8Array(values.buffer), start);
    let reads = 0;
    const table = new WordTable({
      read: (from, to) => {
        reads += 1;
        return file.subarray(from, to);
      },
      start,
      rows,
      columns,
      mostBlocks: 2,
    });
    const rowOf = (word: number): number[] => {
      const row = new Float32Array(columns);
      table.copyRow(word, row);
      return [...row];
    };
    for (const word of [0, 127, 128, 500, 999, 0, 999]) {
      expect(rowOf(word)).toEqual([...values.subarray(word * columns, (word + 1) * columns)]);
    }
    // Blocks 0, 1, 3 and 7, and 0 again, which had made room; 7 was still there.
    expect(reads).toBe(5);
    for (const word of [-1, 1000, 0.5]) expect(() => rowOf(word)).toThrow(/has no word/);
  });
});

describe('batches', () => {
  test('hold every place once, within their limits', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 })), (lengths) => {
        const batches = planBatches(lengths, { rows: 7, tokens: 400 });
        expect(batches.flatMap(({ places }) => places).toSorted((one, other) => one - other)).toEqual([
          ...lengths.keys(),
        ]);
        for (const { places, tokens } of batches) {
          expect(tokens).toBe(Math.max(...places.map((place) => lengths[place] ?? 0)));
          expect(places.length === 1 || (places.length <= 7 && places.length * tokens <= 400)).toBe(true);
        }
      }),
    );
  });
});

describe('what is refused', () => {
  const refused = { code: 'model-rejected' };

  test('a file cut short, another type, a missing tensor, sides that do not fit', async () => {
    const open = (more: Partial<Parameters<typeof SentenceEncoder.open>[0]>): Promise<unknown> =>
      SentenceEncoder.open({ ...whole, ...more });
    await expect(open({ weights: whole.weights.slice(0, 500) })).rejects.toMatchObject(refused);
    await expect(open({ weights: new Blob([tinyBertFile(weights, 'I32')]) })).rejects.toMatchObject(refused);
    const name = 'encoder.layer.1.attention.self.key.bias';
    const others = new Map([...weights].filter(([key]) => key !== name));
    await expect(open({ weights: new Blob([tinyBertFile(others)]) })).rejects.toMatchObject({
      ...refused,
      reason: `It has no tensor ${name}.`,
    });
    const turned = new Map(weights).set(name, { shape: [4], values: new Float32Array(4) });
    await expect(open({ weights: new Blob([tinyBertFile(turned)]) })).rejects.toMatchObject(refused);
    await expect(open({ embedder: { ...tinyEmbedder, heads: 3 } })).rejects.toMatchObject(refused);
    await expect(open({ embedder: { ...tinyEmbedder, maxTokens: 11 } })).rejects.toMatchObject(refused);
    await expect(open({ embedder: { ...tinyEmbedder, dimensions: 16 } })).rejects.toMatchObject(refused);
    await expect(open({ tokenizer: '{}' })).rejects.toMatchObject(refused);
  });
});
