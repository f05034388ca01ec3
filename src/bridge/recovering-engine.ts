/**
 * An engine that comes back: where its worker dies, its GPU goes away or it falls silent, a new one is started, the
 * model loaded again from the local copy and what was under way said again, so that a caller's text goes on where it
 * stood. Every call settles: silence is bounded, attempts are counted.
 * Knows the faults and the order of attempts (recovery-plan); knows nothing of workers, memory or other models.
 */
import type {
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadRequest,
  ReadAheadRequest,
} from '../protocol/engine.ts';
import { Fault, faultCodes, notLoadedFault, toFault } from '../protocol/fault.ts';
import type { EngineHandle, GenerateOptions, LoadOptions, ReadAheadOptions } from './engine.ts';
import { planRecovery } from './recovery-plan.ts';
import type { RecoveryEvent, RecoveryStep } from './recovery-plan.ts';
import { ReplayText } from './replay-text.ts';
import { abortReason, boundBySignal, boundSilence } from './settle.ts';

/** How an engine is made anew, and how long one may be silent. */
export interface RecoveringEngineOptions {
  /** Makes an engine with nothing loaded. */
  readonly spawn: () => EngineHandle;
  readonly onRecovery?: (event: RecoveryEvent) => void;
  /** Milliseconds without a piece of text or of the prompt read, until a generation counts as dead; 180,000 unless told. */
  readonly silenceMs?: number;
  /** Milliseconds without progress until a load counts as dead; 300,000 unless told. */
  readonly loadSilenceMs?: number;
}

type Request = Omit<GenerateRequest, 'requestId'>;

const defaultSilenceMs = 180_000;
const defaultLoadSilenceMs = 300_000;
/** A request that outlives so many engines is what ends them. */
const maxAttempts = 8;

function silentFault(silenceMs: number): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The engine does not answer any more.',
    reason: `Nothing was heard of it for ${String(Math.round(silenceMs / 1000))} seconds.`,
    remedy: 'Start a new engine and load the model again; it comes from the local copy.',
  });
}

function disposedFault(): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: "The engine's worker is gone.",
    reason: 'It was disposed of.',
    remedy: 'Make a new engine.',
  });
}

/** Sampling that can be repeated: what is not greedy and has no seed gets one. */
function repeatable(request: Request): Request {
  const { sampling } = request;
  if (sampling.temperature === 0 || sampling.seed !== undefined) return request;
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  return { ...request, sampling: { ...sampling, seed } };
}

/** The telling under way differs from what the caller has heard. */
class Diverged extends Error {}

/** An engine that comes back where its worker dies, and says again what was under way. */
export class RecoveringEngine implements EngineHandle {
  readonly #options: RecoveringEngineOptions;
  #engine: EngineHandle;
  /** What the engine holds, or should hold. */
  #request: LoadRequest | undefined;
  #loaded: LoadedModel | undefined;
  /** Attempts left in this row of failures; a generation that ends well clears it. */
  #steps: RecoveryStep[] | undefined;
  /** The step that brought the model back in this row of failures. */
  #lastStep: RecoveryStep['type'] | undefined;
  #recovering: Promise<void> | undefined;
  #disposed = false;

  constructor(options: RecoveringEngineOptions) {
    this.#options = options;
    this.#engine = options.spawn();
  }

  /** The model as it stands in memory now; after a recovery it may differ from what `load` returned. */
  get model(): LoadedModel | undefined {
    return this.#loaded;
  }

  async load(request: LoadRequest, options: LoadOptions = {}): Promise<LoadedModel> {
    await this.#recovering?.catch(() => undefined);
    this.#request = request;
    this.#steps = undefined;
    const engine = this.#engine;
    try {
      this.#loaded = await this.#loadInto(engine, request, options);
      return this.#loaded;
    } catch (error) {
      const fault = toFault(error);
      if (this.#disposed || !this.#isLoss(fault)) {
        if (fault.code !== faultCodes.aborted) this.#loaded = undefined;
        throw fault;
      }
      this.#loaded = undefined;
      await this.#recover(engine, fault, options);
      return this.#requireModel();
    }
  }

