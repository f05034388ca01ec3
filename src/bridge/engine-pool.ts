/**
 * Several models and several engines as one: a request waits its fair turn, its model comes into memory when it is
 * needed and leaves when another needs the room, and an engine that dies comes back under its request.
 * Joins the parts that each know one of these; knows nothing of workers.
 */
import type {
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadRequest,
  ReadAheadRequest,
  WeightsLayout,
} from '../protocol/engine.ts';
import { inMegabytes } from '../protocol/bytes.ts';
import { abortedFault, Fault, faultCodes, toFault } from '../protocol/fault.ts';
import type { EngineHandle, GenerateOptions, LoadOptions, ReadAheadOptions } from './engine.ts';
import { estimateModelBytes, memoryBudget, planEngines } from './memory-plan.ts';
import type { EnginePlan } from './memory-plan.ts';
import { RecoveringEngine } from './recovering-engine.ts';
import type { RecoveringEngineOptions } from './recovering-engine.ts';
import type { RecoveryEvent } from './recovery-plan.ts';
import { RequestQueue } from './request-queue.ts';
import { planAdmission } from './residency.ts';
import { ResidentModel } from './resident-model.ts';
import type { Slot } from './resident-model.ts';
import { boundBySignal, deadlineSignal } from './settle.ts';

/** How engines are made, how many there are, and how much memory they may take. */
export interface EnginePoolOptions extends RecoveringEngineOptions {
  /** Makes an engine with nothing loaded. */
  readonly spawn: () => EngineHandle;
  /** Engines that each hold a model once; fewer where memory is short. Absent: as many as the device serves well. */
  readonly size?: number;
  /**
   * Bytes that all models may take together, as `estimateModelBytes` counts; a model larger than that is refused.
   * Absent: half of the device's memory, and a model larger than that is tried alone.
   */
  readonly memoryBytes?: number;
}

/** A wish that waits: for the model to be there, and for a slot of it where `run` wants one. */
interface Wish {
  readonly model: ResidentModel;
  readonly run:
    | { readonly type: 'slot'; readonly start: (slot: Slot) => void }
    | { readonly type: 'load'; readonly start: () => void };
  readonly fail: (fault: Fault) => void;
}

/** One step of priority is worth this long a wait. */
const headStartMs = 10_000;

/** What a browser tells of its device; outside of one, nothing. */
function deviceFacts(): { readonly processors: number; readonly deviceMemory: number | undefined } {
  const { navigator } = globalThis as {
    readonly navigator?: { readonly hardwareConcurrency?: number; readonly deviceMemory?: number };
  };
  return { processors: navigator?.hardwareConcurrency ?? 1, deviceMemory: navigator?.deviceMemory };
}

function disposedFault(): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The engines are gone.',
    reason: 'The pool was disposed of.',
    remedy: 'Make a new pool and load the model again; it comes from the local copy.',
  });
}

function notLoaded(modelId: string | undefined, known: readonly string[]): Fault {
  return new Fault({
    code: faultCodes.modelNotLoaded,
    message: modelId === undefined ? 'No model is loaded.' : `The model ${modelId} is not loaded.`,
    reason: `Known here: ${known.join(', ') || 'none'}.`,
    remedy: 'Load it first.',
  });
}

/**
 * Several models and engines as one engine: requests wait their turn, models come and go as memory allows.
 */
export class EnginePool implements EngineHandle {
  readonly #options: EnginePoolOptions;
  readonly #budgetBytes: number;
  readonly #processors: number;
  readonly #queue = new RequestQueue<Wish>({ headStartMs });
  /** In the order they were named; the first is the default. */
  readonly #models = new Map<string, ResidentModel>();
  /** Replaced by another load of the same id; they leave when their last request ends. */
  readonly #retired = new Set<ResidentModel>();
  #disposed = false;

  constructor(options: EnginePoolOptions) {
    const { processors, deviceMemory } = deviceFacts();
    this.#options = options;
    this.#budgetBytes = options.memoryBytes ?? memoryBudget(deviceMemory);
    this.#processors = processors;
  }

