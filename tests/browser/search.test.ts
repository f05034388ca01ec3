/**
 * The search for the likeliest text, in the decoding loop with real grammars over a model without weights: it finds what the
 * likeliest token each time misses, is never worse, and leaves nothing behind.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BatchScheduler } from '../../src/engine/transformers/batch-scheduler.ts';
import type { CausalModel } from '../../src/engine/transformers/causal-model.ts';
import { GrammarBank } from '../../src/engine/transformers/grammar-bank.ts';
import { readGgufTokenizer } from '../../src/engine/transformers/gguf-tokenizer.ts';
import type { ModelTokenizer } from '../../src/engine/transformers/model-tokenizer.ts';
import { Sequence } from '../../src/engine/transformers/sequence.ts';
import type { AdapterResult } from '../../src/engine/adapter.ts';
import type { GenerateEvent, Sampling } from '../../src/protocol/engine.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { TextModel } from './text-model.ts';
import { ToyModel } from '../unit/engine/toy-model.ts';

let tokenizer: ModelTokenizer;
let bank: GrammarBank;

beforeAll(async () => {
  tokenizer = await readGgufTokenizer(new Blob([makeTinyLlama()]));
  bank = new GrammarBank({ tokenizer, vocabularySize: tokenizer.vocabulary.length });
});
afterAll(() => bank.dispose());

interface Asked {
  readonly model: CausalModel;
  readonly gbnf: string;
  readonly searchAfter?: string;
  readonly sampling?: Partial<Sampling>;
  readonly prompt?: string;
  readonly onEvent?: (event: GenerateEvent) => void;
  readonly signal?: AbortSignal;
}

async function sequenceOf(asked: Asked): Promise<Sequence> {
  return new Sequence({
    prompt: tokenizer.encode(asked.prompt ?? 'Say: '),
    sampling: { temperature: 0, maxTokens: 60, ...asked.sampling },
    tokenizer,
    matcher: await bank.open(asked),
    onEvent: asked.onEvent ?? (() => undefined),
    signal: asked.signal ?? new AbortController().signal,
    ...(asked.searchAfter === undefined ? {} : { searchAfter: asked.searchAfter }),
  });
}

function schedulerOf(model: CausalModel): BatchScheduler {
  return new BatchScheduler({ model, slots: 2, chunkTokens: 32, keptTokens: 512 });
}

async function say(asked: Asked): Promise<AdapterResult> {
  const scheduler = schedulerOf(asked.model);
  const sequence = await sequenceOf(asked);
  scheduler.add(sequence);
  try {
    return await sequence.result;
  } finally {
    await scheduler.close();
  }
}

/** Chances of what comes next by how the text goes on; where nothing is said, all is alike. */
const table = new Map([
  ['<', { a: 0.6, b: 0.4 }],
  ['<a', { '1': 0.3, '2': 0.3, '3': 0.4 }],
  ['<b', { '1': 0.98, '2': 0.01, '3': 0.01 }],
]);
const gbnf = 'root ::= "<" [ab] [123] ">" ("\\n<" [ab] [123] ">")? | "(" [ab] [123] ")"';

function tableModel(more: Iterable<readonly [string, Readonly<Record<string, number>>]> = []): TextModel {
  return new TextModel({ tokenizer, prompt: 'Say: ', table: new Map([...table, ...more]) });
}

const opens = [['', { '<': 0.9, '(': 0.1 }]] as const;
const ends = [
  ['<a3>', { '': 1 }],
  ['<b1>', { '': 1 }],
] as const;

test('the likeliest text is found where the likeliest token leads elsewhere', async () => {
  const model = tableModel([...opens, ...ends]);
  expect((await say({ model, gbnf })).text).toBe('<a3>');
  expect((await say({ model, gbnf, searchAfter: '<' })).text).toBe('<b1>');
});

test('its certainty is that of the text which is said', async () => {
  const model = tableModel([...opens, ...ends]);
  const { certainty } = await say({ model, gbnf, searchAfter: '<' });
  expect(certainty?.least).toBeCloseTo(Math.log(0.4), 2);
});

test('texts that begin otherwise, samples, and texts with stops are written as they come', async () => {
  const model = tableModel([
    ['', { '(': 0.9, '<': 0.1 }],
    ['(', { a: 0.6, b: 0.4 }],
    ['(a', { '1': 0.3, '2': 0.3, '3': 0.4 }],
    ['(b', { '1': 1 }],
  ]);
  expect((await say({ model, gbnf, searchAfter: '<' })).text).toBe('(a3)');
  const stopped = tableModel([...opens, ...ends]);
  const sampling = { stop: ['>'] };
  expect((await say({ model: stopped, gbnf, searchAfter: '<', sampling })).text).toBe('<a3');
});

