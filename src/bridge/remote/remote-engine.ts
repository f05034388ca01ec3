/**
 * A model on a server that speaks OpenAI's chat completions, as an engine: opt-in per origin, masked on the way out
 * and unmasked on the way back, streamed, bounded in time, tried again only while nothing has come. The key is asked
 * for with every request and kept nowhere. Knows the order of things; each is done in the files beside it.
 */
import type { GenerateRequest, GenerateResult, LoadedModel, LoadRequest } from '../../protocol/engine.ts';
import { Fault, faultCodes, notLoadedFault, toFault } from '../../protocol/fault.ts';
import { contextOverflow } from '../context-overflow.ts';
import type { EngineHandle, GenerateOptions, LoadOptions } from '../engine.ts';
import { boundBySignal } from '../settle.ts';
import { defaultTimeouts } from './deadline.ts';
import type { RemoteTimeouts } from './deadline.ts';
import { openEndpoint } from './endpoint.ts';
import type { Endpoint, EndpointOptions } from './endpoint.ts';
import { flavourRules } from './flavour.ts';
import type { FlavourRules, RemoteFlavour } from './flavour.ts';
import { findModel } from './find-model.ts';
import { maskRequest } from './mask.ts';
import type { Mask, MaskedRequest, Outgoing } from './mask.ts';
import { TokenCounter } from './token-counter.ts';
import type { AnswerContext } from './remote-faults.ts';
import { defaultRetryRules } from './retry.ts';
import type { RetryRules } from './retry.ts';
import { streamCompletion } from './stream-completion.ts';
import { withRetries } from './transport.ts';
import type { TransportRules } from './transport.ts';

/** The server, its key, what is masked, and how long and how often it is tried. */
export interface RemoteEngineOptions extends EndpointOptions {
  /** What may not leave is replaced here; without private data, hand over the texts as they are. */
  readonly mask: Mask;
  /** Asked for with every request. Absent, or an empty text: the server needs none. */
  readonly getKey?: () => Promise<string>;
  /** The kind of server; `openai` where absent. */
  readonly flavour?: RemoteFlavour;
  /** The model's name at the server; the catalogue entry's id where absent. */
  readonly modelName?: string;
  readonly timeouts?: Partial<RemoteTimeouts>;
  readonly retry?: Partial<RetryRules>;
}

interface Loaded {
  /** The model's name at the server. */
  readonly name: string;
  readonly contextTokens: number;
  /** Aborts when the model is unloaded. */
  readonly ended: AbortController;
  readonly counter: TokenCounter;
}

/** A model on a server that the user opted into, as an engine. Texts are masked before they leave. */
export class RemoteEngine implements EngineHandle {
  readonly #options: RemoteEngineOptions;
  readonly #endpoint: Endpoint;
  readonly #rules: FlavourRules;
  readonly #timeouts: RemoteTimeouts;
  readonly #retry: RetryRules;
  readonly #disposed = new AbortController();
  #loaded: Loaded | undefined;

  /** Sends nothing. Throws Fault `remote-refused` where the address may not be used. */
  constructor(options: RemoteEngineOptions) {
    this.#options = options;
    this.#endpoint = openEndpoint(options);
    this.#rules = flavourRules[options.flavour ?? 'openai'];
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
    this.#retry = { ...defaultRetryRules, ...options.retry };
  }

  /**
   * Asks the server whether it has the model. Nothing is downloaded, so progress is 0 of 0 bytes.
   * Rejects with a Fault: remote-refused, remote-unreachable, model-unavailable, unsupported, aborted.
   */
  async load(request: LoadRequest, options: LoadOptions = {}): Promise<LoadedModel> {
    this.#requireAlive();
    const startedAt = performance.now();
    const { model, slots, adapters = [] } = request;
    if (adapters.length > 0) throw noAdapters();
    const name = this.#options.modelName ?? model.id;
    const transport = this.#transport([options.signal]);
    const found = await withRetries(transport, async (clock) =>
      findModel({
        endpoint: this.#endpoint,
        flavour: this.#options.flavour ?? 'openai',
        call: { clock, timeouts: this.#timeouts, context: await this.#context(name, request.contextTokens) },
      }),
    );
    const progress = { type: 'download-progressed', receivedBytes: 0, totalBytes: 0 } as const;
    options.onProgress?.({ ...progress, fromCache: true });
    options.onProgress?.({ type: 'initialise-started' });
    this.#loaded?.ended.abort();
    const contextTokens = Math.min(
      request.contextTokens,
      model.contextWindow,
      found.contextWindow ?? Number.POSITIVE_INFINITY,
    );
    const ended = new AbortController();
    this.#loaded = {
      name,
      contextTokens,
      ended,
      counter: new TokenCounter({
        rules: this.#rules,
        endpoint: this.#endpoint,
        mask: this.#options.mask,
        transport: this.#transport([ended.signal]),
        context: () => this.#context(name, contextTokens),
      }),
    };
    return {
      modelId: model.id,
      weightsHash: '',
      engine: 'remote',
      engineVersion: this.#options.flavour ?? 'openai',
      backend: 'remote',
      weights: 'quantised',
      threads: 0,
      slots,
      contextTokens,
      choiceReasons: [
        `The model runs at ${this.#endpoint.origin}: what it is asked leaves this device, masked.`,
        'A server does not show its weights, so there is no hash to compare and no layout to know.',
        ...found.reasons,
        ...this.#rules.notes,
      ],
      loadMs: performance.now() - startedAt,
    };
  }

