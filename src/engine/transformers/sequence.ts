/**
 * One generation on its way: its tokens, its cache, the text shown so far. Takes logits, gives the tokens to read next,
 * and says when and how it ended. Knows grammar and stop texts; nothing of batches, queues and threads.
 */
import type { GenerateEvent, FinishReason, Sampling } from '../../protocol/engine.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { randomNumbers } from '../../protocol/random.ts';
import type { AdapterResult } from '../adapter.ts';
import type { KvCache } from './causal-model.ts';
import { CertaintyMeter } from './certainty-meter.ts';
import type { TokenMatcher } from './token-matcher.ts';
import type { ModelTokenizer } from './model-tokenizer.ts';
import { pickToken } from './pick-token.ts';
import { TextStream } from './text-stream.ts';

export interface SequenceOptions {
  readonly prompt: readonly number[];
  readonly sampling: Sampling;
  readonly tokenizer: ModelTokenizer;
  readonly onEvent: (event: GenerateEvent) => void;
  readonly signal: AbortSignal;
  readonly adapter?: string;
  /** What the text must follow; disposed of with the sequence. */
  readonly matcher?: TokenMatcher;
}

interface Times {
  readonly startedAt: number;
  readAt: number | undefined;
  firstTokenAt: number | undefined;
}

export class Sequence {
  readonly adapter: string | undefined;
  /** Settles when the generation ended, however it did. */
  readonly result: Promise<AdapterResult>;
  readonly #options: SequenceOptions;
  readonly #tokens: number[];
  readonly #stream: TextStream;
  readonly #random: () => number;
  readonly #meter = new CertaintyMeter();
  readonly #times: Times = { startedAt: performance.now(), readAt: undefined, firstTokenAt: undefined };
  #cache: KvCache | undefined;
  #cachedTokens = 0;
  #text = '';
  #ended = false;
  #resolve: (result: AdapterResult) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor(options: SequenceOptions) {
    const { sampling, prompt, signal, adapter } = options;
    this.#options = options;
    this.adapter = adapter;
    this.#tokens = [...prompt];
    this.#stream = new TextStream(sampling.stop === undefined ? {} : { stop: sampling.stop });
    this.#random = randomNumbers(sampling.seed ?? Math.floor(Math.random() * 2 ** 32));
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever asked may be slower to listen than the work is to fail.
    this.result.catch(() => undefined);
    // Felt at once, even where the model is in the middle of a long step.
    signal.addEventListener('abort', this.#abort, { once: true });
    if (signal.aborted) this.#abort();
  }

  readonly #abort = (): void => this.fail(this.#options.signal.reason);

  /** True once the result is settled: no more work for it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True until the prompt is read. */
  get reading(): boolean {
    return (this.#cache?.length ?? 0) < this.#options.prompt.length;
  }

  get prompt(): readonly number[] {
    return this.#options.prompt;
  }

  /** Its cache, once it has one. Throws where it has none. */
  get cache(): KvCache {
    if (this.#cache === undefined) throw new Error('The sequence has no cache yet.');
    return this.#cache;
  }

  get started(): boolean {
    return this.#cache !== undefined;
  }

  /** Gives it the cache that it fills; what the cache holds already counts as found. */
  start(cache: KvCache): void {
    this.#cache = cache;
    this.#cachedTokens = cache.length;
  }

  /** Tokens to read next: `most` at most. */
  next(most: number): readonly number[] {
    const { length } = this.cache;
    return this.#tokens.slice(length, length + most);
  }

  /** Its cache and the tokens that it holds; the sequence must not be used any more. Undefined where it never had one. */
  release(): { readonly cache: KvCache; readonly tokens: readonly number[] } | undefined {
    const cache = this.#cache;
    this.#cache = undefined;
    return cache === undefined ? undefined : { cache, tokens: this.#tokens.slice(0, cache.length) };
  }

  /** Goes on after tokens were read: `logits` are those of the last one. */
  async advance(logits: Float32Array): Promise<void> {
    const { onEvent, prompt } = this.#options;
    const read = this.cache.length;
    if (read <= prompt.length) {
      onEvent({ type: 'prefill-progressed', processedTokens: read, promptTokens: prompt.length });
    }
    if (this.#ended || read < this.#tokens.length) return;
    this.#times.readAt ??= performance.now();
    await this.#choose(logits);
  }

  /** Ends it with an error. */
  fail(reason: unknown): void {
    if (!this.#end()) return;
    this.#reject(reason);
  }

  async #choose(logits: Float32Array): Promise<void> {
    const { sampling, matcher, tokenizer } = this.#options;
    const pick = { temperature: sampling.temperature, random: this.#random };
    const token =
      matcher === undefined ? pickToken(logits, pick) : await matcher.pick(logits, pick, this.#meter);
    if (matcher === undefined && token >= 0) this.#meter.note(logits, token, undefined);
    if (this.#ended) return;
    if (token < 0) {
      this.fail(
        new Fault({
          code: faultCodes.engineFailed,
          message: 'The model computed no usable next token.',
          reason: matcher === undefined ? 'Its logits are not numbers.' : 'The grammar allows none.',
          remedy: 'Load the model again, on WebAssembly where it ran on the GPU.',
        }),
      );
      return;
    }
    if (tokenizer.endTokens.has(token)) this.#finish('stop');
    else if (this.#take(token)) this.#force();
  }

  /** Adds a token. False where the generation ended with it. */
  #take(token: number): boolean {
    const { sampling, tokenizer, prompt } = this.#options;
    this.#times.firstTokenAt ??= performance.now();
    this.#tokens.push(token);
    this.#show(this.#stream.push(tokenizer.bytesOf(token)));
    if (this.#stream.stopped) this.#finish('stop');
    else if (this.#tokens.length - prompt.length >= sampling.maxTokens) this.#finish('length');
    return !this.#ended;
  }

  /** Takes what the grammar leaves no choice about: read as one step instead of decoded token by token. */
  #force(): void {
    const { matcher } = this.#options;
    if (matcher === undefined) return;
    for (const token of matcher.forced()) if (!this.#take(token)) return;
    if (matcher.finished) this.#finish('stop');
  }

  #show(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#options.onEvent({ type: 'text-generated', text });
  }

  #finish(finishReason: FinishReason): void {
    if (this.#ended) return;
    this.#show(this.#stream.end());
    const { startedAt, readAt, firstTokenAt } = this.#times;
    const now = performance.now();
    const promptTokens = this.#options.prompt.length;
    const { certainty } = this.#meter;
    this.#end();
    this.#resolve({
      text: this.#text,
      finishReason,
      ...(certainty === undefined ? {} : { certainty }),
      usage: {
        promptTokens,
        cachedTokens: this.#cachedTokens,
        decodeTokens: this.#tokens.length - promptTokens,
        timeToFirstTokenMs: (firstTokenAt ?? now) - startedAt,
        prefillMs: (readAt ?? now) - startedAt,
        decodeMs: now - (readAt ?? now),
        totalMs: now - startedAt,
      },
    });
  }

  /** True the first time. */
  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#options.matcher?.dispose();
    return true;
  }
}
