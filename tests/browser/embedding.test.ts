/** The embedding worker in a real browser: the real encoder where its files were fetched, against stored vectors. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { EmbeddingClient } from '../../src/bridge/embedding-client.ts';
import type { ModelCatalogue } from '../../src/protocol/model.ts';
import sentences from '../fixtures/embedding/all-minilm-l6-v2.json' with { type: 'json' };

const { embedders } = (await (await fetch('/models.json')).json()) as ModelCatalogue;
const [embedder] = embedders ?? [];
if (embedder === undefined) throw new Error('models.json names no sentence encoder.');
const modelsUrl = new URL('/models/', location.href).href;
const answer = await fetch(`${modelsUrl}${embedder.weights.name}`, { method: 'HEAD' });
const missing =
  Number(answer.headers.get('content-length')) === embedder.weights.bytes
    ? undefined
    : `public/models/${embedder.weights.name} is not there; node scripts/get-model.mjs --embedder gets it`;

const client = new EmbeddingClient();
afterAll(() => client.dispose());

function cosine(one: ArrayLike<number>, other: readonly number[]): number {
  return other.reduce((sum, value, at) => sum + value * (one[at] ?? 0), 0);
}

describe('without a model', () => {
  test('texts are refused', async () => {
    await expect(client.embed(['a'])).rejects.toMatchObject({ code: 'model-not-loaded' });
  });

  test('a file that is not there is named', async () => {
    const nobody = { ...embedder, weights: { ...embedder.weights, name: 'nobody.safetensors' } };
    await expect(client.load({ embedder: nobody, modelsUrl })).rejects.toMatchObject({
      code: expect.stringMatching(/^model-(unavailable|corrupt)$/),
    });
  });
});

describe('the real encoder', () => {
  beforeEach((context) => context.skip(missing !== undefined, missing));

  test('loads on WebAssembly, and gives the reference’s vectors', async () => {
    const loaded = await client.load({ embedder, modelsUrl, backend: 'wasm-threads' });
    expect(loaded).toMatchObject({ id: embedder.id, dimensions: 384, backend: 'wasm-threads' });
    const seen: number[] = [];
    const { values, count, truncated } = await client.embed(
      sentences.map(({ text }) => text),
      { onProgress: ({ doneTexts }) => seen.push(doneTexts) },
    );
    expect({ count, truncated }).toEqual({ count: sentences.length, truncated: 1 });
    for (const [row, { vector }] of sentences.entries()) {
      expect(cosine(values.subarray(row * 384, (row + 1) * 384), vector)).toBeGreaterThanOrEqual(0.9999);
    }
    expect(seen.at(-1)).toBe(sentences.length);
  });

  test('work is stopped when asked', async () => {
    const controller = new AbortController();
    const texts = Array.from({ length: 600 }, (_, at) => `text number ${String(at)}`);
    const stopped = client.embed(texts, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect((await client.embed(['still there'])).count).toBe(1);
  });

  test('an unloaded model is gone', async () => {
    await client.unload();
    await expect(client.embed(['a'])).rejects.toMatchObject({ code: 'model-not-loaded' });
  });
});
