/**
 * LoRA adapters beside one base model, in the real engine: each request chooses its own, and none leaves a trace in
 * the next one's answer, neither in the weights nor in the prompt cache.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdapterResult } from '../../src/engine/adapter.ts';
import { probeDevice } from '../../src/engine/probe-device.ts';
import { WllamaAdapter } from '../../src/engine/wllama-adapter.ts';
import { defaultModel, defaultModelUrl, whyMissing } from '../contract/default-model.ts';
import { makeLoraFile } from '../fixtures/lora-file.ts';

const missing = await whyMissing();

const shape = {
  layers: 30,
  linears: [
    { name: 'attn_q', from: 576, to: 576 },
    { name: 'attn_v', from: 576, to: 192 },
  ],
};
const adapters = [7, 8].map((seed) => ({
  id: `adapter-${String(seed)}`,
  file: new Blob([makeLoraFile({ ...shape, seed, size: 0.15 })]),
}));
const [first, second] = adapters.map(({ id }) => id);

const never = new AbortController().signal;
const prompts = [
  'What is the capital of France?',
  'Name three red fruits and say how they taste.',
  'Who was Ada?',
];

async function load(file: Blob, loras: typeof adapters, slots = 2): Promise<WllamaAdapter> {
  const engine = new WllamaAdapter();
  await engine.load(
    {
      file,
      files: new Map(),
      adapters: loras,
      chatTemplate: 'chatml',
      parameters: defaultModel.parameters,
      contextTokens: 1024,
      slots,
      device: await probeDevice(),
      prefer: { weights: 'quantised' },
    },
    never,
  );
  return engine;
}

function median(list: readonly number[]): string {
  return (list.toSorted((left, right) => left - right)[list.length / 2] ?? 0).toFixed(0);
}

async function say(engine: WllamaAdapter, prompt: string, adapter?: string): Promise<AdapterResult> {
  return await engine.generate(
    {
      prompt: `<|im_start|>user\n${prompt}<|im_end|>\n<|im_start|>assistant\n`,
      sampling: { temperature: 0, maxTokens: 10 },
      ...(adapter === undefined ? {} : { adapter }),
    },
    () => undefined,
    never,
  );
}

if (missing === undefined) {
  const file = await (await fetch(defaultModelUrl)).blob();

  describe('LoRA adapters on wllama', () => {
    let engine: WllamaAdapter;
    /** What each adapter says to each prompt where no other was ever loaded: text by `adapter|prompt`. */
    const alone = new Map<string, string>();

    beforeAll(async () => {
      for (const lora of [undefined, ...adapters]) {
        const fresh = await load(file, lora === undefined ? [] : [lora], 1);
        for (const prompt of prompts) {
          alone.set(`${String(lora?.id)}|${prompt}`, (await say(fresh, prompt, lora?.id)).text);
        }
        await fresh.unload();
      }
      engine = await load(file, adapters);
    }, 240_000);
    afterAll(() => engine.unload());

    async function expectAsAlone(adapter: string | undefined, prompt: string): Promise<void> {
      const { text, usage } = await say(engine, prompt, adapter);
      console.info(
        `${String(adapter)} cached ${String(usage.cachedTokens)} of ${String(usage.promptTokens)}, first token after ${usage.timeToFirstTokenMs.toFixed(0)} ms: ${text}`,
      );
      expect.soft(text).toBe(alone.get(`${String(adapter)}|${prompt}`));
    }

    test('each says something of its own', () => {
      for (const prompt of prompts) {
        const texts = [undefined, first, second].map((id) => alone.get(`${String(id)}|${prompt}`));
        expect(new Set(texts).size).toBe(3);
      }
    });

    test('switching to and fro leaves no trace', async () => {
      const [prompt = ''] = prompts;
      for (const adapter of [
        undefined,
        first,
        second,
        first,
        undefined,
        undefined,
        second,
        second,
        undefined,
      ]) {
        await expectAsAlone(adapter, prompt);
      }
    });

    test('no adapter finds the prompt cache of another', async () => {
      const [x = '', y = '', z = ''] = prompts;
      // States leave the slots for llama.cpp's own store and could come back under another adapter.
      for (const prompt of [x, y, z, x, y]) await expectAsAlone(first, prompt);
      for (const prompt of [z, x, y, z]) await expectAsAlone(second, prompt);
      for (const prompt of [y, z, x]) await expectAsAlone(undefined, prompt);
      for (const prompt of [z, x]) await expectAsAlone(first, prompt);
    });

    test('a switch is no load: the time to the first token, for the record', async () => {
      const [prompt = ''] = prompts;
      const waits = { switching: [] as number[], staying: [] as number[] };
      async function ask(adapter: string | undefined, list: number[]): Promise<void> {
        const { text, usage } = await say(engine, prompt, adapter);
        expect(text).toBe(alone.get(`${String(adapter)}|${prompt}`));
        list.push(usage.timeToFirstTokenMs);
      }
      for (let round = 0; round < 3; round += 1) {
        for (const adapter of [first, second]) await ask(adapter, waits.switching);
      }
      for (let round = 0; round < 6; round += 1) await ask(second, waits.staying);
      console.info(
        `first token after ${median(waits.switching)} ms when switching, ${median(waits.staying)} ms when staying`,
      );
    });

    test('side by side they do not mix', async () => {
      await Promise.all(
        prompts.flatMap((prompt) => [undefined, first, second].map((id) => expectAsAlone(id, prompt))),
      );
    });
  });
} else {
  describe('LoRA adapters on wllama', () => {
    test('switch per request', ({ skip }) => {
      skip(missing);
    });
  });
}
