/** The second engine with the real model on WebAssembly, and against the first. Skipped where the model is not there. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineClient } from '../../src/bridge/engine-client.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import { toolGrammar } from '../../src/decode/tool-grammar.ts';
import type { LoadRequest } from '../../src/protocol/engine.ts';
import { defaultModel, modelsUrl, whyMissing } from './default-model.ts';
import { contractContext, describeEngineContract } from './engine.ts';

const missing = await whyMissing();
const request: LoadRequest = { model: defaultModel, modelsUrl, contextTokens: contractContext, slots: 2 };

const texts = [
  '',
  'Hello, world!',
  "It's 12345 o'clock,   isn't it?\n\n\tYes.  ",
  'Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.',
  '素早い茶色の狐が怠け者の犬を飛び越える。 Δοκιμή 😀👩‍👩‍👧',
  '{"name":"PlayMusic","arguments":{"artist":"Björk","year":2024}}',
  '<|im_start|>user\nHi<|im_end|>\n',
  'a'.repeat(300),
  '\u00a0\u2003x\r\n\r\n  y\u0000z',
];

if (missing === undefined) {
  describeEngineContract({
    name: 'transformers on WebAssembly',
    create: () => spawnEngine(),
    request: { ...request, engine: 'transformers' },
  });

  describe('transformers beside wllama, on the same file', () => {
    let ours: EngineClient;
    let theirs: EngineClient;
    beforeAll(async () => {
      [ours, theirs] = [spawnEngine(), spawnEngine()];
      await ours.load({ ...request, engine: 'transformers' });
      await theirs.load({ ...request, engine: 'wllama' });
    });
    afterAll(() => {
      ours.dispose();
      theirs.dispose();
    });

    test('texts have as many tokens', async () => {
      for (const text of texts) {
        expect([text, await ours.countTokens(text)]).toEqual([text, await theirs.countTokens(text)]);
      }
    });

    test('greedy texts are the same', async () => {
      for (const content of ['What is the capital of France?', 'Name three fruits that are red.']) {
        const asked = {
          messages: [{ role: 'user', content }],
          sampling: { temperature: 0, maxTokens: 24 },
        } as const;
        expect((await ours.generate(asked)).text).toBe((await theirs.generate(asked)).text);
      }
    });

    test('a call of a tool holds its grammar', async () => {
      const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
      const tool = { name: 'get_weather', description: 'Tells the weather.', parameters };
      const { text, usage } = await ours.generate({
        messages: [{ role: 'user', content: 'Call get_weather with a city. What is the weather in Paris?' }],
        sampling: { temperature: 0, maxTokens: 60 },
        constraint: toolGrammar({
          tools: [tool as never],
          maxCalls: 1,
          allow: { answer: false, refusal: false },
        }),
      });
      console.info(
        `a call: ${text}, ${String(usage.decodeTokens)} tokens in ${String(Math.round(usage.decodeMs))} ms`,
      );
      expect(JSON.parse(text)).toMatchObject({ name: 'get_weather' });
    });
  });
} else {
  describe('transformers on WebAssembly', () => {
    test('keeps the engine contract', ({ skip }) => {
      skip(missing);
    });
  });
}
