/**
 * The model of one session: which entry of the catalogue, loaded once, when first needed, stopped when told.
 * Knows the catalogue and the engine's `load`; shows its stage to whoever listens; runs no generation.
 */
import type { EngineHandle } from '../bridge/engine.ts';
import type { EngineBackend, LoadedModel, LoadProgress, LoadRequest } from '../protocol/engine.ts';
import { faultCodes, toFault } from '../protocol/fault.ts';
import type { Fault } from '../protocol/fault.ts';
import type { CatalogueEntry, WorkerEngine } from '../protocol/model.ts';
import { emptyModelView, progressModel } from '../ui/model-view.ts';
import type { ModelStage, ModelView } from '../ui/model-view.ts';
import { readCatalogueEntry } from './read-catalogue.ts';

export interface ModelLoaderOptions {
  /** Made when a load begins, not before: a page that loads no model starts no worker. */
  readonly engine: () => Pick<EngineHandle, 'load'>;
  /** Called when a load failed: the engine may be dead. */
  readonly dropEngine: () => void;
  readonly catalogueUrl: URL;
  /** Folder of the model files, ends with `/`. */
  readonly modelsUrl: URL;
  /** Absent: the catalogue's default. */
  readonly modelId: string | undefined;
  /** Tokens of context; cut to the model's window. */
  readonly contextTokens: number;
  readonly slots: number;
  readonly prefer: LoadRequest['prefer'];
  readonly downloadFrom: LoadRequest['downloadFrom'];
  /** What stands beside the model; absent: nothing. */
  readonly adapters?: AdapterSupply;
  readonly onChange: (view: ModelView) => void;
}

/** Where the loader gets adapters from. */
interface AdapterSupply {
  readonly beside: (
    model: CatalogueEntry,
    engine: WorkerEngine | undefined,
  ) => Promise<NonNullable<LoadRequest['adapters']>>;
  /** True where the load failed for one of these, and may do without. */
  readonly refuse: (fault: Fault, tried: NonNullable<LoadRequest['adapters']>) => boolean;
}

/** How the user wants a model run; absent parts are chosen for the device. */
export interface ModelWay {
  readonly engine?: WorkerEngine;
  readonly backend?: EngineBackend;
}

export class ModelLoader {
  readonly #options: ModelLoaderOptions;
  #view: ModelView = emptyModelView;
  #loading: Promise<LoadedModel> | undefined;
  #controller: AbortController | undefined;
  #way: ModelWay = {};
  /** What is loaded is not what should be. */
  #stale = false;

  constructor(options: ModelLoaderOptions) {
    this.#options = options;
  }

  /** Reads the catalogue, so that the page can say what would be loaded. A failure becomes the view's stage. */
  async describe(): Promise<void> {
    try {
      await this.#entry();
    } catch (error) {
      if (this.#loading === undefined) this.#show({ type: 'failed', fault: toFault(error).toData() });
    }
  }

  /** The loaded model; loads it where it is not. Calls during a load share it. Rejects with the load's Fault. */
  load(): Promise<LoadedModel> {
    if (this.#stale && this.#view.stage.type === 'ready') this.#loading = undefined;
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** The next load is done anew: the engine finishes what runs and takes what stands beside the model by then. */
  expire(): void {
    this.#stale = true;
  }

  /** The model that is selected. Rejects with the catalogue's Fault. */
  async entry(): Promise<CatalogueEntry> {
    return await this.#entry();
  }

  get isReady(): boolean {
    return this.#view.stage.type === 'ready';
  }

  /** Stops a load under way; its callers get Fault `aborted`. */
  cancel(): void {
    this.#controller?.abort();
  }

  /** Makes another model, or another way to run it, what is loaded next; what is in memory goes. */
  use(entry: CatalogueEntry, way: ModelWay = {}): void {
    this.cancel();
    this.#loading = undefined;
    this.#options.dropEngine();
    this.#way = way;
    this.#view = { ...this.#view, entry };
    this.#show({ type: 'absent' });
  }

  async #load(): Promise<LoadedModel> {
    const { engine, modelsUrl, contextTokens, slots, prefer, downloadFrom } = this.#options;
    const { engine: wanted, backend } = this.#way;
    const controller = new AbortController();
    const { signal } = controller;
    this.#controller = controller;
    this.#stale = false;
    this.#show({ type: 'requested' });
    try {
      const entry = await this.#entry(signal);
      const request: LoadRequest = {
        model: entry,
        modelsUrl: modelsUrl.href,
        contextTokens: Math.min(contextTokens, entry.contextWindow),
        slots,
        ...(prefer === undefined && backend === undefined
          ? {}
          : { prefer: { ...prefer, ...(backend === undefined ? {} : { backend }) } }),
        ...(wanted === undefined ? {} : { engine: wanted }),
        ...(downloadFrom === undefined ? {} : { downloadFrom }),
      };
      const onProgress = (progress: LoadProgress): void =>
        this.#show(progressModel(this.#view.stage, progress, performance.now()));
      const model = await this.#loadBeside(request, async (whole) => {
        signal.throwIfAborted();
        return await engine().load(whole, { signal, onProgress });
      });
      this.#show({ type: 'ready', model });
      return model;
    } catch (error) {
      this.#loading = undefined;
      const fault = toFault(error);
      if (fault.code !== faultCodes.aborted) this.#options.dropEngine();
      this.#show(
        fault.code === faultCodes.aborted ? { type: 'absent' } : { type: 'failed', fault: fault.toData() },
      );
      throw fault;
    } finally {
      this.#controller = undefined;
    }
  }

  /** Loads with what should stand beside the model; an adapter that is to blame for a failure is left out. */
  async #loadBeside(
    request: LoadRequest,
    load: (request: LoadRequest) => Promise<LoadedModel>,
  ): Promise<LoadedModel> {
    const { adapters: supply } = this.#options;
    for (;;) {
      const adapters = (await supply?.beside(request.model, request.engine)) ?? [];
      try {
        return await load(adapters.length === 0 ? request : { ...request, adapters });
      } catch (error) {
        if (adapters.length === 0 || supply?.refuse(toFault(error), adapters) !== true) throw error;
      }
    }
  }

  async #entry(signal?: AbortSignal): Promise<CatalogueEntry> {
    const { catalogueUrl, modelId } = this.#options;
    if (this.#view.entry !== undefined) return this.#view.entry;
    const entry = await readCatalogueEntry({
      url: catalogueUrl,
      modelId,
      ...(signal === undefined ? {} : { signal }),
    });
    this.#view = { ...this.#view, entry };
    this.#show(this.#view.stage);
    return entry;
  }

  #show(stage: ModelStage): void {
    this.#view = { ...this.#view, stage };
    this.#options.onChange(this.#view);
  }
}