  async generate(request: Request, options: GenerateOptions = {}): Promise<GenerateResult> {
    const replay = new ReplayText();
    const repeated = repeatable(request);
    let asked = repeated;
    for (let attempt = 1; ; attempt += 1) {
      await boundBySignal(Promise.resolve(this.#recovering), options.signal);
      const engine = this.#engine;
      try {
        const result = await this.#attempt(engine, asked, replay, options);
        this.#steps = undefined;
        this.#lastStep = undefined;
        return result;
      } catch (error) {
        if (error instanceof Diverged) asked = await this.#continuation(engine, repeated, replay);
        else if (options.signal?.aborted === true) throw abortReason(options.signal);
        else await boundBySignal(this.#outlive(engine, toFault(error), attempt, request), options.signal);
      }
    }
  }

  /** Never brings an engine back: the next generation does. */
  async readAhead(request: Omit<ReadAheadRequest, 'requestId'>, options?: ReadAheadOptions): Promise<void> {
    if (this.#recovering === undefined) await this.#engine.readAhead?.(request, options);
  }

  async countTokens(text: string): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      await this.#recovering;
      const engine = this.#engine;
      try {
        return await this.#bounded(engine, () => engine.countTokens(text));
      } catch (error) {
        await this.#outlive(engine, toFault(error), attempt);
      }
    }
  }

  async unload(): Promise<void> {
    this.#request = undefined;
    this.#loaded = undefined;
    const engine = this.#engine;
    await this.#bounded(engine, () => engine.unload());
  }

  dispose(): void {
    this.#disposed = true;
    this.#engine.dispose();
  }

  /** One telling of the text by one engine; only what is new reaches the caller. */
  async #attempt(
    engine: EngineHandle,
    request: Request,
    replay: ReplayText,
    options: GenerateOptions,
  ): Promise<GenerateResult> {
    const { signal, onEvent = () => undefined, ...rest } = options;
    const stopping = new AbortController();
    const signals = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
    let diverged = false;
    replay.begin();
    const result = await this.#bounded(engine, (heard) =>
      engine
        .generate(request, {
          ...rest,
          signal: signals,
          onEvent: (event) => {
            heard();
            if (diverged || signals.aborted) return;
            if (event.type !== 'text-generated') return onEvent(event);
            const fresh = replay.take(event.text);
            if (fresh === undefined) {
              diverged = true;
              stopping.abort();
            } else if (fresh !== '') onEvent({ type: 'text-generated', text: fresh });
          },
        })
        .catch((error: unknown) => {
          throw diverged ? new Diverged() : error;
        }),
    );
    if (diverged || !replay.caughtUp) throw new Diverged();
    return { ...result, text: replay.delivered };
  }

