/**
 * The model of one session: which entry of the catalogue, loaded once, when first needed, stopped when told.
 * Knows the catalogue and the engine's `load`; shows its stage to whoever listens; runs no generation.
 */
import type { EngineHandle } from '../bridge/engine.ts';
import type { EngineBackend, LoadedModel, LoadProgress, LoadRequest } from '../protocol/engine.ts';
import { faultCodes, toFault } from '../protocol/fault.ts';
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
  readonly onChange: (view: ModelView) => void;
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
    this.#loading ??= this.#load();
    return this.#loading;
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
      const model = await engine().load(request, { signal, onProgress });
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
