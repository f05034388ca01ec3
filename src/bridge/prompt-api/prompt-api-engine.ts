/**
 * The browser's built-in model (Chrome's Prompt API) as an engine. The API is for pages only, so this runs on the main
 * thread; the browser does the work elsewhere. It has no token limit, no stop texts and no grammar: the first two are
 * kept here, the third is refused unless a JSON Schema says the same. Knows no catalogue and no tools.
 */
import type { GenerateRequest, GenerateResult, LoadedModel, LoadRequest } from '../../protocol/engine.ts';
import { abortedFault, faultCodes, notLoadedFault } from '../../protocol/fault.ts';
import type { EngineHandle, GenerateOptions, LoadOptions } from '../engine.ts';
import { boundBySignal } from '../settle.ts';
import { generateOnSession, splitSystem } from './generate-on-session.ts';
import { findLanguageModel, measureTokens, samplingMode, windowTokens } from './language-model.ts';
import type { LanguageModelFactory, LanguageModelOptions, LanguageModelSession } from './language-model.ts';
import { LoadMeter } from './load-meter.ts';
import { gone, notExpressible, promptApiFault, unsupported } from './prompt-api-faults.ts';
import { WarmSessions } from './warm-sessions.ts';

/** Which built-in model, and the languages it has to speak. */
export interface PromptApiEngineOptions {
  /** The browser's own where absent. */
  readonly languageModel?: LanguageModelFactory;
  /** BCP 47 tags of what is asked and answered; the browser refuses those that its model does not speak. */
  readonly languages?: readonly string[];
}

interface Loaded {
  /** Holds the model in memory, and counts. */
  readonly root: LanguageModelSession;
  readonly warm: WarmSessions;
  readonly contextTokens: number;
  /** Tokens that the API counts for an empty text. */
  readonly emptyTokens: number;
  /** Aborts with a Fault when the model is unloaded or the engine ends. */
  readonly ended: AbortController;
}

/** The browser's built-in model as an engine. */
export class PromptApiEngine implements EngineHandle {
  readonly #languageModel: LanguageModelFactory | undefined;
  readonly #options: LanguageModelOptions;
  #loaded: Loaded | undefined;
  readonly #disposed = new AbortController();

  constructor(options: PromptApiEngineOptions = {}) {
    const { languageModel = findLanguageModel(), languages = ['en'] } = options;
    this.#languageModel = languageModel;
    const expected = [{ type: 'text', languages }] as const;
    this.#options = { expectedInputs: expected, expectedOutputs: expected };
  }