  /**
   * The request that goes on from what was delivered. A grammar would begin anew in the middle of its text, so with
   * one there is no going on: throws a Fault that says so.
   */
  async #continuation(engine: EngineHandle, request: Request, replay: ReplayText): Promise<Request> {
    const { delivered } = replay;
    if (request.constraint !== undefined) {
      throw new Fault({
        code: faultCodes.engineFailed,
        message: 'The answer cannot be continued after the engine was restarted.',
        reason: 'The new engine gives another answer to the same question than the one that was lost.',
        remedy: 'Ask again; nothing of the broken answer should be used.',
        details: { deliveredCharacters: delivered.length },
      });
    }
    replay.rebase();
    this.#tell({
      type: 'text-diverged',
      modelId: this.#request?.model.id ?? '',
      deliveredCharacters: delivered.length,
    });
    const spent = await this.#bounded(engine, () => engine.countTokens(delivered));
    const { sampling, prefill = '' } = request;
    const maxTokens = Math.max(1, sampling.maxTokens - spent);
    return { ...request, prefill: prefill + delivered, sampling: { ...sampling, maxTokens } };
  }

  /** Returns once there is an engine to try again with; throws where there is no use in it. */
  async #outlive(engine: EngineHandle, fault: Fault, attempt: number, request?: Request): Promise<void> {
    if (this.#disposed || this.#request === undefined) throw fault;
    // Without a grammar that could be at fault, an engine that fails is broken; once more, on a new one, will tell.
    const isBroken =
      fault.code === faultCodes.engineFailed && attempt === 1 && request?.constraint === undefined;
    if (!isBroken && !this.#isLoss(fault) && !(await this.#isCrash(engine, fault))) throw fault;
    if (attempt >= maxAttempts) throw fault;
    await this.#recover(engine, fault, {});
  }

  /** Faults that mean that the model is no longer there. */
  #isLoss({ code }: Fault): boolean {
    return (
      code === faultCodes.workerDied ||
      code === faultCodes.deviceLost ||
      code === faultCodes.outOfMemory ||
      // The context was cut to bring the model back, and this request does not fit into what is left.
      (code === faultCodes.contextOverflow && this.#lastStep === 'smaller-context') ||
      // It was loaded: so it was lost with an engine that crashed under another request.
      (code === faultCodes.modelNotLoaded && this.#loaded !== undefined)
    );
  }

  /** A failure of a kind that an engine may or may not survive: asks it whether it still answers. */
  async #isCrash(engine: EngineHandle, { code }: Fault): Promise<boolean> {
    if (code !== faultCodes.engineFailed && code !== faultCodes.unexpected) return false;
    try {
      await this.#bounded(engine, () => engine.countTokens(' '));
      return false;
    } catch (error) {
      return this.#isLoss(toFault(error));
    }
  }

  /** Those that died together share one recovery. */
  async #recover(engine: EngineHandle, fault: Fault, options: LoadOptions): Promise<void> {
    // Another caller has replaced this engine already.
    if (this.#recovering === undefined && engine !== this.#engine) return;
    this.#recovering ??= this.#restart(fault, options).finally(() => {
      this.#recovering = undefined;
    });
    await this.#recovering;
  }

  async #restart(cause: Fault, options: LoadOptions): Promise<void> {
    const startedAt = performance.now();
    const request = this.#request;
    if (request === undefined) throw cause;
    const modelId = request.model.id;
    this.#tell({ type: 'recovery-started', modelId, fault: cause.toData() });
    this.#steps ??= [...planRecovery({ request, loaded: this.#loaded, fault: cause.toData() })];
    const steps = this.#steps;
    const tried: string[] = [];
    for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
      this.#tell({ type: 'step-started', modelId, step: step.type, reason: step.reason });
      this.#engine.dispose();
      this.#engine = this.#options.spawn();
      try {
        const model = await this.#loadInto(this.#engine, step.request, options);
        this.#loaded = model;
        this.#request = step.request;
        this.#lastStep = step.type;
        return this.#tell({ type: 'recovery-finished', model, durationMs: performance.now() - startedAt });
      } catch (error) {
        const fault = toFault(error);
        if (this.#disposed) throw disposedFault();
        if (fault.code === faultCodes.aborted) throw fault;
        tried.push(`${step.reason} ${fault.message}`);
      }
    }
    this.#steps = undefined;
    const fault = new Fault(
      { ...cause.toData(), reason: [cause.reason ?? cause.message, ...tried].join(' ') },
      { cause },
    );
    this.#tell({ type: 'recovery-failed', modelId, fault: fault.toData() });
    throw fault;
  }

  async #loadInto(engine: EngineHandle, request: LoadRequest, options: LoadOptions): Promise<LoadedModel> {
    const { onProgress, ...rest } = options;
    const run = (heard: () => void): Promise<LoadedModel> =>
      engine.load(request, {
        ...rest,
        onProgress: (progress) => {
          heard();
          onProgress?.(progress);
        },
      });
    return await this.#bounded(engine, run, this.#options.loadSilenceMs ?? defaultLoadSilenceMs);
  }

  /** Runs a call; an engine that falls silent meanwhile is disposed of and the call rejects. */
  async #bounded<Result>(
    engine: EngineHandle,
    run: (heard: () => void) => Promise<Result>,
    silenceMs = this.#options.silenceMs ?? defaultSilenceMs,
  ): Promise<Result> {
    const onSilence = (): Fault => {
      engine.dispose();
      return silentFault(silenceMs);
    };
    return await boundSilence({ silenceMs, onSilence, run });
  }

  #requireModel(): LoadedModel {
    if (this.#loaded !== undefined) return this.#loaded;
    throw notLoadedFault();
  }

  #tell(event: RecoveryEvent): void {
    this.#options.onRecovery?.(event);
  }
}
