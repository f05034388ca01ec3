/**
 * An engine as the page sees it: promises, AbortSignals and callbacks, whatever is behind (a worker, a pool, a script).
 * Knows the protocol's nouns; nothing of threads.
 */
import type {
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadProgress,
  LoadRequest,
  ReadAheadRequest,
} from '../protocol/engine.ts';

/** How one generation is followed, stopped and queued. */
export interface GenerateOptions {
  /** Stops the generation; its promise then rejects with a Fault `aborted`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: GenerateEvent) => void;
  /** For a pool: which of its models answers; absent: the first one named to it. */
  readonly model?: string;
  /** For a pool: higher goes first; 0 unless told, kept within -8 to 8. Waiting makes up for it in time. */
  readonly priority?: number;
  /** For a pool: milliseconds from the call until the answer is of no use; Fault `deadline-exceeded` then. */
  readonly deadlineMs?: number;
}

export interface ReadAheadOptions {
  readonly signal?: AbortSignal;
}

/** How one load is followed and stopped. */
export interface LoadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** What an agent needs: one generation after the other, or several side by side. */
export interface Engine {
  /** A pool says here whether it has work, so that what can wait does not get in the way; absent: not known. */
  readonly isBusy?: boolean;
  /** All events have been delivered when the promise settles. Rejects with a Fault (see protocol/engine). */
  generate(request: Omit<GenerateRequest, 'requestId'>, options?: GenerateOptions): Promise<GenerateResult>;
  /**
   * Reads the beginning of a prompt to come, if there is nothing else to do and the engine keeps what it read. Absent: it
   * cannot. Nothing depends on it; a rejection need not be told.
   */
  readAhead?(request: Omit<ReadAheadRequest, 'requestId'>, options?: ReadAheadOptions): Promise<void>;
  /** Number of tokens of a text; needed where prompts are to be made to fit (`contextPolicy`). */
  countTokens?(text: string): Promise<number>;
}

/** What the owner of an engine holds: its whole life. */
export interface EngineHandle extends Engine {
  load(request: LoadRequest, options?: LoadOptions): Promise<LoadedModel>;
  /** Number of tokens of a text, without special tokens added. */
  countTokens(text: string): Promise<number>;
  /** One unit vector per text. Rejects with a Fault `unsupported` where the engine has no hidden states. */
  embed?(texts: readonly string[]): Promise<readonly Float32Array[]>;
  /** Frees the model's memory; the engine can load again. */
  unload(): Promise<void>;
  /** Ends the engine at once. Running and later calls reject with a Fault `worker-died`. Idempotent. */
  dispose(): void;
}
