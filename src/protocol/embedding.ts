/**
 * The contract between the page and the worker that turns sentences into vectors.
 * `EmbeddingHost` implements it, `EmbeddingClient` wraps it. Everything here is plain, readonly and cloneable.
 * Knows names and shapes; nothing of graphs and of what the vectors are used for.
 */
import type { WasmUrls } from './asset-urls.ts';
import type { EngineBackend, LoadProgress } from './engine.ts';
import type { Id } from './id.ts';
import type { EmbedderEntry } from './model.ts';

export interface EmbedderLoadRequest {
  readonly embedder: EmbedderEntry;
  /** Absolute URL of the folder that holds model files, ends with `/`. */
  readonly modelsUrl: string;
  /** `origin-or-hub` allows requests to the catalogue's hub addresses. Absent: no request leaves the site. */
  readonly downloadFrom?: 'origin' | 'origin-or-hub';
  /** Absent: the WASM files that came along. */
  readonly wasmUrls?: WasmUrls;
  /** Absent: the GPU where there is one that computes right, else threads where the page is isolated. */
  readonly backend?: 'webgpu' | 'wasm-threads' | 'wasm-single';
}

export interface LoadedEmbedder {
  readonly id: string;
  /** SHA-256 of the weights: vectors of different weights cannot be compared. */
  readonly weightsHash: string;
  readonly dimensions: number;
  readonly backend: EngineBackend;
  /** One sentence a line: why this backend. */
  readonly choiceReasons: readonly string[];
}

/** One vector a text, in the texts' order. */
export interface Embeddings {
  readonly count: number;
  readonly dimensions: number;
  /** Of the shape (count, dimensions), row by row; every row has the length 1. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Texts that were longer than the model reads. */
  readonly truncated: number;
}

export interface EmbedProgress {
  readonly doneTexts: number;
  readonly totalTexts: number;
}

export interface EmbeddingApi {
  /**
   * Opens the model in place of the one before. Rejects with a Fault: model-corrupt, model-unavailable, model-rejected,
   * storage-full, out-of-memory, unsupported, aborted.
   */
  load(
    requestId: Id,
    request: EmbedderLoadRequest,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<LoadedEmbedder>;
  /** Rejects with a Fault: model-not-loaded, out-of-memory, device-lost, engine-failed, aborted. */
  embed(
    requestId: Id,
    texts: readonly string[],
    onProgress: (progress: EmbedProgress) => void,
  ): Promise<Embeddings>;
  /** Ids that are not running are ignored. */
  cancel(requestId: Id): Promise<void>;
  unload(): Promise<void>;
}
