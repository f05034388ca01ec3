/**
 * The contract between the page and the worker that looks after the model files of this browser: what is kept, what
 * the user brings, what the user deletes. Plain data; knows nothing of where files lie.
 */
import type { RankedChoice } from './engine.ts';
import type { Id } from './id.ts';
import type { AdapterEntry, AdapterFormat, CatalogueEntry } from './model.ts';

/** One kept file. */
export interface StoredModel {
  /** What `remove` takes. */
  readonly name: string;
  readonly bytes: number;
  /** `partial` is the rest of a download or an import that was interrupted. */
  readonly state: 'whole' | 'partial';
  /** An engine of this or another tab has it open, or it is being fetched: it cannot be deleted now. */
  readonly inUse: boolean;
  /** Present for a file that the user brought and no catalogue knows. */
  readonly imported?: CatalogueEntry;
  /** Present for an adapter that the user brought and no catalogue knows. */
  readonly adapter?: AdapterEntry;
}

export interface StoredModels {
  /** By name. */
  readonly models: readonly StoredModel[];
  /** Bytes that this site keeps in all, and may keep; absent where the browser does not tell. */
  readonly usedBytes?: number;
  readonly quotaBytes?: number;
  /** The browser has promised not to clear this site's data by itself. */
  readonly persistent: boolean;
}

export interface ImportProgress {
  readonly copiedBytes: number;
  readonly totalBytes: number;
}

/** What an adapter is checked against, and who may know it. */
export interface AdapterContext {
  /** The model that the adapter is to stand beside. */
  readonly base: CatalogueEntry;
  readonly models: readonly CatalogueEntry[];
  readonly adapters: readonly AdapterEntry[];
}

/** An adapter and where its file may be fetched. */
export interface AdapterSource {
  readonly adapter: AdapterEntry;
  /** Absolute URL of the folder that the file's name counts from, ends with `/`. */
  readonly filesUrl: string;
}

export interface ModelFilesApi {
  list(): Promise<StoredModels>;
  /**
   * Copies a GGUF file into the store. Resolves with the catalogue's entry where its hash is known there, else with one
   * made from the file's header and marked `unverified`. 0 and all bytes are always reported.
   * Rejects with a Fault: model-rejected (no GGUF), unsupported (names what of it), storage-full, aborted.
   */
  importFile(
    requestId: Id,
    file: File,
    catalogue: readonly CatalogueEntry[],
    onProgress: (progress: ImportProgress) => void,
  ): Promise<CatalogueEntry>;
  /**
   * What these files are, brought at once. Rejects with a Fault: model-rejected for half an adapter, several at once,
   * or a file that is neither.
   */
  recognise(files: readonly File[]): Promise<'model' | 'adapter'>;
  /**
   * Takes in a LoRA adapter: one GGUF file, or `adapter_config.json` and `adapter_model.safetensors` of PEFT. Resolves
   * with the catalogue's entry where its hash is known there, else with one made from what the file says of itself.
   * Rejects with a Fault: model-rejected (no adapter, made for other weights, more than LoRA: says which),
   * model-not-loaded (the base's file is needed and not here), unsupported, storage-full, aborted.
   */
  importAdapter(
    requestId: Id,
    files: readonly File[],
    context: AdapterContext,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<AdapterEntry>;
  /** Fetches an adapter of the catalogue's into this browser, where it is not there. Rejects as a model's download. */
  fetchAdapter(
    requestId: Id,
    source: AdapterSource,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<void>;
  /**
   * The adapter's files in a form; fetches it first where it is not kept. Rejects with a Fault: model-not-loaded where
   * PEFT's form needs the base's file and it is not here, model-rejected where PEFT cannot express it, and as a download.
   */
  exportAdapter(source: AdapterSource, base: CatalogueEntry, format: AdapterFormat): Promise<readonly File[]>;
  /** Stops an import or a fetch; unknown ids are ignored. */
  cancel(requestId: Id): Promise<void>;
  /** Every way to run these models on this device, best first. Nothing is fetched. */
  rank(models: readonly CatalogueEntry[]): Promise<readonly RankedChoice[]>;
  /** Deletes a kept file. What is not there counts as removed. */
  remove(name: string): Promise<'removed' | 'in-use'>;
}
