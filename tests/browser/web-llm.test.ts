/**
 * What only web-llm does: its error texts, its files without a network, a GPU that goes away, its prompts as they are.
 * The real library on WebGPU, in the page instead of a worker, so that the GPU can be taken from it.
 */
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AdapterLoad, AdapterRequest } from '../../src/engine/adapter.ts';
import { probeDevice } from '../../src/engine/probe-device.ts';
import { topCandidates } from '../../src/engine/web-llm/top-candidates.ts';
import { WebLlmAdapter } from '../../src/engine/web-llm/web-llm-adapter.ts';
import type { GenerateEvent } from '../../src/protocol/engine.ts';
import { findTinyModel } from '../contract/tiny-web-llm.ts';

const found = await findTinyModel();
const never = new AbortController().signal;
const prompt = '<|im_start|>user\nTell me a story.<|im_end|>\n<|im_start|>assistant\n';

function request(extra: Partial<AdapterRequest> = {}): AdapterRequest {
  return { prompt, sampling: { temperature: 0, maxTokens: 8 }, ...extra };
}

/** Every GPU device that is made from now on, until the test ends. */
function watchDevices(): GPUDevice[] {
  const devices: GPUDevice[] = [];
  const requestAdapter = navigator.gpu.requestAdapter.bind(navigator.gpu);
  const spy = vi.spyOn(navigator.gpu, 'requestAdapter').mockImplementation(async (options) => {
    const adapter = await requestAdapter(options);
    if (adapter === null) return null;
    const requestDevice = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (descriptor) => {
      const device = await requestDevice(descriptor);
      devices.push(device);
      return device;
    };
    return adapter;
  });
  onTestFinished(() => spy.mockRestore());
  return devices;
}

