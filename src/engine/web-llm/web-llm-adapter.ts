/**
 * web-llm (MLC): models compiled to WebGPU kernels ahead of time, one conversation at a time, xgrammar constraints.
 * Knows MLCEngine's calls; knows nothing of where the files came from. A build in the catalogue
 * (`builds: [{ engine: 'web-llm', files }]`) names what an MLC repository on the hub holds, with hashes:
 * `mlc-chat-config.json`, `tokenizer.json`, `tensor-cache.json`, every `params_shard_*.bin`, and the model library
 * (`.wasm`) for this version of web-llm. Any entry of web-llm's own `prebuiltAppConfig` can be written down that way.
 */
import { MLCEngine } from '@mlc-ai/web-llm';
import type { ChatCompletionChunk, ChatCompletionRequestStreaming } from '@mlc-ai/web-llm';
import type { FinishReason, GenerateEvent } from '../../protocol/engine.ts';
import { Fault, faultCodes, notLoadedFault } from '../../protocol/fault.ts';
import type { TokenLogprob } from '../../protocol/model.ts';
import type { AdapterLoad, AdapterRequest, AdapterResult, AdapterState, EngineAdapter } from '../adapter.ts';
import { checkRoom, deviceLostFault } from '../engine-faults.ts';
import { SlotGate } from '../slot-gate.ts';
import { checkLoad } from './check-load.ts';
import { forgetWords, lastError, listenToConsole } from './last-words.ts';
import { lendFiles } from './lent-files.ts';
import { PrefixCache } from './prefix-cache.ts';
import { deviceOf, openPipeline } from './private-parts.ts';
import type { Pipeline } from './private-parts.ts';
import { readChatSettings } from './raw-prompt.ts';
import { toFormat } from './response-format.ts';
import { Speech } from './speech.ts';
import { topCandidates } from './top-candidates.ts';
import { generateFault, isFatal, loadFault, noFeature } from './web-llm-faults.ts';

/** web-llm's name for the one model of an engine. */
const modelId = 'model';
/** Everything that a build's configuration would otherwise change about sampling. */
const plainSampling = { top_p: 1, repetition_penalty: 1, frequency_penalty: 0, presence_penalty: 0 } as const;

type Usage = NonNullable<ChatCompletionChunk['usage']>;

interface Loaded {
  readonly pipeline: Pipeline;
  readonly cache: PrefixCache;
  readonly contextTokens: number;
}