test('what is past doubt is shown at once, what is in doubt when it is settled', async () => {
  const pieces: string[] = [];
  const model = tableModel([
    ['', { '<': 1 }],
    ['<b1>', { '\n': 0.99 }],
    ['<a3>', { '\n': 0.99 }],
  ]);
  const { text } = await say({
    model,
    gbnf,
    searchAfter: '<',
    onEvent: (event) => event.type === 'text-generated' && pieces.push(event.text),
  });
  expect(text.split('\n')[0]).toBe('<b1>');
  expect(pieces[0]).toBe('<');
  expect(pieces.join('')).toBe(text);
});

test('another beginning is taken where it is twice as likely as the best text as a whole', async () => {
  // The best text has 0.39 of what begins like it.
  for (const [other, begins] of [
    [0.4, '<b1>'],
    [0.47, '(a'],
  ] as const) {
    const pieces: string[] = [];
    const model = tableModel([...ends, ['', { '<': 1 - other, '(': other }], ['(', { a: 0.6, b: 0.4 }]]);
    const { text } = await say({
      model,
      gbnf,
      searchAfter: '<',
      onEvent: (event) => event.type === 'text-generated' && pieces.push(event.text),
    });
    expect(text.startsWith(begins)).toBe(true);
    expect(pieces.join('')).toBe(text);
  }
});

test('whether one more follows is no doubt: each is searched by itself', async () => {
  const model = tableModel([
    ...opens,
    ['<b1>', { '\n': 0.6 }],
    ['<a3>', { '\n': 0.6 }],
    ['<b1>\n<', { a: 1 }],
    ['<b1>\n<a', { '1': 0.34, '2': 0.33, '3': 0.33 }],
  ]);
  expect((await say({ model, gbnf, searchAfter: '<' })).text).toBe('<b1>\n<a1>');
});

const word = fc.stringMatching(/^[αβγδε]{1,4}$/u);
const languages = fc.array(word, { minLength: 2, maxLength: 12 }).map((words) => {
  const rule = [...new Set(words)].map((text) => `"${text}"`).join(' | ');
  return `root ::= "<" (${rule}) ":" (${rule}) ">"`;
});

test('over any grammar: never less likely than without, and no cache is left', async () => {
  await fc.assert(
    fc.asyncProperty(languages, fc.string({ maxLength: 8 }), async (language, prompt) => {
      const model = new ToyModel({ vocabularySize: tokenizer.vocabulary.length });
      const asked = { model, gbnf: language, prompt: `Say ${prompt}` };
      const plain = await say(asked);
      const searched = await say({ ...asked, searchAfter: '<' });
      const likely = (text: string): Promise<number> => likelihood(asked, text);
      expect(await likely(searched.text)).toBeGreaterThanOrEqual((await likely(plain.text)) - 1e-3);
      expect(searched.finishReason).toBe('stop');
      expect(model.live.size).toBe(0);
    }),
    { numRuns: 60 },
  );
});

/** Log-probability of what was chosen in a text, among all tokens. Its characters have one reading in tokens. */
async function likelihood({ model, gbnf: language, prompt }: Asked, text: string): Promise<number> {
  const matcher = await bank.open({ gbnf: language });
  const cache = model.createCache();
  const written = [...tokenizer.encode(text)];
  let tokens: readonly number[] = tokenizer.encode(prompt ?? '');
  let sum = 0;
  while (!matcher.finished) {
    const [result] = await model.forward([{ cache, tokens, logits: 'last' }]);
    const logits = result!.logits[0]!;
    const wanted = new Float32Array(logits.length);
    wanted[written[0]!] = 1;
    const token = await matcher.pick(wanted, { temperature: 0, random: () => 0 });
    expect(token).toBe(written[0]);
    sum += logits[token]! - Math.log(logits.reduce((all, logit) => all + Math.exp(logit), 0));
    tokens = [token, ...matcher.forced()];
    written.splice(0, tokens.length);
  }
  matcher.dispose();
  cache.dispose();
  return sum;
}

test('one that is stopped in the middle of its search frees everything, and others go on', async () => {
  const language = 'root ::= "<" [α-ω] [α-ω] [α-ω] [α-ω] ">"';
  const stopping = new AbortController();
  const model = new ToyModel({
    vocabularySize: tokenizer.vocabulary.length,
    pace: (steps) => {
      // Two that write, and more: one of them is searching.
      if (steps.length > 2) stopping.abort(new Error('Enough.'));
      return Promise.resolve();
    },
  });
  const scheduler = schedulerOf(model);
  const stopped = await sequenceOf({ model, gbnf: language, searchAfter: '<', signal: stopping.signal });
  const other = await sequenceOf({ model, gbnf: language, searchAfter: '<', prompt: 'Write: ' });
  scheduler.add(stopped);
  scheduler.add(other);
  await expect(stopped.result).rejects.toThrow('Enough.');
  expect((await other.result).text).toMatch(/^<[α-ω]{4}>$/u);
  await scheduler.close();
  expect(model.live.size).toBe(0);
});
