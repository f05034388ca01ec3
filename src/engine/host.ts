/**
 * The worker's side of the contract: one model store, one adapter at a time, a table of what can be cancelled.
 * Every error leaves as a Fault, and every event has arrived before a promise settles. Knows no library.
 */
import { renderBeginning, renderChat } from '../decode/chat-template.ts';
import type {
  EngineApi,
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadProgress,
  LoadRequest,
  ReadAheadRequest,
} from '../protocol/engine.ts';
import { Fault, faultCodes, notLoadedFault, toFault } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { CatalogueEntry, ModelFile, WorkerEngine } from '../protocol/model.ts';
import type { AdapterLoad, AdapterState, EngineAdapter } from './adapter.ts';
import type { DeviceFacts } from './choose-backend.ts';
import { EventRelay } from './event-relay.ts';
import { checkBases } from './lora/check-base.ts';
import { blobOf, chooseEngine, filesFor, withoutGpu } from './load-plan.ts';
import type { ModelStore } from './model-store.ts';
import { ReadAhead } from './read-ahead.ts';
import { RunningCalls } from './running-calls.ts';
import type { TrustGate } from './trust-gate.ts';
import { useWasmUrls } from './wasm-urls.ts';

export interface EngineHostOptions {
  readonly store: ModelStore;
  /** Makes a fresh adapter for each load: a crashed one is thrown away, never repaired. */
  readonly makeAdapter: (engine: WorkerEngine) => Promise<EngineAdapter>;
  /** What this device has; asked at each load. */
  readonly probe: () => Promise<DeviceFacts>;
  /** Compares what a GPU computes with what is known to be right. */
  readonly gate: TrustGate;
}

interface Loaded {
  readonly adapter: EngineAdapter;
  readonly model: CatalogueEntry;
}

