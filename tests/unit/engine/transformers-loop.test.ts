/** The decoding loop on a toy model: who is served when, what is read again, what is left when it is over. */
import { describe, expect, test } from 'vitest';
import { BatchScheduler } from '../../../src/engine/transformers/batch-scheduler.ts';
import { readGgufTokenizer } from '../../../src/engine/transformers/gguf-tokenizer.ts';
import { isAllowed, pickToken } from '../../../src/engine/transformers/pick-token.ts';
import { PrefixStore } from '../../../src/engine/transformers/prefix-store.ts';
import { randomNumbers } from '../../../src/protocol/random.ts';
import { continueGreedily, embedTokens } from '../../../src/engine/transformers/read-states.ts';
import { Sequence } from '../../../src/engine/transformers/sequence.ts';
import type { AdapterResult } from '../../../src/engine/adapter.ts';
import type { GenerateEvent, Sampling } from '../../../src/protocol/engine.ts';
import { makeTinyLlama } from '../../fixtures/tiny-llama.ts';
import { ToyModel } from './toy-model.ts';
import type { ToyModelOptions } from './toy-model.ts';

const tokenizer = await readGgufTokenizer(new Blob([makeTinyLlama()]));
const vocabularySize = tokenizer.vocabulary.length;

interface Asked {
  readonly sampling?: Partial<Sampling>;
  readonly adapter?: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: GenerateEvent) => void;
}

function setUp(
  options: { slots?: number; chunkTokens?: number; keptTokens?: number } & Partial<ToyModelOptions> = {},
) {
  const { slots = 2, chunkTokens = 8, keptTokens = 512, ...toy } = options;
  const model = new ToyModel({ vocabularySize, ...toy });
  const scheduler = new BatchScheduler({ model, slots, chunkTokens, keptTokens });
  function ask(prompt: string, asked: Asked = {}): Promise<AdapterResult> {
    const sequence = new Sequence({
      prompt: tokenizer.encode(prompt),
      sampling: { temperature: 0, maxTokens: 6, ...asked.sampling },
      tokenizer,
      onEvent: asked.onEvent ?? (() => undefined),
      signal: asked.signal ?? new AbortController().signal,
      ...(asked.adapter === undefined ? {} : { adapter: asked.adapter }),
    });
    scheduler.add(sequence);
    return sequence.result;
  }
  return { model, scheduler, ask };
}

const long = 'Once upon a time there was a small model in the browser, and it learned to do its work well. ';

describe('generations side by side', () => {
  test('say what they say alone, and decode as one batch', async () => {
    const questions = ['What is the weather?', 'Tell me about science.', 'Paris'];
    const alone: string[] = [];
    for (const question of questions) alone.push((await setUp().ask(question)).text);
    const { ask, model } = setUp({ slots: 3 });
    const together = await Promise.all(questions.map((question) => ask(question)));
    expect(together.map(({ text }) => text)).toEqual(alone);
    expect(model.calls.some((steps) => steps.length === 3 && steps.every((tokens) => tokens === 1))).toBe(
      true,
    );
  });

  test('of different adapters are batched apart and differ', async () => {
    const { ask, model } = setUp();
    const [base, other] = await Promise.all([ask('Paris'), ask('Paris', { adapter: 'other' })]);
    expect(base.text).not.toBe(other.text);
    expect(other.usage.cachedTokens).toBe(0);
    expect(model.calls.every((steps) => steps.length === 1)).toBe(true);
  });

  test('a long prompt is read in pieces, between the steps of those that decode', async () => {
    const { ask, model } = setUp({ chunkTokens: 8 });
    const decoding = ask('Paris', { sampling: { maxTokens: 30 } });
    const reading = ask(long);
    await Promise.all([decoding, reading]);
    const chunks = model.calls.flatMap((steps, index) =>
      steps.length === 1 && steps[0] === 8 ? [index] : [],
    );
    expect(chunks.length).toBeGreaterThan(2);
    // Between two pieces stands a step of the other.
    expect(chunks.slice(1).every((index, at) => index - chunks[at]! > 1)).toBe(true);
  });

  test('the second of two finds what the first has just read', async () => {
    const { ask } = setUp();
    const [first, second] = await Promise.all([ask(`${long}Paris?`), ask(`${long}Rome!`)]);
    expect(first.usage.cachedTokens).toBe(0);
    expect(second.usage.cachedTokens).toBeGreaterThan(second.usage.promptTokens / 2);
    expect(second.text).toBe((await setUp().ask(`${long}Rome!`)).text);
  });

  test('short prompts that share nothing are read at once, as far as a piece has room', async () => {
    const questions = ['What is the weather?', 'Tell me about science.', 'Paris'];
    const lengths = questions.map((question) => tokenizer.encode(question).length);
    const { ask, model } = setUp({ slots: 3, chunkTokens: 64 });
    await Promise.all(questions.map((question) => ask(question)));
    expect(model.calls[0]).toEqual(lengths);
    const narrow = setUp({ slots: 3, chunkTokens: lengths[0]! + 1 });
    await Promise.all(questions.map((question) => narrow.ask(question)));
    // The second has no room, the third, a single token, has.
    expect(narrow.model.calls[0]).toEqual([lengths[0], lengths[2]]);
  });

  test('the same prompt is read once, whoever else asks for it', async () => {
    const { ask, model } = setUp({ slots: 3, chunkTokens: 64 });
    const length = tokenizer.encode(long).length;
    await Promise.all([ask(long), ask(long), ask(long)]);
    const read = model.calls.flat().filter((tokens) => tokens > 1);
    expect(read.reduce((sum, tokens) => sum + tokens, 0)).toBe(length);
  });

  test('those beyond the slots wait in order', async () => {
    const { ask } = setUp({ slots: 1 });
    const ended: number[] = [];
    const all = [0, 1, 2].map((index) => ask(`Question ${String(index)}`).then(() => ended.push(index)));
    await Promise.all(all);
    expect(ended).toEqual([0, 1, 2]);
  });
});

