/**
 * The contract between the page and the worker that looks after the model files of this browser: what is kept, what
 * the user brings, what the user deletes. Plain data; knows nothing of where files lie.
 */
import type { RankedChoice } from './engine.ts';
import type { Id } from './id.ts';
import type { CatalogueEntry } from './model.ts';

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
  /** Stops an import; unknown ids are ignored. */
  cancel(requestId: Id): Promise<void>;
  /** Every way to run these models on this device, best first. Nothing is fetched. */
  rank(models: readonly CatalogueEntry[]): Promise<readonly RankedChoice[]>;
  /** Deletes a kept file. What is not there counts as removed. */
  remove(name: string): Promise<'removed' | 'in-use'>;
}
