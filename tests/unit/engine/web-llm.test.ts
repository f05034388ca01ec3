/** The parts of the web-llm adapter that are plain logic: what stays in the cache, what a build's configuration becomes. */
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { forgetWords, lastError, listenToConsole } from '../../../src/engine/web-llm/last-words.ts';
import { PrefixCache } from '../../../src/engine/web-llm/prefix-cache.ts';
import type { Pipeline } from '../../../src/engine/web-llm/private-parts.ts';
import { readChatSettings } from '../../../src/engine/web-llm/raw-prompt.ts';
import { toFormat } from '../../../src/engine/web-llm/response-format.ts';
import { topCandidates } from '../../../src/engine/web-llm/top-candidates.ts';
import { generateFault, isFatal, loadFault } from '../../../src/engine/web-llm/web-llm-faults.ts';

/** web-llm's steps around a prompt, on a list of tokens instead of a GPU: what it does with its cache, and no more. */
class ListPipeline {
  readonly contents: number[] = [];
  kvStateKind = 'kv_cache';
  readonly kvCache = {};
  filledKVCacheLength = 0;
  outputIds: number[] = [];
  #prompt: readonly number[] = [];
  readonly tvm = {
    beginScope: () => undefined,
    endScope: () => undefined,
    scalar: (value: number) => value,
    getGlobalFunc: (name: string) => (_cache: unknown, sequence: number, count: number) => {
      expect([name, sequence]).toEqual(['vm.builtin.kv_state_popn', 0]);
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(this.contents.length);
      this.contents.splice(this.contents.length - count);
    },
  };

  resetKVCache(): void {
    this.contents.length = 0;
  }

  getInputData(): Promise<[number[][], number, ...unknown[]]> {
    return Promise.resolve([[[...this.#prompt]], this.#prompt.length, 'rest']);
  }

  /** One generation; tokens read as prompt. `forwarded` of the output's tokens got into the cache. */
  async run(prompt: readonly number[], output: readonly number[], forwarded: number): Promise<number> {
    this.#prompt = prompt;
    this.resetKVCache();
    this.filledKVCacheLength = 0;
    this.outputIds = [];
    const [lists, count, rest] = await this.getInputData();
    const read = lists.flat();
    expect([read.length, rest]).toEqual([count, 'rest']);
    expect(count).toBeGreaterThan(0);
    expect(this.filledKVCacheLength).toBe(this.contents.length);
    this.contents.push(...read);
    expect(this.contents).toEqual(prompt);
    this.outputIds = [...output];
    this.contents.push(...output.slice(0, forwarded));
    this.filledKVCacheLength = this.contents.length;
    return count;
  }
}

function open(): { readonly pipeline: ListPipeline; readonly cache: PrefixCache } {
  const pipeline = new ListPipeline();
  return { pipeline, cache: new PrefixCache(pipeline as unknown as Pipeline) };
}

describe('PrefixCache', () => {
  const tokens = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 12 });
  const generation = fc.record({
    prompt: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 12 }),
    output: tokens,
    cut: fc.nat(12),
    fails: fc.boolean(),
  });

  test('whatever comes after whatever, the cache holds the prompt, and what is counted as reused was not read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(generation, { maxLength: 8 }), async (generations) => {
        const { pipeline, cache } = open();
        for (const { prompt, output, cut, fails } of generations) {
          const read = await pipeline.run(prompt, output, Math.min(cut, output.length));
          expect(cache.reused + read).toBe(prompt.length);
          if (fails) {
            // Nobody knows what is there now.
            pipeline.contents.push(9);
            cache.distrust();
          }
        }
      }),
    );
  });

  test('a conversation that goes on reads its new part only', async () => {
    const { pipeline, cache } = open();
    await pipeline.run([1, 2, 3], [4, 5, 6], 2);
    expect(await pipeline.run([1, 2, 3, 4, 5, 6, 7], [], 0)).toBe(2);
    expect(cache.reused).toBe(5);
  });

  test('the last token is read even where everything is there', async () => {
    const { pipeline } = open();
    await pipeline.run([1, 2, 3], [], 0);
    expect(await pipeline.run([1, 2, 3], [], 0)).toBe(1);
  });

  test('a model with another kind of state is left as it is', () => {
    const pipeline = new ListPipeline();
    const steps = (): unknown[] => [
      Reflect.get(pipeline, 'resetKVCache'),
      Reflect.get(pipeline, 'getInputData'),
    ];
    const before = steps();
    pipeline.kvStateKind = 'hybrid';
    const cache = new PrefixCache(pipeline as unknown as Pipeline);
    expect(steps()).toEqual(before);
    expect(cache.reused).toBe(0);
  });
});