if (found.type === 'missing') {
  test('web-llm', ({ skip }) => {
    skip(found.reason);
  });
} else {
  const { model, modelsUrl } = found;
  const files = new Map<string, Blob>();
  const load: AdapterLoad = {
    file: new Blob(),
    files,
    adapters: [],
    chatTemplate: 'chatml',
    parameters: model.parameters,
    contextTokens: 1024,
    slots: 1,
    device: await probeDevice(),
  };

  beforeAll(async () => {
    for (const { name } of model.builds?.[0]?.files ?? []) {
      files.set(name, await (await fetch(new URL(name, modelsUrl))).blob());
    }
  });

  /** A loaded adapter that is unloaded when the test ends. */
  async function loaded(options: Partial<AdapterLoad> = {}): Promise<WebLlmAdapter> {
    const adapter = new WebLlmAdapter();
    onTestFinished(() => adapter.unload());
    await adapter.load({ ...load, ...options }, never);
    return adapter;
  }

  async function say(adapter: WebLlmAdapter, asked: AdapterRequest): Promise<string> {
    return (await adapter.generate(asked, () => undefined, never)).text;
  }

  /** The same files, with one of them changed. */
  function changed(name: string, change: (text: string) => string): Promise<ReadonlyMap<string, Blob>> {
    return (async () => {
      const text = await files.get(name)!.text();
      return new Map([...files, [name, new Blob([change(text)])]]);
    })();
  }

  describe('web-llm and its files', () => {
    afterEach(() => vi.restoreAllMocks());

    test('a model loads without a network, twice, and leaves nothing in the caches', async () => {
      const fetched: string[] = [];
      const real = globalThis.fetch;
      vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, options) => {
        const url = input instanceof Request ? input.url : String(input);
        if (!url.startsWith('blob:')) {
          fetched.push(url);
          throw new TypeError('The network is off.');
        }
        return await real(input, options);
      });
      const texts = [await say(await loaded(), request()), await say(await loaded(), request())];
      expect(texts[0]).not.toBe('');
      expect(texts[1]).toBe(texts[0]);
      expect(fetched).toEqual([]);
      const names = (await caches.keys()).filter((name) => name.startsWith('webllm'));
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        expect(await (await caches.open(name)).keys()).toEqual([]);
      }
    });

    test('a file that the build does not name is refused by its address, not looked for elsewhere', async () => {
      const fewer = new Map([...files].filter(([name]) => name !== 'tokenizer.json'));
      await expect(loaded({ files: fewer })).rejects.toMatchObject({ code: 'model-rejected' });
    });

    test('a build without a library, a LoRA adapter and another backend are refused by name', async () => {
      const without = new Map([...files].filter(([name]) => !name.endsWith('.wasm')));
      await expect(loaded({ files: without })).rejects.toMatchObject({
        code: 'model-rejected',
        message: 'The build lacks a model library (.wasm).',
      });
      const lora = [{ id: 'music', file: new Blob() }];
      await expect(loaded({ adapters: lora })).rejects.toMatchObject({ code: 'unsupported' });
      await expect(loaded({ prefer: { backend: 'wasm-threads' } })).rejects.toMatchObject({
        code: 'unsupported',
        details: { feature: 'webgpu' },
      });
    });

    test('a build in 16-bit floats is refused by name where the GPU has none', async ({ skip }) => {
      const gpu = await navigator.gpu.requestAdapter();
      skip(gpu?.features.has('shader-f16') === true, 'this GPU has 16-bit floats');
      const half = await changed('mlc-chat-config.json', (text) => text.replace('q0f32', 'q4f16_1'));
      await expect(loaded({ files: half })).rejects.toMatchObject({
        code: 'unsupported',
        details: { feature: 'shader-f16' },
      });
    });

    test('an error inside the library arrives with its text', async () => {
      const renamed = await changed('tensor-cache.json', (text) =>
        text.replace('layers.1.down.weight', 'layers.9.down.weight'),
      );
      const failure = loaded({ files: renamed });
      await expect(failure).rejects.toMatchObject({ code: 'model-rejected' });
      await expect(failure).rejects.toHaveProperty('reason', expect.stringContaining('layers.1.down.weight'));
    });

    test('a load that is stopped rejects, and the next one succeeds', async () => {
      const stopping = new AbortController();
      const adapter = new WebLlmAdapter();
      const loading = adapter.load(load, stopping.signal);
      setTimeout(() => stopping.abort(), 20);
      await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
      expect(await say(await loaded(), request())).not.toBe('');
    });
  });

  describe('web-llm and its generations', () => {
    let adapter: WebLlmAdapter;
    beforeAll(async () => {
      adapter = new WebLlmAdapter();
      await adapter.load(load, never);
      return () => adapter.unload();
    });

    test('the GPU computes what the CPU computed at set-up', async () => {
      const { steps } = model.knownAnswer!;
      const measured = await adapter.topLogprobs({
        prompt: model.knownAnswer!.prompt,
        steps: steps.length,
        candidates: 5,
        signal: never,
      });
      expect(measured.map(([best]) => best?.token)).toEqual(steps.map(([best]) => best?.token));
      for (const [step, candidates] of steps.entries()) {
        for (const [rank, { logprob }] of candidates.entries()) {
          expect(measured[step]?.[rank]?.logprob).toBeCloseTo(logprob, 2);
        }
      }
    });

    test('a JSON schema holds, without a grammar', async () => {
      const jsonSchema = {
        type: 'object',
        properties: { colour: { enum: ['red', 'blue'] }, sure: { type: 'boolean' } },
        required: ['colour', 'sure'],
        additionalProperties: false,
      };
      const text = await say(
        adapter,
        request({ sampling: { temperature: 0, maxTokens: 64 }, constraint: { gbnf: '', jsonSchema } }),
      );
      const value = JSON.parse(text) as { readonly colour: unknown; readonly sure: unknown };
      expect(['red', 'blue']).toContain(value.colour);
      expect(typeof value.sure).toBe('boolean');
      // Every white space that the schema's grammar allows, and none that it does not need.
      expect(text).not.toMatch(/\s{2}/);
    });

    test('a seed repeats what chance says, and another says something else', async () => {
      const texts: string[] = [];
      for (const seed of [7, 7, 8]) {
        texts.push(await say(adapter, request({ sampling: { temperature: 1.5, maxTokens: 12, seed } })));
      }
      expect(texts[1]).toBe(texts[0]);
      expect(texts[2]).not.toBe(texts[0]);
    });

    test('what two prompts begin with is read once, and changes nothing', async () => {
      const longer = prompt.replace('story.', 'story about a bear and a fox.');
      const fresh = await say(adapter, request({ prompt: `A ${longer}` }));
      expect(fresh).not.toBe('');
      const alone = await adapter.generate(request({ prompt: longer }), () => undefined, never);
      await say(adapter, request());
      const after = await adapter.generate(request({ prompt: longer }), () => undefined, never);
      expect(alone.usage.cachedTokens).toBe(0);
      expect(after.usage.cachedTokens).toBeGreaterThan(5);
      expect(after.usage.cachedTokens).toBeLessThan(after.usage.promptTokens);
      expect(after.usage.promptTokens).toBe(alone.usage.promptTokens);
      expect(after.text).toBe(alone.text);
    });

    test('a conversation that goes on reads its new turn only', async () => {
      const first = await adapter.generate(request(), () => undefined, never);
      const next = `${prompt}${first.text}<|im_end|>\n<|im_start|>user\nMore.<|im_end|>\n<|im_start|>assistant\n`;
      const second = await adapter.generate(request({ prompt: next }), () => undefined, never);
      expect(second.usage.cachedTokens).toBeGreaterThanOrEqual(first.usage.promptTokens);
    });

    test('text with characters of several bytes comes whole', async () => {
      const constraint = { gbnf: 'root ::= "naïve — 東京 🦊!"' };
      const events: GenerateEvent[] = [];
      const asked = request({ sampling: { temperature: 0, maxTokens: 64 }, constraint });
      const result = await adapter.generate(asked, (event) => events.push(event), never);
      const pieces = events.flatMap((event) => (event.type === 'text-generated' ? [event.text] : []));
      expect(result.text).toBe('naïve — 東京 🦊!');
      expect(pieces.join('')).toBe(result.text);
      expect(pieces.join('')).not.toContain('\uFFFD');
    });
  });

  describe('web-llm and a GPU that goes away', () => {
    test('device.destroy() in mid-generation is a fault by name, and nothing hangs', async () => {
      const devices = watchDevices();
      for (const token of [1, 3]) {
        const adapter = await loaded();
        let seen = 0;
        const running = adapter.generate(
          request({ sampling: { temperature: 0, maxTokens: 64 } }),
          ({ type }) => {
            if (type !== 'text-generated') return;
            seen += 1;
            if (seen === token) for (const device of devices.splice(0)) device.destroy();
          },
          never,
        );
        await expect(running).rejects.toMatchObject({ code: 'device-lost' });
        expect(adapter.dead).toBe(true);
        await expect(adapter.generate(request(), () => undefined, never)).rejects.toThrow();
        await adapter.unload();
      }
      // The next one is a new device.
      expect(await say(await loaded(), request())).not.toBe('');
    });
  });
}

test('the likeliest of some scores, with their logarithms', () => {
  const [best, second] = topCandidates(Float32Array.of(0, 2, 1), 2);
  expect([best?.token, second?.token]).toEqual([1, 2]);
  expect(best?.logprob).toBeCloseTo(2 - Math.log(1 + Math.exp(2) + Math.exp(1)), 6);
});