  /** Ids of the models in memory. */
  get residents(): readonly string[] {
    return [...this.#models.values()].filter(({ loaded }) => loaded !== undefined).map(({ id }) => id);
  }

  /** True while a request runs or waits. */
  get isBusy(): boolean {
    return this.#queue.size > 0 || [...this.#models.values(), ...this.#retired].some(({ inUse }) => inUse);
  }

  /**
   * Names a model without loading it: the first request for it does. The first one named is the default. Where the
   * budget holds the model with packed weights only, it is loaded so.
   */
  register(request: LoadRequest): void {
    const { id } = request.model;
    const before = this.#models.get(id);
    if (before !== undefined) this.#retired.add(before);
    this.#models.set(id, new ResidentModel(this.#fitted(request)));
  }

  /**
   * Brings a model into memory and keeps the others as far as they fit. The same id again replaces what was there.
   * Rejects with the load's Fault, or `out-of-memory` where the model is larger than the whole budget.
   */
  async load(request: LoadRequest, options: LoadOptions = {}): Promise<LoadedModel> {
    const { signal, onProgress } = options;
    if (signal?.aborted === true) throw abortedFault();
    if (this.#disposed) throw disposedFault();
    this.register(request);
    const model = this.#find(request.model.id);
    if (onProgress !== undefined) model.listeners.add(onProgress);
    try {
      await this.#waitForLoad(model, signal);
    } finally {
      if (onProgress !== undefined) model.listeners.delete(onProgress);
    }
    if (model.loaded !== undefined) return model.loaded;
    throw new Fault({ code: faultCodes.unexpected, message: 'The model left memory while it was loaded.' });
  }

  async generate(
    request: Omit<GenerateRequest, 'requestId'>,
    options: GenerateOptions = {},
  ): Promise<GenerateResult> {
    if (this.#disposed) throw disposedFault();
    const { priority, deadlineMs, model: modelId, ...rest } = options;
    const model = this.#find(modelId);
    const bound = deadlineSignal({ signal: rest.signal, deadlineMs });
    const { signal } = bound;
    try {
      const slot = await this.#wait<Slot>({
        model,
        signal,
        priority,
        run: (start) => ({ type: 'slot', start }),
        giveBack: (unused) => this.#release(model, unused),
      });
      const running = slot.engine.generate(request, { ...rest, signal });
      // The slot stays taken for as long as the engine is at it, also where the caller has left.
      const done = running.finally(() => this.#release(model, slot));
      return await boundBySignal(done, signal);
    } finally {
      bound.release();
    }
  }

  /** Has the default model read ahead, if it is in memory and nothing runs or waits. */
  async readAhead(request: Omit<ReadAheadRequest, 'requestId'>, options?: ReadAheadOptions): Promise<void> {
    if (!this.#disposed && !this.isBusy) await this.#find(undefined).idleEngine?.readAhead(request, options);
  }

  /** Counts by the default model's tokenizer; brings the model into memory where it is not. */
  async countTokens(text: string): Promise<number> {
    if (this.#disposed) throw disposedFault();
    const model = this.#find(undefined);
    await this.#waitForLoad(model, undefined);
    if (model.engine === undefined) throw notLoaded(model.id, [...this.#models.keys()]);
    return await model.engine.countTokens(text);
  }

  /** Frees the memory of every model and forgets their names. What runs or waits rejects. */
  async unload(): Promise<void> {
    this.#clear();
    this.#models.clear();
    this.#retired.clear();
  }

  /** Ends every engine. What runs or waits rejects. */
  dispose(): void {
    this.#disposed = true;
    this.#clear();
  }

  #clear(): void {
    for (const wish of this.#queue.waiting()) {
      this.#queue.remove(wish);
      wish.fail(disposedFault());
    }
    for (const model of [...this.#models.values(), ...this.#retired]) model.leave();
  }

  #fitted(request: LoadRequest): LoadRequest {
    const fits = (weights: WeightsLayout): boolean =>
      estimateModelBytes(request, weights) <= this.#budgetBytes;
    if (request.prefer?.weights !== undefined || fits('float32') || !fits('quantised')) return request;
    return { ...request, prefer: { ...request.prefer, weights: 'quantised' } };
  }

  #find(modelId: string | undefined): ResidentModel {
    const [first] = this.#models.keys();
    const model = this.#models.get(modelId ?? first ?? '');
    if (model !== undefined) return model;
    throw notLoaded(modelId, [...this.#models.keys()]);
  }

  async #waitForLoad(model: ResidentModel, signal: AbortSignal | undefined): Promise<void> {
    await this.#wait<void>({
      model,
      signal,
      run: (start) => ({ type: 'load', start }),
      giveBack: () => undefined,
    });
  }

  /** Waits in line. A signal takes the wish out again, and stops a load that nobody waits for any more. */
  async #wait<Result>(options: {
    readonly model: ResidentModel;
    readonly signal: AbortSignal | undefined;
    readonly priority?: number | undefined;
    readonly run: (grant: (value: Result) => void) => Wish['run'];
    /** Called where the wish was granted at the very moment its caller left. */
    readonly giveBack: (value: Result) => void;
  }): Promise<Result> {
    const { model, signal, priority = 0, run, giveBack } = options;
    const wishes: Wish[] = [];
    const granted = new Promise<Result>((grant, fail) => {
      wishes.push({ model, run: run(grant), fail });
    });
    for (const wish of wishes) this.#queue.add(wish, { priority, now: performance.now() });
    this.#dispatch();
    try {
      return await boundBySignal(granted, signal);
    } catch (error) {
      for (const wish of wishes) this.#queue.remove(wish);
      granted.then(giveBack, () => undefined);
      if (!this.#isAwaited(model)) model.stopEntering();
      throw error;
    }
  }

  #isAwaited(model: ResidentModel): boolean {
    return this.#queue.waiting().some((wish) => wish.model === model);
  }

  #release(model: ResidentModel, slot: Slot): void {
    slot.release();
    model.lastUsedAt = performance.now();
    this.#dispatch();
  }

  /** Starts whatever can start, in order. */
  #dispatch(): void {
    if (this.#disposed) return;
    for (const model of this.#retired) {
      if (model.inUse || this.#isAwaited(model)) continue;
      model.leave();
      this.#retired.delete(model);
    }
    /** Models that have to leave for someone further ahead: nothing new starts on them. */
    const draining = new Set<string>();
    for (const wish of this.#queue.waiting()) {
      const { model, run } = wish;
      if (model.entering || draining.has(model.id)) continue;
      if (model.loaded === undefined) {
        for (const id of this.#admit(model)) draining.add(id);
        continue;
      }
      if (run.type === 'load') {
        this.#queue.remove(wish);
        run.start();
        continue;
      }
      const slot = model.takeSlot();
      if (slot === undefined) continue;
      model.lastUsedAt = performance.now();
      this.#queue.remove(wish);
      run.start(slot);
    }
  }

  /** Begins to load a model where there is room, or says which models have to leave first. */
  #admit(model: ResidentModel): readonly string[] {
    const { size } = this.#options;
    const others = [...this.#models.values(), ...this.#retired].filter((other) => other.bytes > 0);
    const plan = planEngines({
      budgetBytes: this.#budgetBytes,
      modelBytes: model.engineBytes,
      processors: this.#processors,
      ...(size === undefined ? {} : { wanted: size }),
    });
    const neededBytes = plan.engines * model.engineBytes;
    const isGuess = this.#options.memoryBytes === undefined;
    const admission = planAdmission({
      wantedBytes: isGuess ? Math.min(neededBytes, this.#budgetBytes) : neededBytes,
      budgetBytes: this.#budgetBytes,
      residents: others.map(({ id, bytes, lastUsedAt, inUse }) => ({ id, bytes, lastUsedAt, inUse })),
    });
    switch (admission.type) {
      case 'fits':
        for (const id of admission.leaving) this.#models.get(id)?.leave();
        this.#enter(model, plan);
        return [];
      case 'waits':
        return admission.leaving;
      case 'never':
        this.#refuse(model, this.#tooLarge(model));
        return [];
      default:
        admission satisfies never;
        return [];
    }
  }

  #enter(model: ResidentModel, plan: EnginePlan): void {
    const onRecovery = (event: RecoveryEvent): void => {
      const isFull = event.type === 'recovery-started' && event.fault.code === faultCodes.outOfMemory;
      // The budget was too high for this device: what lies idle makes room.
      if (isFull) this.#leaveIdle(model);
      this.#options.onRecovery?.(event);
    };
    model
      .enter({ plan, make: () => new RecoveringEngine({ ...this.#options, onRecovery }) })
      .catch((error: unknown) => {
        const fault = toFault(error);
        // It was stopped because nobody waited; who came since waits for the next attempt.
        if (fault.code !== faultCodes.aborted) this.#refuse(model, fault);
      })
      .finally(() => this.#dispatch());
  }

  #leaveIdle(except: ResidentModel): void {
    for (const model of this.#models.values()) if (model !== except && !model.inUse) model.leave();
  }

  /** Everyone who waits for this model gets the fault. */
  #refuse(model: ResidentModel, fault: Fault): void {
    for (const wish of this.#queue.waiting()) {
      if (wish.model !== model) continue;
      this.#queue.remove(wish);
      wish.fail(fault);
    }
  }

  #tooLarge(model: ResidentModel): Fault {
    const neededBytes = model.engineBytes;
    return new Fault({
      code: faultCodes.outOfMemory,
      message: `The model ${model.request.model.title} is larger than the memory that models may take.`,
      reason: `It needs about ${inMegabytes(neededBytes)} of ${inMegabytes(this.#budgetBytes)}.`,
      remedy: 'Choose a smaller model, packed weights or a smaller context.',
      details: { neededBytes, budgetBytes: this.#budgetBytes },
    });
  }
}
