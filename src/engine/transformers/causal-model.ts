/**
 * A causal language model as a function from tokens to logits, with its KV cache in the open: what the decoding loop
 * needs and nothing more. Implemented on ONNX Runtime; knows no text, no grammar, no request.
 */

/** Keys and values of one sequence. Opaque to the loop; owned by whoever made it, freed once. */
export interface KvCache {
  /** Tokens whose keys and values it holds. */
  readonly length: number;
  /** A second cache that begins the same; both then grow apart. */
  fork(): KvCache;
  /** Forgets all tokens from `length` on. */
  truncate(length: number): void;
  dispose(): void;
}

/** Work on one sequence: tokens to read after what its cache holds; afterwards the cache holds them too. */
export interface ForwardStep {
  readonly cache: KvCache;
  /** One or more token ids. */
  readonly tokens: readonly number[];
  /** Id of a LoRA adapter given at load; absent is the base model. */
  readonly adapter?: string;
  /** Which rows come back: of the last token, or of every token. */
  readonly logits: 'last' | 'all';
  /** Also returns the last layer's normalised hidden states of the same rows. */
  readonly hidden?: boolean;
}

export interface ForwardResult {
  /** One row of `vocabularySize` floats per row asked for. */
  readonly logits: readonly Float32Array[];
  /** One row of `hiddenSize` floats per row asked for; empty where not asked. */
  readonly hidden: readonly Float32Array[];
}

export interface CausalModel {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly contextTokens: number;
  createCache(): KvCache;
  /**
   * Runs the steps, at once where the model can and they allow it (one adapter, and one token each or one row of logits); results are in the order of the
   * steps. Calls must not overlap. Rejects with a Fault: device-lost, out-of-memory, engine-failed.
   */
  forward(steps: readonly ForwardStep[]): Promise<readonly ForwardResult[]>;
  /** Frees session, weights and caches. Never rejects. */
  dispose(): Promise<void>;
}