describe('one generation', () => {
  test('tells how far the prompt is read, and its pieces are its text', async () => {
    const events: GenerateEvent[] = [];
    const { ask } = setUp({ chunkTokens: 8 });
    const { text, usage } = await ask(long, { onEvent: (event) => events.push(event) });
    const read = events.flatMap((event) =>
      event.type === 'prefill-progressed' ? [event.processedTokens] : [],
    );
    expect(read).toEqual(read.toSorted((left, right) => left - right));
    expect(read.length).toBe(Math.ceil(usage.promptTokens / 8));
    expect(read.at(-1)).toBe(usage.promptTokens);
    expect(events.flatMap((event) => (event.type === 'text-generated' ? [event.text] : [])).join('')).toBe(
      text,
    );
  });

  test('finds its prompt again, and says the same', async () => {
    const { ask, model } = setUp();
    const first = await ask(long);
    const before = model.calls.length;
    const second = await ask(long);
    expect(second.text).toBe(first.text);
    expect(second.usage.cachedTokens).toBe(first.usage.promptTokens - 1);
    expect(model.calls[before]).toEqual([1]);
  });

  test('ends before a stop text, and at its budget', async () => {
    const { ask } = setUp();
    const free = await ask('Paris', { sampling: { maxTokens: 12 } });
    expect(free.finishReason).toBe('length');
    expect(free.usage.decodeTokens).toBe(12);
    const stop = free.text.slice(3, 5);
    const stopped = await ask('Paris', { sampling: { maxTokens: 12, stop: [stop] } });
    expect(stopped.finishReason).toBe('stop');
    expect(stopped.text).toBe(free.text.slice(0, free.text.indexOf(stop)));
  });

  test('drawn by chance, repeats with its seed', async () => {
    const { ask } = setUp();
    const draw = async (seed: number): Promise<string> =>
      (await ask('Paris', { sampling: { temperature: 1, seed, maxTokens: 12 } })).text;
    const [one, again] = [await draw(7), await draw(7)];
    expect(again).toBe(one);
    const others = [await draw(8), await draw(9), await draw(10)];
    expect(others.some((text) => text !== one)).toBe(true);
  });
});

describe('stopping', () => {
  test('is felt at once, frees the slot and leaves the others alone', async () => {
    const alone = (await setUp().ask('Tell me.')).text;
    const { ask } = setUp({ slots: 2 });
    const stopping = new AbortController();
    const stopped = ask('Paris', {
      signal: stopping.signal,
      sampling: { maxTokens: 400 },
      onEvent: ({ type }) => {
        if (type === 'text-generated') stopping.abort();
      },
    });
    const other = ask('Tell me.');
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect((await other).text).toBe(alone);
    expect((await ask('Tell me.')).text).toBe(alone);
  });

  test('in the middle of a long step does not wait for it', async () => {
    const opener = new EventTarget();
    const gate = new Promise<void>((resolve) => {
      opener.addEventListener('open', () => resolve());
    });
    const stopping = new AbortController();
    const { ask, scheduler, model } = setUp({ pace: () => gate });
    const stopped = ask('Paris', { signal: stopping.signal });
    const waiting = ask('Tell me.');
    stopping.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    opener.dispatchEvent(new Event('open'));
    expect((await waiting).text).not.toBe('');
    await scheduler.close();
    expect(model.live.size).toBe(0);
  });

  test('closing rejects what is left and frees every cache', async () => {
    const { ask, scheduler, model } = setUp({ slots: 1 });
    await ask(long);
    const running = [ask('Paris', { sampling: { maxTokens: 400 } }), ask('Tell me.')];
    const outcomes = Promise.allSettled(running);
    await scheduler.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(model.live.size).toBe(0);
    await expect(ask('Paris')).rejects.toMatchObject({ code: 'aborted' });
  });

  test('a model that fails ends those that it failed, and the next one works', async () => {
    let failures = 1;
    const { ask, scheduler, model } = setUp({
      pace: () => (failures-- > 0 ? Promise.reject(new Error('kernel')) : Promise.resolve()),
    });
    await expect(ask('Paris')).rejects.toThrow('kernel');
    expect((await ask('Paris')).text).not.toBe('');
    await scheduler.close();
    expect(model.live.size).toBe(0);
  });
});

