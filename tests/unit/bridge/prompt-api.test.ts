/** What the engine of the built-in model adds to the interface: sessions, limits, names of both versions, faults. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PromptApiEngine } from '../../../src/bridge/prompt-api/prompt-api-engine.ts';
import { TokenBudget } from '../../../src/bridge/prompt-api/token-budget.ts';
import type { GenerateRequest, LoadProgress } from '../../../src/protocol/engine.ts';
import { LanguageModelDouble, quotaExceeded } from '../../fixtures/language-model-double.ts';
import type { DoubleOptions } from '../../fixtures/language-model-double.ts';
import { remoteModel } from '../../fixtures/remote-model.ts';

const load = {
  model: { ...remoteModel, file: { ...remoteModel.file, bytes: 1000 } },
  modelsUrl: '',
  contextTokens: 2048,
  slots: 1,
};

function ask(content: string, more: Partial<GenerateRequest> = {}): Omit<GenerateRequest, 'requestId'> {
  return {
    messages: [
      { role: 'system', content: 'You are terse.' },
      { role: 'user', content },
    ],
    sampling: { temperature: 0, maxTokens: 32 },
    ...more,
  };
}

async function loaded(options: Partial<DoubleOptions> = {}): Promise<{
  readonly engine: PromptApiEngine;
  readonly double: LanguageModelDouble;
}> {
  const double = new LanguageModelDouble({ reply: () => 'Yes.', ...options });
  const engine = new PromptApiEngine({ languageModel: double });
  await engine.load(load);
  return { engine, double };
}

describe('a load', () => {
  test('tells the download from nought to all, once each', async () => {
    const double = new LanguageModelDouble({ reply: () => '', availability: 'downloadable' });
    const progress: LoadProgress[] = [];
    await new PromptApiEngine({ languageModel: double }).load(load, {
      onProgress: (item) => progress.push(item),
    });
    const bytes = progress.map((item) =>
      item.type === 'download-progressed' ? item.receivedBytes : item.type,
    );
    expect(bytes).toEqual([0, 250, 500, 1000, 'initialise-started']);
    expect(double.created[0]).toMatchObject({ expectedOutputs: [{ type: 'text', languages: ['en'] }] });
  });

  test.each([
    ['no model', { availability: 'unavailable' }, 'unsupported', /not available/],
    [
      'no leave to download',
      { createError: new DOMException('Needs a gesture.', 'NotAllowedError') },
      'unsupported',
      /gesture/,
    ],
    [
      'no network',
      { createError: new DOMException('Offline.', 'NetworkError') },
      'model-unavailable',
      /Offline/,
    ],
    [
      'a browser that gives up',
      { createError: new DOMException('Crashed.', 'OperationError') },
      'engine-failed',
      /Crashed/,
    ],
  ] as const)('with %s is refused with the reason', async (_what, options, code, reason) => {
    const double = new LanguageModelDouble({ reply: () => '', ...options });
    const loading = new PromptApiEngine({ languageModel: double }).load(load);
    await expect(loading).rejects.toMatchObject({ code, reason: expect.stringMatching(reason) as string });
  });

  test('in a place without the interface is refused', async () => {
    await expect(new PromptApiEngine().load(load)).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('takes the smaller of the windows', async () => {
    const double = new LanguageModelDouble({ reply: () => '', contextWindow: 100, oldNames: true });
    expect(await new PromptApiEngine({ languageModel: double }).load(load)).toMatchObject({
      contextTokens: 100,
    });
  });
});

describe('a request', () => {
  test('reads its system prompt once, and leaves nothing behind', async () => {
    const { engine, double } = await loaded();
    const first = await engine.generate(ask('One?'));
    const second = await engine.generate(ask('Two?'));
    expect(double.created.map(({ initialPrompts }) => initialPrompts)).toEqual([
      undefined,
      [{ role: 'system', content: 'You are terse.' }],
    ]);
    expect(double.asked.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ['You are terse.', 'One?'],
      ['You are terse.', 'Two?'],
    ]);
    expect(first.usage.cachedTokens).toBe(0);
    expect(second.usage.cachedTokens).toBeGreaterThan(0);
    // The one that holds the model, and the one that has read the system prompt.
    expect(double.alive.size).toBe(2);
    await engine.unload();
    await Promise.resolve();
    expect(double.alive.size).toBe(0);
  });

  test('keeps a few system prompts only', async () => {
    const { engine, double } = await loaded();
    for (let index = 0; index < 10; index += 1) {
      await engine.generate({
        ...ask(''),
        messages: [
          { role: 'system', content: `Be ${index}.` },
          { role: 'user', content: 'Hi.' },
        ],
      });
    }
    await Promise.resolve();
    expect(double.alive.size).toBe(5);
  });

  test('has a mode in place of a temperature', async () => {
    const { engine, double } = await loaded();
    for (const temperature of [0, 0.4, 0.9, 1.5]) {
      await engine.generate(ask('One?', { sampling: { temperature, maxTokens: 8 } }));
    }
    expect(double.created.slice(1).map(({ samplingMode }) => samplingMode)).toEqual([
      'most-predictable',
      'predictable',
      'balanced',
      'creative',
    ]);
  });

  test('is held to a JSON Schema, and refused where there is a grammar only', async () => {
    const { engine, double } = await loaded();
    const jsonSchema = { type: 'string' };
    await engine.generate(ask('One?', { constraint: { gbnf: 'root ::= "a"', jsonSchema } }));
    expect(double.asked[0]?.options.responseConstraint).toEqual(jsonSchema);
    const gbnfOnly = engine.generate(ask('One?', { constraint: { gbnf: 'root ::= "a"' } }));
    await expect(gbnfOnly).rejects.toMatchObject({ code: 'unsupported', details: { feature: 'grammar' } });
    const adapted = engine.generate(ask('One?', { adapter: 'a' }));
    await expect(adapted).rejects.toMatchObject({ code: 'unsupported', details: { feature: 'adapters' } });
    expect(double.asked).toHaveLength(1);
  });

  test('continues a prefill', async () => {
    const { engine, double } = await loaded();
    await engine.generate(ask('One?', { prefill: 'Well, ' }));
    expect(double.asked[0]?.messages.at(-1)).toEqual({ role: 'assistant', content: 'Well, ', prefix: true });
  });

  test.each([false, true])('is measured before it is sent (old names: %s)', async (oldNames) => {
    const { engine, double } = await loaded({ contextWindow: 60, oldNames });
    const fault = await engine.generate(ask('word '.repeat(60))).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'context-overflow', details: { contextWindow: 60, maxTokens: 32 } });
    const long = engine.generate(ask('Hi.', { sampling: { temperature: 0, maxTokens: 55 } }));
    await expect(long).rejects.toMatchObject({ code: 'context-overflow' });
    expect(double.asked).toEqual([]);
    expect((await engine.generate(ask('Hi.'))).text).toBe('Yes.');
    expect(await engine.countTokens('word')).toBe(1);
  });

  test.each([
    ['QuotaExceededError', quotaExceeded(200, 100), 'context-overflow'],
    ['NotReadableError', new DOMException('Filtered.', 'NotReadableError'), 'engine-failed'],
    ['NotSupportedError', new DOMException('No such keyword.', 'NotSupportedError'), 'unsupported'],
    ['SyntaxError', new DOMException('Not to schema.', 'SyntaxError'), 'engine-failed'],
    ['InvalidStateError', new DOMException('Gone.', 'InvalidStateError'), 'worker-died'],
    ['AbortError', new DOMException('Ended by the browser.', 'AbortError'), 'worker-died'],
    ['UnknownError', new DOMException('Hm.', 'UnknownError'), 'engine-failed'],
  ])('that fails with %s is a fault of its kind', async (_name, error, code) => {
    const { engine } = await loaded({ reply: () => error });
    await expect(engine.generate(ask('One?'))).rejects.toMatchObject({ code });
  });

  test('that the browser shortens on its own is an overflow, not an answer', async () => {
    const double = new LanguageModelDouble({ reply: () => 'A long answer, piece by piece.' });
    const create = double.create.bind(double);
    // A browser that drops turns when it feels like it.
    double.create = async (options) => {
      const base = await create(options);
      const clone = base.clone.bind(base);
      base.clone = async (how) => {
        const session = await clone(how);
        setTimeout(() => session.dispatchEvent(new Event('contextoverflow')), 2);
        return session;
      };
      return base;
    };
    const engine = new PromptApiEngine({ languageModel: double });
    await engine.load(load);
    await expect(engine.generate(ask('One?'))).rejects.toMatchObject({ code: 'context-overflow' });
  });

  test('that is under way ends with the engine, and with the model', async () => {
    for (const [end, code] of [
      ['dispose', 'worker-died'],
      ['unload', 'aborted'],
    ] as const) {
      const { engine, double } = await loaded({ reply: () => 'word '.repeat(100) });
      const running = engine.generate(ask('One?', { sampling: { temperature: 0, maxTokens: 400 } }), {
        onEvent: (event) => {
          if (event.type === 'text-generated') void engine[end]();
        },
      });
      await expect(running).rejects.toMatchObject({ code });
      await expect.poll(() => double.alive.size).toBe(0);
    }
  });
});

describe('a token budget', () => {
  test('passes on the longest text within it, however it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 9 }), { maxLength: 12 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (pieces, limit, charactersPerToken) => {
          const count = (text: string): Promise<number> =>
            Promise.resolve(Math.ceil(Array.from(text).length / charactersPerToken));
          const budget = new TokenBudget({ limit, count });
          let kept = '';
          for (const piece of pieces) kept += await budget.take(piece);
          const whole = Array.from(pieces.join(''));
          expect(kept).toBe(whole.slice(0, limit * charactersPerToken).join(''));
          expect(budget.spent).toBe(whole.length > limit * charactersPerToken);
        },
      ),
    );
  });

  test('does not count while the bytes alone are within it', async () => {
    let counted = 0;
    const count = (text: string): Promise<number> => {
      counted += 1;
      return Promise.resolve(Math.ceil(text.length / 4));
    };
    const budget = new TokenBudget({ limit: 100, count });
    for (let index = 0; index < 40; index += 1) await budget.take('abcdefghij');
    expect(budget.spent).toBe(false);
    expect(counted).toBeLessThan(12);
  });
});