  /**
   * Downloads the browser's model where it is not there yet; that needs a user's click. Rejects with a Fault:
   * unsupported (with the reason), model-unavailable, aborted. The model before stays until the new one is there.
   */
  async load(request: LoadRequest, options: LoadOptions = {}): Promise<LoadedModel> {
    this.#requireAlive();
    const startedAt = performance.now();
    const { model, slots, adapters = [] } = request;
    if (adapters.length > 0) throw notExpressible('adapters', 'It takes no adapters.');
    const factory = this.#languageModel;
    if (factory === undefined)
      throw unsupported('This browser has no Prompt API, or not on this kind of page.');
    const signal =
      options.signal === undefined
        ? this.#disposed.signal
        : AbortSignal.any([options.signal, this.#disposed.signal]);
    const meter = new LoadMeter({
      totalBytes: model.file.bytes,
      onProgress: options.onProgress ?? (() => undefined),
    });
    const loaded = await this.#guard(signal, async () => {
      signal.throwIfAborted();
      const availability = await factory.availability(this.#options);
      if (availability === 'unavailable') {
        throw unsupported(
          'The browser says that its model is not available: the device is too small, the browser was told not to, or it speaks other languages only.',
        );
      }
      meter.start(availability === 'available');
      const root = await factory.create({
        ...this.#options,
        signal,
        monitor: (monitor) => meter.watch(monitor),
      });
      meter.finish();
      return {
        root,
        availability,
        emptyTokens: await measureTokens(root, ''),
        contextTokens: Math.min(request.contextTokens, model.contextWindow, windowTokens(root)),
      };
    });
    this.#drop();
    const { root, emptyTokens, contextTokens } = loaded;
    const warm = new WarmSessions(({ system, mode }) =>
      factory.create({
        ...this.#options,
        samplingMode: mode,
        ...(system === '' ? {} : { initialPrompts: [{ role: 'system', content: system }] }),
      }),
    );
    this.#loaded = { root, warm, contextTokens, emptyTokens, ended: new AbortController() };
    return {
      modelId: model.id,
      weightsHash: '',
      engine: 'prompt-api',
      engineVersion: root.measureContextUsage === undefined ? 'input-usage' : 'context-usage',
      backend: 'built-in',
      weights: 'quantised',
      threads: 0,
      slots,
      contextTokens,
      choiceReasons: [
        loaded.availability === 'available'
          ? 'The browser has its model already.'
          : 'The browser downloaded its model; every site shares the one copy.',
        'The browser does not show the weights, so there is no hash to compare and no layout to know.',
        'It takes JSON Schema but no grammar, and a mode instead of temperature and seed.',
      ],
      loadMs: performance.now() - startedAt,
    };
  }

  async generate(
    request: Omit<GenerateRequest, 'requestId'>,
    options: GenerateOptions = {},
  ): Promise<GenerateResult> {
    const loaded = this.#requireLoaded();
    const { messages, prefill, sampling, constraint, adapter } = request;
    if (adapter !== undefined) throw notExpressible('adapters', 'It takes no adapters.');
    if (constraint !== undefined && constraint.jsonSchema === undefined) {
      throw notExpressible('grammar', 'It takes JSON Schema, and this request has a grammar only.');
    }
    const signals = [loaded.ended.signal, ...(options.signal === undefined ? [] : [options.signal])];
    const signal = AbortSignal.any(signals);
    return await this.#guard(signal, async () => {
      signal.throwIfAborted();
      const startedAt = performance.now();
      const { system, turns } = splitSystem(messages, prefill);
      const mode = samplingMode(sampling.temperature);
      const { session, warm } = await loaded.warm.clone({ system, mode }, signal);
      try {
        return await generateOnSession({
          session,
          warm,
          turns,
          sampling,
          ...(constraint?.jsonSchema === undefined ? {} : { schema: constraint.jsonSchema }),
          contextTokens: loaded.contextTokens,
          count: (text) => countOn(loaded, text),
          signal,
          startedAt,
          onEvent: options.onEvent ?? (() => undefined),
        });
      } finally {
        session.destroy();
      }
    });
  }

  async countTokens(text: string): Promise<number> {
    const loaded = this.#requireLoaded();
    return await this.#guard(loaded.ended.signal, () => countOn(loaded, text));
  }

  async unload(): Promise<void> {
    this.#requireAlive();
    this.#drop();
  }

  dispose(): void {
    if (this.#disposed.signal.aborted) return;
    const fault = gone('It was disposed of.');
    this.#loaded?.ended.abort(fault);
    this.#disposed.abort(fault);
    this.#drop();
  }

  #drop(): void {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    loaded?.ended.abort();
    loaded?.warm.clear();
    loaded?.root.destroy();
  }

  /** Runs a call on the API; what it throws becomes a Fault, and a stop is told by who made it. */
  async #guard<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    try {
      return await boundBySignal(work(), signal);
    } catch (error) {
      if (this.#disposed.signal.aborted) throw gone('It was disposed of.');
      if (signal.aborted) throw abortedFault();
      const fault = promptApiFault(error);
      // Nobody of ours stopped it, so the browser did.
      throw fault.code === faultCodes.aborted ? gone('The browser ended it.') : fault;
    }
  }

  #requireAlive(): void {
    if (this.#disposed.signal.aborted) throw gone('It was disposed of.');
  }

  #requireLoaded(): Loaded {
    this.#requireAlive();
    if (this.#loaded !== undefined) return this.#loaded;
    throw notLoadedFault();
  }
}

async function countOn({ root, emptyTokens }: Loaded, text: string): Promise<number> {
  return text === '' ? 0 : Math.max(0, (await measureTokens(root, text)) - emptyTokens);
}