describe('beside generations', () => {
  test('embeddings are of unit length and told by the text, and work alone on the model', async () => {
    const { scheduler, ask, model } = setUp();
    const running = ask(long, { sampling: { maxTokens: 20 } });
    const vectors = await Promise.all(
      ['Paris', 'Paris', 'science'].map((text) =>
        scheduler.alone((alone) => embedTokens(alone, tokenizer.encode(text))),
      ),
    );
    expect(Math.hypot(...vectors[0]!)).toBeCloseTo(1, 5);
    expect(vectors[1]).toEqual(vectors[0]);
    expect(vectors[2]).not.toEqual(vectors[0]);
    await running;
    await scheduler.close();
    expect(model.live.size).toBe(0);
  });

  test('the likeliest tokens are those that a greedy generation takes', async () => {
    const { scheduler, ask } = setUp();
    const { text } = await ask('Paris', { sampling: { maxTokens: 4 } });
    const steps = await scheduler.alone((model) =>
      continueGreedily(model, {
        prompt: tokenizer.encode('Paris'),
        steps: 4,
        candidates: 3,
        chunkTokens: 8,
        signal: new AbortController().signal,
      }),
    );
    const bytes = steps.flatMap(([best]) => [...tokenizer.bytesOf(best!.token)]);
    expect(new TextDecoder().decode(Uint8Array.from(bytes), { stream: true })).toBe(text);
    for (const candidates of steps) {
      expect(candidates).toHaveLength(3);
      const logprobs = candidates.map(({ logprob }) => logprob);
      expect(logprobs).toEqual(logprobs.toSorted((left, right) => right - left));
      expect(logprobs.every((logprob) => logprob < 0)).toBe(true);
    }
  });
});

describe('the store of prefixes', () => {
  test('holds so many tokens at most, and lets go what was used least recently', () => {
    const model = new ToyModel({ vocabularySize });
    const store = new PrefixStore({ maxTokens: 10 });
    const put = (...tokens: number[]): void => {
      const cache = model.createCache();
      cache.tokens = tokens;
      store.put(tokens, undefined, cache);
    };
    put(1, 2, 3, 4);
    put(5, 6, 7, 8);
    expect(store.take([1, 2, 3, 9], undefined)?.length).toBe(3);
    put(9, 9, 9, 9);
    expect(store.heldTokens).toBe(8);
    expect(store.take([5, 6, 7, 8, 1], undefined)).toBeUndefined();
    expect(store.take([1, 2, 3, 4, 1], undefined)?.length).toBe(4);
    expect(store.take([1, 2, 3, 4, 1], 'other')).toBeUndefined();
  });

  test('a longer one replaces its beginning, and a shorter one is not kept', () => {
    const model = new ToyModel({ vocabularySize });
    const store = new PrefixStore({ maxTokens: 100 });
    for (const length of [2, 5, 3]) {
      const cache = model.createCache();
      cache.tokens = [1, 2, 3, 4, 5].slice(0, length);
      store.put([...cache.tokens], undefined, cache);
    }
    expect(store.heldTokens).toBe(5);
    expect(model.live.size).toBe(1);
    // The last token has to be read for its logits, however much is held.
    expect(store.take([1, 2, 3], undefined)?.length).toBe(2);
    expect(store.take([1], undefined)).toBeUndefined();
  });
});

describe('picking a token', () => {
  const greedy = { temperature: 0, random: () => 0 };

  test('the likeliest of those allowed, none where none is', () => {
    const logits = Float32Array.from([1, 5, 3, 4]);
    expect(pickToken(logits, greedy)).toBe(1);
    expect(pickToken(logits, { ...greedy, allowed: Int32Array.of(0b1101) })).toBe(3);
    expect(pickToken(logits, { ...greedy, allowed: Int32Array.of(0) })).toBe(-1);
    expect(pickToken(Float32Array.from([NaN, NaN]), greedy)).toBe(-1);
    expect(isAllowed(Int32Array.of(0, -2147483648), 63)).toBe(true);
  });

  test('chance follows the probabilities, and leaves the tail out', () => {
    const logits = Float32Array.from([Math.log(0.6), Math.log(0.3), Math.log(0.09), Math.log(0.01)]);
    const random = randomNumbers(3);
    const counts = [0, 0, 0, 0];
    for (let round = 0; round < 20_000; round += 1)
      counts[pickToken(logits, { temperature: 1, random })]! += 1;
    const shares = counts.map((count) => count / 20_000);
    expect(shares[0]).toBeCloseTo(0.6 / 0.99, 1);
    expect(shares[1]).toBeCloseTo(0.3 / 0.99, 1);
    expect(shares[3]).toBe(0);
  });
});