export class WebLlmAdapter implements EngineAdapter {
  readonly engine = 'web-llm';
  readonly engineVersion = '0.2.86';
  readonly #engine = new MLCEngine({ logLevel: 'SILENT' });
  /** web-llm runs one request at a time, and what waits inside it cannot give up. */
  readonly #gate = new SlotGate(1);
  #loaded: Loaded | undefined;
  #dead = false;
  #lose: (fault: Fault) => void = () => undefined;
  /** Rejects when the GPU goes away: what waits for it would wait for ever. */
  readonly #lost = new Promise<never>((_resolve, reject) => {
    this.#lose = reject;
  });

  constructor() {
    listenToConsole();
    // Nobody may be listening when it happens; the next call will be.
    this.#lost.catch(() => undefined);
  }

  get dead(): boolean {
    return this.#dead;
  }

  async load(options: AdapterLoad, signal: AbortSignal): Promise<AdapterState> {
    const { config, library } = checkLoad(options);
    const settings = await readChatSettings(config, options.contextTokens);
    // The one feature that a build can ask for is the one that the device's facts tell of a real GPU.
    const { webgpu } = options.device;
    const missing = settings.features.find((feature) => feature !== webgpu);
    if (missing !== undefined) throw noFeature(missing);
    signal.throwIfAborted();
    const lent = await lendFiles(options.files, library);
    const model = { model: lent.modelUrl, model_id: modelId, model_lib: lent.libraryUrl };
    this.#engine.setAppConfig({ model_list: [model], cacheBackend: 'cache' });
    forgetWords();
    try {
      await this.#reload(settings.options, signal);
      const pipeline = openPipeline(this.#engine, modelId);
      this.#watch(pipeline);
      this.#loaded = {
        pipeline,
        cache: new PrefixCache(pipeline),
        contextTokens: settings.contextTokens,
      };
    } catch (error) {
      await this.unload();
      signal.throwIfAborted();
      throw loadFault(error, lastError());
    } finally {
      await lent.withdraw();
    }
    return {
      backend: 'webgpu',
      weights: settings.quantization.startsWith('q0') ? 'float32' : 'quantised',
      threads: 1,
      contextTokens: settings.contextTokens,
      choiceReasons: [
        'WebGPU, as web-llm knows nothing else.',
        ...(options.slots > 1 ? ['Requests run one after the other: web-llm keeps one conversation.'] : []),
      ],
    };
  }

  async generate(
    request: AdapterRequest,
    onEvent: (event: GenerateEvent) => void,
    signal: AbortSignal,
  ): Promise<AdapterResult> {
    if (request.adapter !== undefined) {
      throw new Fault({
        code: faultCodes.unsupported,
        message: `The adapter ${request.adapter} is not loaded.`,
        reason: 'web-llm has no adapters.',
        remedy: 'Run the request on the base model, or load the model with another engine.',
        details: { feature: 'adapters' },
      });
    }
    return await this.#alone(() => this.#speak(request, onEvent, signal), signal);
  }

  async countTokens(text: string): Promise<number> {
    await this.#checkDevice();
    return this.#require().pipeline.tokenizer.encode(text).length;
  }

  topLogprobs: NonNullable<EngineAdapter['topLogprobs']> = async ({ prompt, steps, candidates, signal }) => {
    const found: (readonly TokenLogprob[])[] = [];
    const work = async (): Promise<void> => {
      const { pipeline } = this.#require();
      pipeline.logitProcessor = {
        processLogits: (logits) => {
          found.push(topCandidates(logits, candidates));
          return logits;
        },
        processSampledToken: () => undefined,
        resetState: () => undefined,
      };
      try {
        const body = { ...plainSampling, temperature: 0, max_tokens: steps, ignore_eos: true };
        await this.#stream(prompt, body, signal, () => undefined);
      } finally {
        pipeline.logitProcessor = undefined;
      }
    };
    await this.#alone(work, signal);
    return found;
  };

  async unload(): Promise<void> {
    this.#dead = true;
    this.#loaded = undefined;
    // A device that is gone fails here too, and there is nothing left to free then.
    await this.#engine.unload().catch(() => undefined);
  }

  /** Builds the model; an abort does not wait for it, and what is built afterwards is thrown away. */
  async #reload(options: Parameters<MLCEngine['reload']>[1], signal: AbortSignal): Promise<void> {
    const loading = this.#engine.reload(modelId, options);
    const done = new AbortController();
    const stopped = new Promise<never>((_resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true, signal: done.signal });
    });
    try {
      await Promise.race([loading, stopped]);
    } catch (error) {
      const cleanUp = (): Promise<void> => this.unload();
      loading.then(cleanUp, cleanUp);
      throw error;
    } finally {
      done.abort();
    }
  }

  #watch(pipeline: Pipeline): void {
    const lose = ({ message }: GPUDeviceLostInfo): void => {
      this.#dead = true;
      this.#lose(deviceLostFault({ reason: message }));
    };
    void deviceOf(pipeline)?.lost.then(lose);
  }

  /** Rejects where the GPU is gone already: what is left of the model fails in ways that say nothing. */
  async #checkDevice(): Promise<void> {
    await Promise.race([this.#lost, Promise.resolve()]);
  }

  #require(): Loaded {
    if (this.#loaded !== undefined) return this.#loaded;
    throw notLoadedFault();
  }

  /** One piece of work on the model after the other; its errors leave as Faults. */
  async #alone<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const fresh = async (): Promise<Result> => {
      await this.#checkDevice();
      forgetWords();
      return await work();
    };
    try {
      return await this.#gate.run(fresh, signal);
    } catch (error) {
      this.#dead ||= isFatal(error);
      if (!signal.aborted) this.#loaded?.cache.distrust();
      throw generateFault(error, lastError());
    }
  }

  async #speak(
    { prompt, sampling, constraint }: AdapterRequest,
    onEvent: (event: GenerateEvent) => void,
    signal: AbortSignal,
  ): Promise<AdapterResult> {
    const { pipeline, cache, contextTokens } = this.#require();
    const { temperature, maxTokens, seed, stop = [] } = sampling;
    const startedAt = performance.now();
    const promptTokens = pipeline.tokenizer.encode(prompt).length;
    checkRoom({ promptTokens, maxTokens, contextWindow: contextTokens });
    onEvent({ type: 'prefill-progressed', processedTokens: 0, promptTokens });
    const speech = new Speech(stop, onEvent);
    let firstTokenAt: number | undefined;
    const body = {
      ...plainSampling,
      ...toFormat(constraint, pipeline.tokenizer),
      temperature,
      max_tokens: maxTokens,
      ...(seed === undefined ? {} : { seed }),
    };
    const { finishReason, usage } = await this.#stream(prompt, body, signal, () => {
      if (firstTokenAt === undefined) {
        firstTokenAt = performance.now();
        onEvent({ type: 'prefill-progressed', processedTokens: promptTokens, promptTokens });
      }
      speech.hear(pipeline.getMessage());
      // Not left to web-llm: it would show the beginning of a stop text and then take it back.
      if (speech.stopped) void this.#engine.interruptGenerate();
    });
    speech.end();
    const now = performance.now();
    const prefillMs = (usage?.extra.time_to_first_token_s ?? 0) * 1000;
    return {
      text: speech.text,
      finishReason: speech.stopped ? 'stop' : finishReason,
      usage: {
        promptTokens,
        cachedTokens: cache.reused,
        decodeTokens: usage?.completion_tokens ?? 0,
        timeToFirstTokenMs: (firstTokenAt ?? now) - startedAt,
        prefillMs,
        decodeMs: now - (firstTokenAt ?? now),
        totalMs: now - startedAt,
      },
    };
  }

  /**
   * Runs a prompt as it is; `onToken` is called after each token. Rejects at once on a lost GPU, and on an abort when
   * the step at work is done.
   */
  async #stream(
    prompt: string,
    body: Omit<ChatCompletionRequestStreaming, 'messages' | 'stream'>,
    signal: AbortSignal,
    onToken: () => void,
  ): Promise<{ readonly finishReason: FinishReason; readonly usage: Usage | undefined }> {
    signal.throwIfAborted();
    let usage: Usage | undefined;
    let finishReason: FinishReason = 'stop';
    const stop = (): void => void this.#engine.interruptGenerate();
    signal.addEventListener('abort', stop, { once: true });
    const run = async (): Promise<void> => {
      const chunks = await this.#engine.chat.completions.create({
        ...body,
        messages: [{ role: 'user', content: prompt }],
        stream: true,
        stream_options: { include_usage: true },
      });
      for await (const chunk of chunks) {
        const [choice] = chunk.choices;
        if (choice?.finish_reason === 'length') finishReason = 'length';
        if (choice !== undefined && !signal.aborted) onToken();
        usage = chunk.usage ?? usage;
      }
    };
    try {
      await Promise.race([run(), this.#lost]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
    signal.throwIfAborted();
    return { finishReason, usage };
  }
}
