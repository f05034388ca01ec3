/**
 * One generation on its way: its tokens, its cache, the text shown so far. Takes logits, gives the tokens to read next,
 * and says when and how it ended. Knows grammar and stop texts; nothing of batches, queues and threads.
 */
import type { GenerateEvent, FinishReason, Sampling } from '../../protocol/engine.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { randomNumbers } from '../../protocol/random.ts';
import type { AdapterResult } from '../adapter.ts';
import type { KvCache } from './causal-model.ts';
import { Lane } from './lane.ts';
import type { ModelTokenizer } from './model-tokenizer.ts';
import { Search } from './search.ts';
import { TextStream } from './text-stream.ts';
import type { TokenMatcher } from './token-matcher.ts';

export interface SequenceOptions {
  readonly prompt: readonly number[];
  readonly sampling: Sampling;
  readonly tokenizer: ModelTokenizer;
  readonly onEvent: (event: GenerateEvent) => void;
  readonly signal: AbortSignal;
  readonly adapter?: string;
  /** What the text must follow; disposed of with the sequence. */
  readonly matcher?: TokenMatcher;
  /** How texts begin that are weighed as a whole (search.ts). Absent: none are. */
  readonly searchAfter?: string;
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
  readonly #stream: TextStream;
  readonly #random: () => number;
  readonly #times: Times = { startedAt: performance.now(), readAt: undefined, firstTokenAt: undefined };
  #lane: Lane | undefined;
  #search: Search | undefined;
  #cachedTokens = 0;
  /** Tokens, the prompt's included, whose text is shown. */
  #shown: number;
  #text = '';
  #ended = false;
  #resolve: (result: AdapterResult) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor(options: SequenceOptions) {
    const { sampling, prompt, signal, adapter } = options;
    this.#options = options;
    this.adapter = adapter;
    this.#shown = prompt.length;
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

  get started(): boolean {
    return this.#lane !== undefined;
  }

  /** True until the prompt is read. */
  get reading(): boolean {
    return this.held < this.#options.prompt.length;
  }

  /** Tokens that its cache holds; 0 where it is not started. */
  get held(): number {
    return this.#lane?.cache.length ?? 0;
  }

  get prompt(): readonly number[] {
    return this.#options.prompt;
  }

  /** What is to be read next, each by itself: the text, or what may become it. Throws where it is not started. */
  get lanes(): readonly Lane[] {
    if (this.#lane === undefined) throw new Error('The sequence has no cache yet.');
    return this.#search?.running ?? [this.#lane];
  }

  /** Gives it the cache that it fills; what the cache holds already counts as found. */
  start(cache: KvCache): void {
    const { matcher, prompt, sampling, searchAfter, tokenizer } = this.#options;
    const searches = searchAfter !== undefined && sampling.temperature <= 0 && sampling.stop === undefined;
    this.#cachedTokens = cache.length;
    this.#lane = new Lane({
      tokens: prompt,
      promptTokens: prompt.length,
      cache,
      tokenizer,
      ...(matcher === undefined ? {} : { matcher }),
      ...(searches ? { opening: new TextEncoder().encode(searchAfter) } : {}),
    });
  }

  /** Its cache and the tokens that it holds; the sequence must not be used any more. Undefined where it never had one. */
  release(): { readonly cache: KvCache; readonly tokens: readonly number[] } | undefined {
    this.#settle();
    const lane = this.#lane;
    lane?.close();
    this.#lane = undefined;
    return lane === undefined
      ? undefined
      : { cache: lane.cache, tokens: lane.tokens.slice(0, lane.cache.length) };
  }

  /** Goes on after tokens of a lane were read: `logits` are those of the last one. */
  async advance(lane: Lane, logits: Float32Array): Promise<void> {
    // Another lane of the same batch may have ended the search.
    if (!this.lanes.includes(lane)) return;
    const { onEvent, prompt } = this.#options;
    const read = lane.cache.length;
    if (read <= prompt.length) {
      onEvent({ type: 'prefill-progressed', processedTokens: read, promptTokens: prompt.length });
    }
    if (this.#ended || read < lane.tokens.length) return;
    this.#times.readAt ??= performance.now();
    if (this.#search === undefined) await this.#choose(lane, logits);
    else {
      await this.#search.advance(lane, logits);
      this.#adopt();
    }
  }

  /** Ends it with an error. */
  fail(reason: unknown): void {
    if (!this.#end()) return;
    this.#reject(reason);
  }

  async #choose(lane: Lane, logits: Float32Array): Promise<void> {
    const { matcher, sampling, tokenizer } = this.#options;
    const token = await lane.choose(logits, { temperature: sampling.temperature, random: this.#random });
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
    else if (this.#take(lane, token)) await this.#goOn(lane);
  }

  /** Adds a token. False where the generation ended with it. */
  #take(lane: Lane, token: number): boolean {
    const { sampling } = this.#options;
    this.#times.firstTokenAt ??= performance.now();
    lane.push(token);
    // What is in doubt may still be written otherwise.
    this.#showTokens(lane, lane.sure);
    if (this.#stream.stopped) this.#finish('stop');
    else if (lane.written >= sampling.maxTokens) this.#finish('length');
    return !this.#ended;
  }

  /** Takes what the grammar leaves no choice about: read as one step instead of decoded token by token. */
  async #goOn(lane: Lane): Promise<void> {
    for (const token of lane.forced()) if (!this.#take(lane, token)) return;
    if (lane.complete) {
      const search = new Search(lane, { longest: this.#options.sampling.maxTokens });
      this.#search = search;
      await search.fill();
      this.#adopt();
    }
  }

  /** Goes on with the likeliest text where the search for it is over. */
  #adopt(): void {
    if (this.#ended || (this.#search?.running.length ?? 0) > 0) return;
    this.#settle();
    const lane = this.#lane;
    if (lane === undefined) return;
    lane.settle();
    this.#showTokens(lane, lane.tokens.length);
    if (lane.finished) this.#finish('stop');
  }

  #settle(): void {
    const search = this.#search;
    if (search === undefined) return;
    this.#search = undefined;
    this.#lane = search.best;
    search.close();
  }

  #showTokens(lane: Lane, end: number): void {
    const { tokenizer } = this.#options;
    for (; this.#shown < end && !this.#stream.stopped; this.#shown += 1)
      this.#show(this.#stream.push(tokenizer.bytesOf(lane.tokens[this.#shown] ?? -1)));
  }

  #show(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#options.onEvent({ type: 'text-generated', text });
  }

  #finish(finishReason: FinishReason): void {
    const lane = this.#lane;
    if (this.#ended || lane === undefined) return;
    this.#showTokens(lane, lane.tokens.length);
    this.#show(this.#stream.end());
    const { startedAt, readAt, firstTokenAt } = this.#times;
    const now = performance.now();
    const { certainty } = lane;
    this.#end();
    this.#resolve({
      text: this.#text,
      finishReason,
      ...(certainty === undefined ? {} : { certainty }),
      usage: {
        promptTokens: this.#options.prompt.length,
        cachedTokens: this.#cachedTokens,
        decodeTokens: lane.written,
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
    // The grammar of one that has begun is in use until it is released.
    if (this.#lane === undefined) this.#options.matcher?.dispose();
    return true;
  }
}
