/** Caches in any order of forks, truncations and batches, against a fresh reading of the same tokens. */
import fc from 'fast-check';
import * as runtime from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildOnnxModel } from '../../../../src/engine/onnx/build-onnx-model.ts';
import type { OnnxModel } from '../../../../src/engine/onnx/onnx-model.ts';
import type { KvCache } from '../../../../src/engine/transformers/causal-model.ts';
import { cosine } from '../../../fixtures/reference-llama.ts';
import { makeTinyLlama } from '../../../fixtures/tiny-llama.ts';

runtime.env.wasm.numThreads = 1;

interface Sequence {
  readonly cache: KvCache;
  tokens: number[];
}

const token = fc.nat({ max: 511 });
const action = fc.oneof(
  fc.record({
    type: fc.constant('read'),
    at: fc.nat(),
    tokens: fc.array(token, { minLength: 1, maxLength: 70 }),
  }),
  fc.record({ type: fc.constant('fork'), at: fc.nat() }),
  fc.record({ type: fc.constant('truncate'), at: fc.nat(), length: fc.nat({ max: 80 }) }),
  fc.record({ type: fc.constant('batch'), token }),
  fc.record({ type: fc.constant('dispose'), at: fc.nat() }),
);

describe('keys and values in memory', () => {
  let model: OnnxModel;
  beforeAll(async () => {
    const file = new Blob([makeTinyLlama({})]);
    model = await buildOnnxModel(runtime, { file, contextTokens: 512 });
  });
  afterAll(() => model.dispose());

  async function act(
    sequences: Sequence[],
    step: typeof action extends fc.Arbitrary<infer Action> ? Action : never,
  ) {
    const chosen = sequences[('at' in step ? step.at : 0) % Math.max(1, sequences.length)];
    if (chosen === undefined) return;
    const { cache } = chosen;
    if ('tokens' in step) {
      if (chosen.tokens.length + step.tokens.length > 500) return;
      await model.forward([{ cache, tokens: step.tokens, logits: 'last' }]);
      chosen.tokens.push(...step.tokens);
    } else if ('token' in step) {
      await model.forward(
        sequences.map((each) => ({ cache: each.cache, tokens: [step.token], logits: 'last' })),
      );
      for (const each of sequences) each.tokens.push(step.token);
    } else if ('length' in step) {
      cache.truncate(step.length);
      chosen.tokens = chosen.tokens.slice(0, step.length);
    } else if (step.type === 'fork') {
      sequences.push({ cache: cache.fork(), tokens: [...chosen.tokens] });
    } else if (sequences.length > 1) {
      cache.dispose();
      sequences.splice(sequences.indexOf(chosen), 1);
    }
  }

  test('are those of the tokens read, whatever happened on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 14 }), async (steps) => {
        const sequences: Sequence[] = [{ cache: model.createCache(), tokens: [] }];
        for (const step of steps) await act(sequences, step);
        for (const { cache, tokens } of sequences) {
          expect(cache.length).toBe(tokens.length);
          const [grown] = await model.forward([{ cache, tokens: [7], logits: 'last' }]);
          const fresh = model.createCache();
          const [whole] = await model.forward([{ cache: fresh, tokens: [...tokens, 7], logits: 'last' }]);
          expect(cosine(grown!.logits[0]!, whole!.logits[0]!)).toBeGreaterThan(0.999999);
          fresh.dispose();
          cache.dispose();
        }
      }),
      { numRuns: 60 },
    );
  });
});