  async generate(
    request: Omit<GenerateRequest, 'requestId'>,
    options: GenerateOptions = {},
  ): Promise<GenerateResult> {
    const loaded = this.#requireLoaded();
    const { messages, prefill, sampling, constraint, tools, adapter } = request;
    if (adapter !== undefined) throw noAdapters();
    if (prefill !== undefined && this.#rules.continueField === undefined) throw noPrefill();
    const transport = this.#transport([options.signal, loaded.ended.signal]);
    const { name, contextTokens, counter } = loaded;
    const masking = this.#mask({
      messages,
      ...(prefill === undefined ? {} : { prefill }),
      stop: sampling.stop ?? [],
      ...(constraint === undefined ? {} : { constraint }),
      ...(tools === undefined ? {} : { tools }),
    });
    const masked = await boundBySignal(masking, AbortSignal.any([...transport.signals]));
    const promptTokens = await counter.countPrompt(masked, contextTokens - sampling.maxTokens, transport);
    if (promptTokens + sampling.maxTokens > contextTokens) {
      throw contextOverflow({ promptTokens, maxTokens: sampling.maxTokens, contextWindow: contextTokens });
    }
    return await streamCompletion({
      url: `${this.#endpoint.api}/chat/completions`,
      rules: this.#rules,
      model: name,
      request: masked,
      sampling,
      promptTokens,
      estimate: (text) => counter.estimate(text),
      timeouts: this.#timeouts,
      transport,
      context: () => this.#context(name, contextTokens),
      ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
    });
  }

  /** Counted by the server where it can, else estimated (see `LoadedModel.choiceReasons`). */
  async countTokens(text: string): Promise<number> {
    return await this.#requireLoaded().counter.count(text);
  }

  /** Forgets the model, and stops what runs. */
  async unload(): Promise<void> {
    this.#requireAlive();
    this.#loaded?.ended.abort();
    this.#loaded = undefined;
  }

  dispose(): void {
    this.#disposed.abort(disposedFault());
  }

  async #mask(request: Outgoing): Promise<MaskedRequest> {
    try {
      return await maskRequest(this.#options.mask, request);
    } catch (error) {
      throw toFault(error);
    }
  }

  #transport(signals: readonly (AbortSignal | undefined)[]): TransportRules {
    return {
      origin: this.#endpoint.origin,
      timeouts: this.#timeouts,
      retry: this.#retry,
      signals: [this.#disposed.signal, ...signals.filter((signal) => signal !== undefined)],
    };
  }

  async #context(model: string, contextTokens: number): Promise<AnswerContext> {
    return await readContext({
      origin: this.#endpoint.origin,
      model,
      contextTokens,
      getKey: this.#options.getKey,
    });
  }

  #requireAlive(): void {
    if (this.#disposed.signal.aborted) throw disposedFault();
  }

  #requireLoaded(): Loaded {
    this.#requireAlive();
    if (this.#loaded !== undefined) return this.#loaded;
    throw notLoadedFault();
  }
}

interface ContextOptions {
  readonly origin: string;
  readonly model: string;
  readonly contextTokens: number;
  readonly getKey: (() => Promise<string>) | undefined;
}

/** The key, with what a fault may tell of a request. A key that no header can carry is refused without a word of it. */
async function readContext(options: ContextOptions): Promise<AnswerContext> {
  const { getKey, ...context } = options;
  const key = await readKey(getKey, context.origin);
  if (/^[\u0021-\u007e]*$/.test(key)) return { ...context, key };
  throw new Fault({
    code: faultCodes.remoteRefused,
    message: `The key for ${context.origin} cannot be sent.`,
    reason: 'It holds a space, a line break or a letter that keys do not have.',
    remedy: 'Enter the key again; it may have been copied with something around it.',
    details: { origin: context.origin },
  });
}

/** What the caller's own error says is not repeated: it may hold the key. */
async function readKey(getKey: ContextOptions['getKey'], origin: string): Promise<string> {
  try {
    return (await getKey?.()) ?? '';
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault({
      code: faultCodes.remoteRefused,
      message: `The key for ${origin} could not be read.`,
      remedy: 'Unlock the place where the key is kept, or enter it again.',
      details: { origin },
    });
  }
}

function disposedFault(): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The remote engine is gone.',
    reason: 'It was disposed of.',
    remedy: 'Start a new engine.',
  });
}

function noAdapters(): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: 'A remote engine takes no adapters of ours.',
    reason: 'The weights are on the server; nothing is uploaded to it.',
    remedy: "Name the server's own tuned model as the model instead.",
    details: { feature: 'adapters' },
  });
}

function noPrefill(): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: 'This kind of server cannot continue an answer that is begun.',
    remedy: 'Leave the prefill out, or use a server that can (vllm, llama-server).',
    details: { feature: 'prefill' },
  });
}
