/**
 * llama.cpp in the browser, through wllama: WebGPU or WebAssembly, slots, prompt cache, GBNF grammars.
 * Knows wllama's calls and quirks; knows nothing of where the file came from or who listens.
 * Nothing is fetched but the engine's own WASM file, from the page's origin.
 */
import { Wllama } from '@wllama/wllama/esm/index.js';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import type { FinishReason, GenerateEvent } from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import type { ChatTemplate, TokenLogprob } from '../protocol/model.ts';
import type {
  AdapterLoad,
  AdapterRequest,
  AdapterResult,
  AdapterState,
  EngineAdapter,
  LogprobRequest,
} from './adapter.ts';
import { checkLora } from './check-lora.ts';
import { chooseBackend, engineNeeds } from './choose-backend.ts';
import { checkRoom, unknownAdapter } from './engine-faults.ts';
import { openFloatView } from './float-view.ts';
import { SlotGate } from './slot-gate.ts';
import { givenWasmUrls } from './wasm-urls.ts';
import { completionFault, isFatal, loadFault, readOverflow } from './wllama-faults.ts';

/** The part of a streamed chunk that is read here; the last one carries usage and timings. */
interface Chunk {
  readonly choices?: readonly {
    readonly text?: string;
    readonly finish_reason?: string | null;
    readonly logprobs?: {
      readonly content: readonly {
        readonly top_logprobs: readonly { readonly id: number; readonly logprob: number }[];
      }[];
    } | null;
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  readonly timings?: { readonly cache_n: number; readonly prompt_ms: number; readonly predicted_ms: number };
  readonly prompt_progress?: { readonly total: number; readonly processed: number };
}

interface Measured {
  text: string;
  startedAt: number;
  firstTokenAt: number | undefined;
  finishReason: FinishReason;
  last: Chunk;
}

/** Tokens read between two looks at the abort signal: a stop during a long prompt takes effect after so many. */
const batchTokens = 256;

/** llama.cpp rounds a context up to a multiple of this, and reports the number it was asked for. */
const contextStep = 256;

/** A control token of each template: the tokenizer never merges it with what stands before it. */
const separators: Readonly<Record<ChatTemplate, string>> = { chatml: '<|im_start|>' };

/** Where wllama puts the blob of this index: several blobs are named like the parts of one model. */
function blobPath(index: number, count: number): string {
  const [place, total] = [index + 1, count].map((number) => String(number).padStart(5, '0'));
  return `models/model-${String(place)}-of-${String(total)}.gguf`;
}

/** Everything that can be measured once the last chunk is in. */
function toResult({ text, startedAt, firstTokenAt, finishReason, last }: Measured): AdapterResult {
  const now = performance.now();
  return {
    text,
    finishReason,
    usage: {
      promptTokens: last.usage?.prompt_tokens ?? 0,
      cachedTokens: last.timings?.cache_n ?? 0,
      decodeTokens: last.usage?.completion_tokens ?? 0,
      timeToFirstTokenMs: (firstTokenAt ?? now) - startedAt,
      prefillMs: last.timings?.prompt_ms ?? 0,
      decodeMs: last.timings?.predicted_ms ?? 0,
      totalMs: now - startedAt,
    },
  };
}

function takeChunk(chunk: Chunk, measured: Measured, onEvent: (event: GenerateEvent) => void): void {
  measured.last = chunk;
  if (chunk.prompt_progress !== undefined) {
    const { total, processed } = chunk.prompt_progress;
    onEvent({ type: 'prefill-progressed', processedTokens: processed, promptTokens: total });
    return;
  }
  measured.firstTokenAt ??= performance.now();
  const choice = chunk.choices?.[0];
  if (choice?.finish_reason === 'length') measured.finishReason = 'length';
  const text = choice?.text ?? '';
  if (text === '') return;
  measured.text += text;
  onEvent({ type: 'text-generated', text });
}

export class WllamaAdapter implements EngineAdapter {
  readonly engine = 'wllama';
  readonly engineVersion = `3.8.1 (llama.cpp ${Wllama.getLibllamaVersion()})`;
  #dead = false;
  #contextTokens = 0;
  #separator = '';
  #gate = new SlotGate(1);
  /** Ids of the LoRA adapters, in the order in which llama.cpp numbers them. */
  #adapters: readonly string[] = [];
  /** Those under which prompts were read since the load; undefined is the base model. */
  readonly #served = new Set<string | undefined>();
  /** Tokens of the filler alone; learnt at the first count. */
  #fillerTokens: number | undefined;
  #crash: (reason: unknown) => void = () => undefined;
  /** Settles by rejecting, when a worker of wllama fails in a way that settles no call of its own. */
  readonly #crashed = new Promise<never>((_resolve, reject) => {
    this.#crash = reject;
  });
  readonly #wllama = new Wllama(
    { default: givenWasmUrls().wllama ?? wasmUrl },
    {
      suppressNativeLog: true,
      logger: {
        debug: () => undefined,
        log: () => undefined,
        warn: () => undefined,
        error: (...details: unknown[]) => this.#noteError(details[0]),
      },
    },
  );

  constructor() {
    // Without this wllama reaches for a CDN on browsers that lack JSPI.
    this.#wllama.setCompat(null);
    // Nobody may be listening at the moment of a crash; the next call will be.
    this.#crashed.catch(() => undefined);
  }

  get dead(): boolean {
    return this.#dead;
  }

  async load(options: AdapterLoad, signal: AbortSignal): Promise<AdapterState> {
    const { device, parameters, prefer } = options;
    const choice = chooseBackend({
      device,
      needs: engineNeeds.wllama,
      parameters,
      ...(prefer === undefined ? {} : { prefer }),
    });
    const view = choice.weights === 'float32' ? await openFloatView(options.file) : undefined;
    const converted = view !== undefined && view.convertedTensors > 0;
    const left = view !== undefined && !converted;
    if (options.adapters.length > 0) await checkLora({ base: options.file, adapters: options.adapters });
    signal.throwIfAborted();
    const abort = (): void => {
      void this.unload();
      this.#crash(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      await this.#build(view?.blob ?? options.file, options, choice);
    } catch (error) {
      await this.unload();
      signal.throwIfAborted();
      throw loadFault(error);
    } finally {
      signal.removeEventListener('abort', abort);
    }
    this.#separator = separators[options.chatTemplate];
    this.#gate = new SlotGate(options.slots);
    this.#adapters = options.adapters.map(({ id }) => id);
    this.#contextTokens = this.#wllama.getLoadedContextInfo().n_ctx;
    return {
      backend: choice.backend,
      weights: converted ? 'float32' : 'quantised',
      threads: this.#wllama.getNumThreads(),
      contextTokens: this.#contextTokens,
      choiceReasons: left
        ? [
            ...choice.reasons,
            'This file packs its weights in a way that is not undone here: they stay packed.',
          ]
        : choice.reasons,
    };
  }

  async generate(
    request: AdapterRequest,
    onEvent: (event: GenerateEvent) => void,
    signal: AbortSignal,
  ): Promise<AdapterResult> {
    const { sampling, adapter } = request;
    if (adapter !== undefined && !this.#adapters.includes(adapter)) {
      throw unknownAdapter(adapter, this.#adapters);
    }
    try {
      return await this.#gate.run(() => this.#run(request, onEvent, signal), signal);
    } catch (error) {
      this.#dead ||= isFatal(error);
      throw completionFault(error, sampling.maxTokens);
    }
  }

  async topLogprobs({ prompt, steps, candidates, signal }: LogprobRequest): Promise<TokenLogprob[][]> {
    const found: TokenLogprob[][] = [];
    const onData = (chunk: Chunk): void => {
      for (const { top_logprobs: top } of chunk.choices?.[0]?.logprobs?.content ?? []) {
        found.push(top.map(({ id, logprob }) => ({ token: id, logprob })));
      }
    };
    const sampling = { temperature: 0, max_tokens: steps, logprobs: candidates };
    const body = { ...this.#reading(undefined), prompt, ...sampling, cache_prompt: false };
    await this.#gate.run(() => this.#complete({ ...body, abortSignal: signal, onData }), signal);
    return found;
  }

  /** Not as soon as prompts were read under two adapters (`#reading`). */
  keepsPrompts(adapter: string | undefined): boolean {
    return [...this.#served].every((served) => served === adapter);
  }

  async countTokens(text: string): Promise<number> {
    return await this.#gate.run(() => this.#count(text));
  }

  async unload(): Promise<void> {
    this.#dead = true;
    await this.#wllama.exit();
  }

  /** A worker that cannot start reports an event and settles nothing; a call that waits for it must not hang. */
  #noteError(detail: unknown): void {
    if (!(detail instanceof Event)) return;
    this.#dead = true;
    const message = detail instanceof ErrorEvent ? detail.message : '';
    this.#crash(
      new Fault({
        code: faultCodes.engineFailed,
        message: "The engine's worker failed.",
        reason: message || 'Its script was blocked or could not be read.',
        remedy: 'Allow workers from blob: URLs in the content security policy, then load the model again.',
      }),
    );
  }

  async #build(
    blob: Blob,
    options: AdapterLoad,
    choice: { readonly backend: string; readonly threads: number },
  ): Promise<void> {
    const { adapters } = options;
    // A slice has no file name: wllama sorts files by name, and an adapter must not come first.
    const blobs = [blob, ...adapters.map(({ file }) => file.slice())];
    const loading = this.#wllama.loadModel(blobs, {
      n_ctx: options.contextTokens,
      n_parallel: options.slots,
      n_threads: choice.threads,
      n_batch: batchTokens,
      ...(choice.backend === 'webgpu' ? {} : { n_gpu_layers: 0 }),
      ...(adapters.length === 0
        ? {}
        : {
            lora_adapters: adapters.map((_, index) => ({
              path: blobPath(index + 1, blobs.length),
              scale: 0,
            })),
            lora_init_without_apply: true,
          }),
    });
    await Promise.race([loading, this.#crashed]);
    // A model that llama.cpp refused leaves wllama "loaded" with an empty vocabulary.
    if (!(this.#wllama.getLoadedContextInfo().n_vocab > 0))
      throw new Error('llama.cpp could not build the model.');
  }

  /** One generation, in a slot of its own. */
  async #run(
    request: AdapterRequest,
    onEvent: (event: GenerateEvent) => void,
    signal: AbortSignal,
  ): Promise<AdapterResult> {
    const { prompt, sampling, constraint, adapter } = request;
    const measured: Measured = {
      text: '',
      startedAt: performance.now(),
      firstTokenAt: undefined,
      finishReason: 'stop',
      last: {},
    };
    await this.#checkRoom(prompt, sampling.maxTokens);
    signal.throwIfAborted();
    await this.#complete({
      ...this.#reading(adapter),
      prompt,
      temperature: sampling.temperature,
      max_tokens: sampling.maxTokens,
      ...(sampling.seed === undefined ? {} : { seed: sampling.seed }),
      ...(sampling.stop === undefined ? {} : { stop: [...sampling.stop] }),
      ...(constraint === undefined ? {} : { grammar: constraint.gbnf }),
      abortSignal: signal,
      onData: (chunk) => takeChunk(chunk, measured, onEvent),
    });
    // An abort that came with the last token is still an abort.
    signal.throwIfAborted();
    return toResult(measured);
  }

  /** Every adapter by its scale: what a request does not name keeps what llama.cpp had last. */
  #scales(adapter: string | undefined): Readonly<Record<string, unknown>> {
    if (this.#adapters.length === 0) return {};
    return { lora: this.#adapters.map((name, id) => ({ id, scale: name === adapter ? 1 : 0 })) };
  }

  /**
   * For a request whose prompt is read: llama.cpp's store of prompts does not remember under which adapter it read
   * one, so as soon as there were two, no prompt is taken from it.
   */
  #reading(adapter: string | undefined): Readonly<Record<string, unknown>> {
    this.#served.add(adapter);
    return { ...this.#scales(adapter), cache_prompt: this.#served.size === 1 };
  }

  /** Runs a streamed raw completion. The body goes to llama-server's parser as it is, beyond wllama's types. */
  async #complete(
    body: Readonly<Record<string, unknown>> & { readonly onData: (chunk: Chunk) => void },
  ): Promise<void> {
    const options = {
      cache_prompt: true,
      timings_per_token: true,
      return_progress: true,
      ...body,
      stream: true,
    };
    const running = this.#wllama.createCompletion(
      options as unknown as { prompt: string; stream: true; onData: (chunk: object) => void },
    );
    await Promise.race([running, this.#crashed]);
  }

  /** Refuses a request that would run into the end of the window. A token is at least one byte, so most need no count. */
  async #checkRoom(prompt: string, maxTokens: number): Promise<void> {
    const bytes = new TextEncoder().encode(prompt).length;
    if (bytes + maxTokens < this.#contextTokens) return;
    checkRoom({ promptTokens: await this.#count(prompt), maxTokens, contextWindow: this.#contextTokens });
  }

  /**
   * wllama has no call that tokenizes. But a prompt longer than the context is refused with its exact length, before
   * any of it is read: so the text is made too long with a filler of known length. 15-40 ms, and the KV cache stays.
   * Needs a free slot.
   */
  async #count(text: string): Promise<number> {
    this.#fillerTokens ??= await this.#countOverlong(this.#separator);
    return (await this.#countOverlong(text + this.#separator)) - this.#fillerTokens;
  }

  async #countOverlong(text: string): Promise<number> {
    const filler = this.#separator.repeat(this.#contextTokens + contextStep);
    try {
      // Under the adapter that was last, whose prompts then stay as they are.
      const scales = this.#scales([...this.#served].at(-1));
      await this.#complete({ ...scales, prompt: text + filler, max_tokens: 1, onData: () => undefined });
    } catch (error) {
      const tokens = readOverflow(error);
      if (tokens !== undefined) return tokens.promptTokens;
      this.#dead ||= isFatal(error);
      throw toFault(error);
    }
    throw new Fault({
      code: faultCodes.engineFailed,
      message: 'The engine did not tell how long a text is.',
      remedy: 'Load the model again.',
    });
  }
}