export class EngineHost implements EngineApi {
  readonly #store: ModelStore;
  readonly #makeAdapter: EngineHostOptions['makeAdapter'];
  readonly #probe: EngineHostOptions['probe'];
  readonly #gate: TrustGate;
  readonly #running = new RunningCalls();
  readonly #readAhead = new ReadAhead();
  /** Generations under way. */
  #generating = 0;
  #loaded: Loaded | undefined;
  /** Loads and unloads run one after the other; this is the last one's end. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: EngineHostOptions) {
    this.#store = options.store;
    this.#makeAdapter = options.makeAdapter;
    this.#probe = options.probe;
    this.#gate = options.gate;
  }

  async load(
    requestId: Id,
    request: LoadRequest,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<LoadedModel> {
    this.#running.cancelAll();
    return await this.#running.run(requestId, (signal) =>
      this.#inTurn(async () => {
        signal.throwIfAborted();
        const relay = new EventRelay(onProgress);
        return await relay.settle(this.#build(request, relay, signal));
      }),
    );
  }

  async generate(request: GenerateRequest, onEvent: (event: GenerateEvent) => void): Promise<GenerateResult> {
    return await this.#running.run(request.requestId, async (signal) => {
      const loaded = this.#requireLoaded();
      const { requestId, messages, prefill, sampling, constraint, adapter } = request;
      const prompt = renderChat(loaded.model.chatTemplate, messages, prefill);
      const relay = new EventRelay(onEvent);
      this.#generating += 1;
      try {
        const ahead = this.#readAhead.meet({ prompt, adapter, signal });
        // Only where there is something to wait for: the adapter has a request before whoever comes next is heard.
        if (ahead !== undefined) await ahead;
        const generating = loaded.adapter.generate(
          {
            prompt,
            sampling,
            ...(constraint === undefined ? {} : { constraint }),
            ...(adapter === undefined ? {} : { adapter }),
          },
          relay.send,
          signal,
        );
        return { requestId, ...(await relay.settle(generating)) };
      } finally {
        this.#generating -= 1;
        await this.#dropIfDead(loaded);
      }
    });
  }

  async readAhead({ requestId, messages, adapter }: ReadAheadRequest): Promise<void> {
    await this.#running.run(requestId, async (signal) => {
      const loaded = this.#requireLoaded();
      if (this.#generating > 0 || loaded.adapter.keepsPrompts?.(adapter) !== true) return;
      const prompt = renderBeginning(loaded.model.chatTemplate, messages);
      // Every engine reads the whole prompt for one token.
      const sampling = { temperature: 0, maxTokens: 1 };
      const request = { prompt, sampling, ...(adapter === undefined ? {} : { adapter }) };
      try {
        await this.#readAhead.start({ prompt, adapter, signal }, (stopped) =>
          loaded.adapter.generate(request, () => undefined, stopped),
        );
      } finally {
        await this.#dropIfDead(loaded);
      }
    });
  }

  async cancel(requestId: Id): Promise<void> {
    this.#running.cancel(requestId);
  }

  async countTokens(text: string): Promise<number> {
    const loaded = this.#requireLoaded();
    try {
      return await loaded.adapter.countTokens(text);
    } catch (error) {
      throw toFault(error);
    } finally {
      await this.#dropIfDead(loaded);
    }
  }

  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    const loaded = this.#requireLoaded();
    const { adapter } = loaded;
    if (adapter.embed === undefined) {
      throw new Fault({
        code: faultCodes.unsupported,
        message: `The engine ${adapter.engine} gives no embeddings.`,
        remedy: 'Load the model with the engine "transformers".',
        details: { feature: 'embeddings' },
      });
    }
    try {
      return await adapter.embed(texts);
    } catch (error) {
      throw toFault(error);
    } finally {
      await this.#dropIfDead(loaded);
    }
  }

  async unload(): Promise<void> {
    this.#running.cancelAll();
    await this.#inTurn(() => this.#drop());
  }

  async #build(
    request: LoadRequest,
    relay: EventRelay<LoadProgress>,
    signal: AbortSignal,
  ): Promise<LoadedModel> {
    const startedAt = performance.now();
    const { model, contextTokens, slots, prefer } = request;
    // The old model goes first: memory rarely holds two.
    await this.#drop();
    useWasmUrls(request.wasmUrls);
    const device = await this.#probe();
    const engine = chooseEngine(request, device);
    const adapterFiles = request.adapters ?? [];
    const modelFiles = filesFor(model, engine);
    const wanted = [
      ...modelFiles.map((file) => ({ file, filesUrl: request.modelsUrl })),
      ...adapterFiles.map(({ file, filesUrl = request.modelsUrl }) => ({ file, filesUrl })),
    ];
    const files = await this.#openFiles(wanted, request, relay, signal);
    const adapters = adapterFiles.map(({ id, file }) => ({ id, file: blobOf(files, file) }));
    await checkBases(adapters, model);
    signal.throwIfAborted();
    relay.send({ type: 'initialise-started' });
    const load: AdapterLoad = {
      file: blobOf(files, modelFiles[0]),
      files,
      adapters,
      chatTemplate: model.chatTemplate,
      parameters: model.parameters,
      contextTokens: Math.min(contextTokens, model.contextWindow),
      slots,
      device,
      ...(prefer === undefined ? {} : { prefer }),
    };
    const filesMs = performance.now() - startedAt;
    const { adapter, state, checkMs } = await this.#buildTrusted(engine, model, load, signal);
    const loadMs = performance.now() - startedAt;
    this.#loaded = { adapter, model };
    return {
      ...state,
      modelId: model.id,
      weightsHash: model.file.sha256,
      engine: adapter.engine,
      engineVersion: adapter.engineVersion,
      slots,
      ...(adapters.length === 0 ? {} : { adapters: adapters.map(({ id }) => id) }),
      loadMs,
      loadPhases: { filesMs, buildMs: loadMs - filesMs - checkMs, checkMs },
    };
  }

  /** Builds the model; on a GPU that fails the check, builds it again on the CPU and says so. */
  async #buildTrusted(
    engine: WorkerEngine,
    model: CatalogueEntry,
    load: AdapterLoad,
    signal: AbortSignal,
  ): Promise<{ readonly adapter: EngineAdapter; readonly state: AdapterState; readonly checkMs: number }> {
    const adapter = await this.#makeAdapter(engine);
    try {
      const state = await adapter.load(load, signal);
      const builtAt = performance.now();
      const answer = await this.#gate.check({ adapter, model, state, gpu: load.device.gpu, signal });
      const checkMs = performance.now() - builtAt;
      signal.throwIfAborted();
      if (answer.type === 'passed') {
        const choiceReasons = [...state.choiceReasons, ...answer.reasons];
        return { adapter, state: { ...state, choiceReasons }, checkMs };
      }
      const fallback = withoutGpu(engine, load, answer.reason);
      await adapter.unload();
      const second = await this.#buildTrusted(engine, model, fallback, signal);
      return {
        adapter: second.adapter,
        checkMs: second.checkMs + checkMs,
        state: { ...second.state, choiceReasons: [answer.reason, ...second.state.choiceReasons] },
      };
    } catch (error) {
      await adapter.unload();
      throw error;
    }
  }

  /** Gets and checks files one after the other; progress counts them as one download. */
  async #openFiles(
    files: readonly { readonly file: ModelFile; readonly filesUrl: string }[],
    { downloadFrom }: LoadRequest,
    relay: EventRelay<LoadProgress>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Blob>> {
    const totalBytes = files.reduce((sum, { file }) => sum + file.bytes, 0);
    const opened = new Map<string, Blob>();
    let before = 0;
    for (const { file, filesUrl } of files) {
      const done = before;
      const onProgress = (progress: LoadProgress): void =>
        relay.send(
          progress.type === 'download-progressed'
            ? { ...progress, receivedBytes: done + progress.receivedBytes, totalBytes }
            : progress,
        );
      const where = { modelsUrl: filesUrl, ...(downloadFrom === undefined ? {} : { downloadFrom }) };
      opened.set(file.name, await this.#store.open({ file, ...where, signal, onProgress }));
      before += file.bytes;
    }
    return opened;
  }

  #requireLoaded(): Loaded {
    if (this.#loaded !== undefined) return this.#loaded;
    throw notLoadedFault();
  }

  async #drop(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    await loaded?.adapter.unload();
    this.#store.release();
  }

  async #dropIfDead(loaded: Loaded): Promise<void> {
    if (loaded.adapter.dead && this.#loaded === loaded) await this.#drop();
  }

  /** Runs after whatever was asked for before, however that ended. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }
}