describe('the chat configuration of a build', () => {
  test('says nothing but which tokens end a turn, and the window is the smaller one', async () => {
    const config = {
      context_window_size: 4096,
      quantization: 'q4f32_1',
      conv_template: { system_message: 'You are kind.', stop_token_ids: [2], stop_str: ['</s>'] },
    };
    const settings = await readChatSettings(new Blob([JSON.stringify(config)]), 1024);
    expect(settings).toMatchObject({ contextTokens: 1024, quantization: 'q4f32_1', features: [] });
    const half = new Blob([JSON.stringify({ ...config, quantization: 'q4f16_1' })]);
    expect((await readChatSettings(half, 1024)).features).toEqual(['shader-f16']);
    expect(settings.options.conv_config).toMatchObject({
      system_message: '',
      stop_token_ids: [2],
      stop_str: [],
      seps: [''],
    });
    expect((await readChatSettings(new Blob([JSON.stringify(config)]), 9999)).contextTokens).toBe(4096);
  });

  test('of a model that slides a window gets a fixed one', async () => {
    const config = new Blob(['{"context_window_size": -1, "sliding_window_size": 512}']);
    const { options, contextTokens } = await readChatSettings(config, 700);
    expect(contextTokens).toBe(700);
    expect(options).toMatchObject({ context_window_size: 700, sliding_window_size: -1 });
  });

  test('that is not JSON is refused by name', async () => {
    await expect(readChatSettings(new Blob(['<html>']), 10)).rejects.toMatchObject({
      code: 'model-rejected',
    });
  });
});

describe('a constraint', () => {
  const texts = ['a', ' ', '\n', ' b', ''];
  const tokenizer = {
    encode: () => Int32Array.of(),
    decode: (tokens: Int32Array) => texts[tokens[0] ?? 0] ?? '',
    getVocabSize: () => texts.length,
  };

  test('is a grammar where there is one, else a schema that holds white space down', () => {
    const jsonSchema = { type: 'object' } as const;
    expect(toFormat(undefined, tokenizer)).toEqual({});
    expect(toFormat({ gbnf: 'root ::= "a"', jsonSchema }, tokenizer)).toEqual({
      response_format: { type: 'grammar', grammar: 'root ::= "a"' },
    });
    expect(toFormat({ gbnf: '', jsonSchema }, tokenizer)).toEqual({
      response_format: { type: 'json_object', schema: '{"type":"object"}' },
      logit_bias: { 1: -100, 2: -100 },
    });
  });
});

describe('topCandidates', () => {
  test('are the largest in order, and all of them together are certain', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (scores) => {
          const all = topCandidates(Float32Array.from(scores), scores.length);
          expect(all.map(({ token }) => scores[token])).toEqual(
            scores.toSorted((left, right) => right - left),
          );
          expect(all.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 4);
          expect(topCandidates(Float32Array.from(scores), 2)).toEqual(all.slice(0, 2));
        },
      ),
    );
  });
});

function named(name: string, message = 'why'): Error {
  return Object.assign(new Error(message), { name });
}

describe('errors of web-llm', () => {
  test('become faults by their class and their text', () => {
    expect(loadFault(named('WebGPUNotAvailableError'))).toMatchObject({
      code: 'unsupported',
      details: { feature: 'webgpu' },
    });
    expect(loadFault(named('DeviceLostError')).code).toBe('device-lost');
    expect(loadFault(named('Error', 'Failed to allocate 3 GiB')).code).toBe('out-of-memory');
    expect(loadFault(named('Error', 'Cannot find parameter x'))).toMatchObject({
      code: 'model-rejected',
      reason: 'Cannot find parameter x',
    });
    expect(generateFault(named('GrammarMatcherInitError'))).toMatchObject({
      code: 'engine-failed',
      message: 'The engine could not compile the grammar.',
    });
    expect(generateFault(named('AbortError')).code).toBe('aborted');
  });

  test('tell what the library wrote where they say nothing themselves', () => {
    // web-llm throws this plain object.
    const exit = { name: 'ExitStatus', message: 'Program terminated with exit(1)', status: 1 };
    expect(loadFault(exit, 'ValueError: no such weight').reason).toBe('ValueError: no such weight');
    expect(loadFault(exit).reason).toBe('Program terminated with exit(1)');
    expect(isFatal(exit)).toBe(true);
    const grammar = named('GrammarMatcherInitError', 'Failed to initialize: Aborted(). Build with…');
    expect(generateFault(grammar, 'Rule "x" is not defined').reason).toBe('Rule "x" is not defined');
    expect(generateFault(named('Error', 'plain'), 'something else').reason).toBe('plain');
  });

  test('are found in what was written to the console', () => {
    listenToConsole();
    const quiet = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => quiet.mockRestore());
    forgetWords();
    expect(lastError()).toBeUndefined();
    console.error(
      'Traceback (most recent call last):\n  File "a.cc", line 1, in f()\nValueError: no such weight: x',
    );
    expect(lastError()).toBe('ValueError: no such weight: x');
    console.warn('[FATAL] /home/a/grammar_parser.cc:552: EBNF parser error at line 1, column 10: Rule "x"');
    expect(lastError()).toBe('EBNF parser error at line 1, column 10: Rule "x"');
    forgetWords();
    expect(lastError()).toBeUndefined();
  });

  test('are fatal where the module is gone', () => {
    expect(['RuntimeError', 'ExitStatus', 'DeviceLostError'].map((name) => isFatal(named(name)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(isFatal(named('GrammarMatcherInitError'))).toBe(false);
  });
});
