/**
 * What every engine promises, as one suite that runs on each of them. Knows the client-side interface only.
 * An engine that cannot be held to a part says so by name, and the part is skipped with that reason.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineHandle } from '../../src/bridge/engine.ts';
import { renderBeginning } from '../../src/decode/chat-template.ts';
import { filesFor } from '../../src/engine/load-plan.ts';
import type {
  ChatMessage,
  GenerateEvent,
  GenerateResult,
  LoadProgress,
  LoadRequest,
} from '../../src/protocol/engine.ts';
import { Fault } from '../../src/protocol/fault.ts';
import type { FaultCode } from '../../src/protocol/fault.ts';

export interface ContractSubject {
  readonly name: string;
  readonly create: () => EngineHandle;
  /** Two slots at least; a context of 1,024 tokens. */
  readonly request: LoadRequest;
  /** Parts that this engine cannot be held to, with the reason. */
  readonly exempt?: {
    readonly grammar?: string;
    readonly model?: string;
    readonly cache?: string;
    readonly readAhead?: string;
  };
}

export const contractContext = 1024;

function user(content: string): ChatMessage[] {
  return [{ role: 'user', content }];
}

const greedy = { temperature: 0, maxTokens: 16 } as const;

/** Cosine of two vectors of unit length. */
function nearness(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const outcome = await promise.then(
    (value) => value,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(Fault);
  return outcome as Fault;
}

async function expectFault(promise: Promise<unknown>, code: FaultCode): Promise<Fault> {
  const fault = await faultOf(promise);
  expect(fault.code).toBe(code);
  return fault;
}

export function describeEngineContract(subject: ContractSubject): void {
  const { exempt = {} } = subject;

  describe(`${subject.name} keeps the engine contract`, () => {
    let engine: EngineHandle;

    beforeAll(async () => {
      engine = subject.create();
      await engine.load(subject.request);
    });
    afterAll(() => engine.dispose());

    function ask(content: string): Promise<GenerateResult> {
      return engine.generate({ messages: user(content), sampling: greedy });
    }

    async function answer(adapter?: string): Promise<string> {
      const chosen = adapter === undefined ? {} : { adapter };
      const messages = user('What is the capital of France?');
      return (await engine.generate({ messages, sampling: greedy, ...chosen })).text;
    }

    test('generation before a load is refused by name', async () => {
      const fresh = subject.create();
      await expectFault(fresh.generate({ messages: user('Hi.'), sampling: greedy }), 'model-not-loaded');
      await expectFault(fresh.countTokens('Hi.'), 'model-not-loaded');
      fresh.dispose();
    });

    test('loading reports nothing and everything, and says what was built', async () => {
      const progress: LoadProgress[] = [];
      const loaded = await engine.load(subject.request, { onProgress: (item) => progress.push(item) });
      const received = progress.flatMap((item) =>
        item.type === 'download-progressed' ? [item.receivedBytes] : [],
      );
      expect(received[0]).toBe(0);
      const { model } = subject.request;
      const files = [
        ...filesFor(model, subject.request.engine ?? model.engines[0] ?? 'wllama'),
        ...(subject.request.adapters ?? []).map(({ file }) => file),
      ];
      expect(received.at(-1)).toBe(files.reduce((sum, { bytes }) => sum + bytes, 0));
      expect(received).toEqual(received.toSorted((left, right) => left - right));
      expect(progress.at(-1)?.type).toBe('initialise-started');
      expect(loaded).toMatchObject({
        modelId: subject.request.model.id,
        weightsHash: subject.request.model.file.sha256,
        slots: subject.request.slots,
        contextTokens: contractContext,
      });
      if (loaded.loadPhases !== undefined) {
        const { filesMs, buildMs, checkMs } = loaded.loadPhases;
        expect(Math.min(filesMs, buildMs, checkMs)).toBeGreaterThanOrEqual(0);
        expect(filesMs + buildMs + checkMs).toBeCloseTo(loaded.loadMs, 3);
      }
      expect(loaded.choiceReasons.length).toBeGreaterThan(0);
      expect(loaded.choiceReasons.every((reason) => reason.endsWith('.'))).toBe(true);
    });

    test('pieces concatenate to the text, and usage adds up', async () => {
      const events: GenerateEvent[] = [];
      const result = await engine.generate(
        { messages: user('What is the capital of France?'), sampling: greedy },
        { onEvent: (event) => events.push(event) },
      );
      const pieces = events.flatMap((event) => (event.type === 'text-generated' ? [event.text] : []));
      expect(pieces.join('')).toBe(result.text);
      expect(result.text).not.toBe('');
      expect(events.some((event) => event.type === 'prefill-progressed')).toBe(true);
      const { usage } = result;
      expect(usage.promptTokens).toBeGreaterThan(0);
      expect(usage.cachedTokens).toBeLessThanOrEqual(usage.promptTokens);
      expect(usage.decodeTokens).toBeGreaterThan(0);
      expect(usage.decodeTokens).toBeLessThanOrEqual(greedy.maxTokens);
      expect(usage.timeToFirstTokenMs).toBeLessThanOrEqual(usage.totalMs);
    });

    test('greedy text repeats', async () => {
      const request = { messages: user('Name three fruits that are red.'), sampling: greedy };
      const first = await engine.generate(request);
      const second = await engine.generate(request);
      expect(second.text).toBe(first.text);
      expect(second.usage.promptTokens).toBe(first.usage.promptTokens);
    });

    test('a repeated prompt is found in the cache', async ({ skip }) => {
      skip(exempt.cache !== undefined, exempt.cache);
      const request = { messages: user('Name three fruits that are red.'), sampling: greedy };
      await engine.generate(request);
      const { usage } = await engine.generate(request);
      expect(usage.cachedTokens).toBeGreaterThan(usage.promptTokens / 2);
    });

    test('what was read ahead is found in the cache', async ({ skip }) => {
      skip(engine.readAhead === undefined, 'this handle reads nothing ahead');
      skip(exempt.readAhead !== undefined, exempt.readAhead);
      const calls = ['fox', 'bear'].map(
        (animal) => `{"name":"look_up","arguments":{"story":"the ${animal}"}}`,
      );
      const messages: ChatMessage[] = [
        ...user('Look up the story of the fox and the story of the bear.'),
        { role: 'assistant', content: calls.join('\n') },
      ];
      const sure = await engine.countTokens(renderBeginning(subject.request.model.chatTemplate, messages));
      await engine.readAhead?.({ messages });
      const result = { role: 'user', content: 'Result of look_up: {"found":true}' } as const;
      const { usage } = await engine.generate({ messages: [...messages, result], sampling: greedy });
      // The last token of the beginning may be another one once more follows.
      expect(usage.cachedTokens).toBeGreaterThanOrEqual(sure - 1);
    });

    test('reading ahead gives way to what is asked', async ({ skip }) => {
      skip(engine.readAhead === undefined, 'this handle reads nothing ahead');
      const { text } = await ask('What is the capital of France?');
      // Half of the context, whatever the model's words are.
      const fitting = Math.floor(contractContext / 2 / (await engine.countTokens('apple ')));
      const ahead = engine.readAhead?.({ messages: user('apple '.repeat(fitting)) });
      const asked = ask('What is the capital of France?');
      const outcome = await ahead?.then(
        () => 'read',
        (error: unknown) => (error as Fault).code,
      );
      expect(['read', 'aborted']).toContain(outcome);
      expect((await asked).text).toBe(text);
    });

    test('a budget that runs out is a length finish', async () => {
      const result = await engine.generate({
        messages: user('Tell a long story about a fox.'),
        sampling: { temperature: 0, maxTokens: 4 },
      });
      expect(result.finishReason).toBe('length');
      expect(result.usage.decodeTokens).toBeLessThanOrEqual(4);
    });

    test('generation ends before a stop text', async () => {
      const messages = user('Tell a long story about a fox.');
      const free = await engine.generate({ messages, sampling: greedy });
      const stop = free.text.slice(6, 9);
      const stopped = await engine.generate({ messages, sampling: { ...greedy, stop: [stop] } });
      expect(stopped.text).toBe(free.text.slice(0, free.text.indexOf(stop)));
      expect(stopped.finishReason).toBe('stop');
    });

    test('a cancelled generation rejects, and its slot is free', async () => {
      const stopping = new AbortController();
      const running = engine.generate(
        {
          messages: user('Tell a very long story about a bear.'),
          sampling: { temperature: 0, maxTokens: 400 },
        },
        {
          signal: stopping.signal,
          onEvent: (event) => {
            if (event.type === 'text-generated') stopping.abort();
          },
        },
      );
      await expectFault(running, 'aborted');
      const everySlot = Array.from({ length: subject.request.slots }, () =>
        engine.generate({
          messages: user('What is the capital of France?'),
          sampling: { temperature: 0, maxTokens: 4 },
        }),
      );
      expect((await Promise.all(everySlot)).every(({ text }) => text !== '')).toBe(true);
    });

    test('a signal that is aborted already stops a call before it starts', async () => {
      const signal = AbortSignal.abort();
      await expectFault(engine.generate({ messages: user('Hi.'), sampling: greedy }, { signal }), 'aborted');
      await expectFault(engine.load(subject.request, { signal }), 'aborted');
      // A load that never began leaves the model as it was.
      expect(await engine.countTokens('Hi.')).toBeGreaterThan(0);
    });

    test('requests side by side do not mix', async () => {
      const questions = [
        'What is the capital of France?',
        'Name three fruits that are red.',
        'What is 2 + 2?',
      ];
      const alone: string[] = [];
      for (const question of questions) alone.push((await ask(question)).text);
      const together = await Promise.all(questions.map(ask));
      expect(together.map(({ text }) => text)).toEqual(alone);
    });

    test('a prompt that cannot fit is refused with its numbers', async () => {
      const fault = await expectFault(
        engine.generate({ messages: user('apple '.repeat(2 * contractContext)), sampling: greedy }),
        'context-overflow',
      );
      expect(fault.details['promptTokens']).toBeGreaterThan(contractContext);
      expect(fault.details['contextWindow']).toBe(contractContext);
    });

    test('a prompt that fits without the room for its answer is refused too', async () => {
      const sampling = { temperature: 0, maxTokens: contractContext - 4 };
      const fault = await expectFault(
        engine.generate({ messages: user('Hello there.'), sampling }),
        'context-overflow',
      );
      expect(fault.details['promptTokens']).toBeLessThan(contractContext);
    });

    test('tokens of a text add up', async () => {
      expect(await engine.countTokens('')).toBe(0);
      const [short, long] = await Promise.all([
        engine.countTokens('apple'),
        engine.countTokens('apple pie'.repeat(20)),
      ]);
      expect(short).toBeGreaterThan(0);
      expect(long).toBeGreaterThan(short);
    });

    test('a grammar holds', async ({ skip }) => {
      skip(exempt.grammar !== undefined, exempt.grammar);
      const gbnf = 'root ::= "{\\"colour\\":\\"" ("red" | "blue") "\\"}"';
      const result = await engine.generate({
        messages: user('Name a colour.'),
        sampling: { temperature: 0, maxTokens: 32 },
        constraint: { gbnf },
      });
      expect(['{"colour":"red"}', '{"colour":"blue"}']).toContain(result.text);
      expect(result.finishReason).toBe('stop');
      await expectFault(
        engine.generate({
          messages: user('Name a colour.'),
          sampling: greedy,
          constraint: { gbnf: 'root ::= missing' },
        }),
        'engine-failed',
      );
      // The engine survives a broken grammar.
      expect((await engine.generate({ messages: user('Hi.'), sampling: greedy })).text).not.toBe('');
    });

    test('a prefill is continued, not repeated', async ({ skip }) => {
      skip(exempt.model !== undefined, exempt.model);
      const result = await engine.generate({
        messages: user('What is the capital of France?'),
        prefill: 'The capital of France is',
        sampling: { temperature: 0, maxTokens: 8 },
      });
      expect(result.text).toMatch(/^ Paris/);
    });

    test('what is drawn by chance repeats with its seed', async () => {
      const sampling = { temperature: 0.9, seed: 7, maxTokens: 12 };
      const draw = (): Promise<GenerateResult> =>
        engine.generate({ messages: user('What is 2 + 2?'), sampling });
      // The first one warms the cache: a prompt read in other pieces may round its logits differently.
      await draw();
      const [first, second] = [await draw(), await draw()];
      expect(second.text).toBe(first.text);
    });

    test('two adapters answer differently, and each as before', async ({ skip }) => {
      const ids = subject.request.adapters?.map(({ id }) => id) ?? [];
      skip(ids.length < 2, 'no two adapters were given for this engine');
      const [base, one, other] = [await answer(), await answer(ids[0]), await answer(ids[1])];
      expect(new Set([base, one, other]).size).toBe(3);
      expect([await answer(ids[0]), await answer(), await answer(ids[1])]).toEqual([one, base, other]);
      const together = await Promise.all([answer(ids[1]), answer(), answer(ids[0])]);
      expect(together).toEqual([other, base, one]);
    });

    test('an adapter that was not loaded is refused by name', async ({ skip }) => {
      skip(subject.request.adapters === undefined, 'no adapters were given for this engine');
      const sampling = { temperature: 0, maxTokens: 4 };
      const fault = await expectFault(
        engine.generate({ messages: user('Hi.'), sampling, adapter: 'unheard-of' }),
        'unsupported',
      );
      expect(fault.message).toContain('unheard-of');
    });

    test('embeddings are of unit length, and like texts are near', async ({ skip }) => {
      const texts = [
        'The cat sat on the mat.',
        'A cat was sitting on a mat.',
        'Interest rates rose in March.',
      ];
      const outcome = await engine.embed?.(texts).catch((error: unknown) => error);
      skip(outcome === undefined, 'this handle gives no embeddings');
      const refused = outcome instanceof Fault && outcome.code === 'unsupported';
      skip(refused, 'the engine has no hidden states, and says so');
      const [one, like, unlike] = outcome as [Float32Array, Float32Array, Float32Array];
      for (const vector of [one, like, unlike]) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
      const again = await engine.embed?.(texts.slice(0, 1));
      expect(nearness(one, again![0]!)).toBeCloseTo(1, 4);
      if (exempt.model === undefined) expect(nearness(one, like)).toBeGreaterThan(nearness(one, unlike));
    });

    test('an unloaded engine refuses, and loads again', async () => {
      await engine.unload();
      await expectFault(engine.generate({ messages: user('Hi.'), sampling: greedy }), 'model-not-loaded');
      await engine.load(subject.request);
      expect((await engine.generate({ messages: user('Hi.'), sampling: greedy })).text).not.toBe('');
    });

    test('a disposed engine rejects at once', async () => {
      const fresh = subject.create();
      fresh.dispose();
      await expectFault(fresh.generate({ messages: user('Hi.'), sampling: greedy }), 'worker-died');
      await expectFault(fresh.load(subject.request), 'worker-died');
    });
  });
}
