/**
 * The contract between the page and a worker that hosts a model. `EngineHost` implements it, `EngineClient`
 * wraps it; nothing else sees comlink. Everything here is plain, readonly and cloneable: ids cross, handles do not,
 * and callbacks are parameters of their own (comlink proxies top-level values only).
 */
import type { WasmUrls } from './asset-urls.ts';
import type { Id } from './id.ts';
import type { JsonSchema } from './json.ts';
import type { CatalogueEntry, ModelFile, WorkerEngine } from './model.ts';
import type { ToolSpec } from './tool.ts';

/** One message of a prompt. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What an engine needs to make every output one of a set. Engines take the form they understand. */
export interface OutputConstraint {
  /** Grammar in GBNF (llama.cpp `grammars/README.md`; xgrammar reads the same notation). Root rule: `root`. */
  readonly gbnf: string;
  /**
   * A grammar that allows all of `gbnf` and more, and holds no word of the conversation. An engine that can check what is
   * written by `gbnf` may get ready for this one, which stays the same from one request to the next. Absent: `gbnf` itself.
   */
  readonly wider?: string;
  /**
   * How texts begin of which the likeliest is wanted, not the one that the likeliest token each time leads to. Others, such
   * as words for people, are written as they come, where they are likelier together than that one. An engine that cannot
   * search writes all as they come. Absent: none.
   */
  readonly searchAfter?: string;
  /** The same set, or a superset of it, as JSON Schema, for engines that take no grammar. */
  readonly jsonSchema?: JsonSchema;
}

export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number;
  /** Makes sampling repeatable where `temperature` is above 0. */
  readonly seed?: number;
  /** Tokens generated at most. */
  readonly maxTokens: number;
  /** Generation ends before any of these texts. */
  readonly stop?: readonly string[];
}

/** One request to an engine: the messages, how tokens are chosen, and what the output is held to. */
export interface GenerateRequest {
  readonly requestId: Id;
  readonly messages: readonly ChatMessage[];
  /** Text that the assistant's turn already begins with; read as prompt, not sampled, not in the output. */
  readonly prefill?: string;
  readonly sampling: Sampling;
  readonly constraint?: OutputConstraint;
  /**
   * The tools that the output may call, where it may. An engine whose model has a tool format of its own may use that in
   * place of the constraint; its output has the forms of decode/output all the same.
   */
  readonly tools?: readonly ToolSpec[];
  /** Id of an adapter loaded beside the base model; absent is the base model. */
  readonly adapter?: string;
}

/** What is sure of a prompt to come. */
export interface ReadAheadRequest {
  readonly requestId: Id;
  /** The last one may still go on: it is read as far as it is given, and not closed. */
  readonly messages: readonly ChatMessage[];
  readonly adapter?: string;
}

export type GenerateEvent =
  /** The prompt is being read. */
  | { readonly type: 'prefill-progressed'; readonly processedTokens: number; readonly promptTokens: number }
  /** A piece of output text; concatenated, the pieces are the result's text. */
  | { readonly type: 'text-generated'; readonly text: string };

export type FinishReason = 'stop' | 'length';

/** Tokens and times of one generation. Milliseconds are wall time in the worker. */
export interface GenerateUsage {
  readonly promptTokens: number;
  /** Of the prompt tokens, those found in the KV cache and not read again. */
  readonly cachedTokens: number;
  readonly decodeTokens: number;
  readonly timeToFirstTokenMs: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
  readonly totalMs: number;
}

/**
 * How sure the model was of a text, in natural logarithms: 0 is certain, and nothing is above. Tokens that the grammar
 * forces are no choices.
 */
export interface Certainty {
  /** Tokens that were chosen; its end is one. */
  readonly choices: number;
  /** Sum of the log-probabilities of the chosen tokens, each among those that were allowed. */
  readonly logprob: number;
  /** The lowest of them. */
  readonly least: number;
  /** Lowest log of the share of probability that all allowed tokens had: how far the grammar bent what the model meant. */
  readonly leastAllowed: number;
}

/** What an engine wrote, why it ended, and what it took. */
export interface GenerateResult {
  readonly requestId: Id;
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly usage: GenerateUsage;
  /** Absent where the engine does not tell. */
  readonly certainty?: Certainty;
}

/** Which path runs the model. */
export type EngineBackend = 'webgpu' | 'wasm-threads' | 'wasm-single' | 'built-in' | 'remote' | 'scripted';

/** How the weights stand in memory: as in the file, or dequantised to 32-bit floats. */
export type WeightsLayout = 'quantised' | 'float32';

/** A LoRA adapter that stands in memory beside the base model and is chosen per request by its id. */
interface AdapterFile {
  readonly id: string;
  /** GGUF LoRA (`general.type` is `adapter`). */
  readonly file: ModelFile;
  /** Absolute URL of the folder that the file's name counts from, ends with `/`. Absent: `modelsUrl`. */
  readonly filesUrl?: string;
}

/** Which model is loaded, on what, and from where. */
export interface LoadRequest {
  readonly model: CatalogueEntry;
  /** Absent: of the model's engines the fastest on this device. */
  readonly engine?: WorkerEngine;
  /** Absent: none. An adapter made for another base model is refused by name. */
  readonly adapters?: readonly AdapterFile[];
  /** Absolute URL of the folder that holds model files, ends with `/`. */
  readonly modelsUrl: string;
  /**
   * `origin-or-hub` allows requests to others: a file that is not in `modelsUrl` is read from the catalogue's hub
   * addresses, as far as the page's content security policy lets it. Absent: `origin`, no request leaves the site.
   */
  readonly downloadFrom?: 'origin' | 'origin-or-hub';
  /** Absent: the WASM files that came along. */
  readonly wasmUrls?: WasmUrls;
  /** Tokens of context to reserve; at most the model's window. */
  readonly contextTokens: number;
  /** Requests served side by side. */
  readonly slots: number;
  /** Overrides the choice that the engine makes for this device. */
  readonly prefer?: {
    readonly backend?: EngineBackend;
    readonly weights?: WeightsLayout;
    readonly threads?: number;
  };
}

/** How far a load is. */
export type LoadProgress =
  /** Bytes of the model file that have arrived; `receivedBytes` 0 and `totalBytes` are always reported. */
  | {
      readonly type: 'download-progressed';
      readonly receivedBytes: number;
      readonly totalBytes: number;
      readonly fromCache: boolean;
    }
  /** The file's hash is being compared. */
  | { readonly type: 'verify-started' }
  /** The engine is building the model in memory. */
  | { readonly type: 'initialise-started' };

/** The model in memory: its weights, its engine, and how it runs. */
export interface LoadedModel {
  readonly modelId: string;
  /** SHA-256 of the weights that were loaded, lower-case hexadecimal. */
  readonly weightsHash: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly backend: EngineBackend;
  readonly weights: WeightsLayout;
  readonly threads: number;
  readonly slots: number;
  readonly contextTokens: number;
  /** Ids of the adapters that requests may name; absent: none. */
  readonly adapters?: readonly string[];
  /** One sentence a line: why this backend, layout and thread count. */
  readonly choiceReasons: readonly string[];
  readonly loadMs: number;
  /** What the time went to; absent where the model is not built by us. */
  readonly loadPhases?: LoadPhases;
}

/** Parts of a load, in milliseconds, one after the other. */
export interface LoadPhases {
  /** Files fetched, checked and opened, the device probed. */
  readonly filesMs: number;
  /** The engine started and the model built. */
  readonly buildMs: number;
  /** The known answer asked and judged, or remembered; where it was wrong, the second build is not in it. */
  readonly checkMs: number;
}

/** One way to run one model on this device, judged before anything is fetched. */
export interface RankedChoice {
  readonly modelId: string;
  /** The model's title, for people. */
  readonly title: string;
  readonly engine: WorkerEngine;
  /** Absent where the device cannot run it this way. */
  readonly plan?: {
    readonly backend: EngineBackend;
    readonly weights: WeightsLayout;
    readonly threads: number;
    /** Estimate: weights as they will stand in memory, and a quarter for the KV cache and the work. */
    readonly memoryBytes: number;
  };
  /** Bytes of the files that the engine reads. */
  readonly downloadBytes: number;
  /** Sentences for the user: why this way, or why not. */
  readonly reasons: readonly string[];
}

export interface EngineApi {
  /** Loads a model, replacing the one before. Rejects with a Fault: model-*, storage-full, out-of-memory, unsupported, aborted. */
  load(
    requestId: Id,
    request: LoadRequest,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<LoadedModel>;
  /**
   * Runs one generation. All events have arrived when the promise settles. Rejects with a Fault:
   * aborted, context-overflow, model-not-loaded, device-lost, engine-failed, out-of-memory.
   */
  generate(request: GenerateRequest, onEvent: (event: GenerateEvent) => void): Promise<GenerateResult>;
  /**
   * Reads the beginning of a prompt, so that a generation whose prompt begins the same finds it in the cache. Done only
   * while nothing is generated, by an engine that keeps prompts; otherwise it settles at once. A generation with another
   * prompt ends it. Rejects with a Fault as `generate` does, and nothing is lost by it.
   */
  readAhead(request: ReadAheadRequest): Promise<void>;
  /** Stops a load or a generation; its promise rejects with `aborted` and its slot is free. Unknown ids are ignored. */
  cancel(requestId: Id): Promise<void>;
  /** Number of tokens of a text, without special tokens added. Rejects with model-not-loaded. */
  countTokens(text: string): Promise<number>;
  /**
   * One vector per text, of unit length: the mean of the last layer's hidden states (shape: texts x hidden size).
   * Rejects with a Fault: unsupported where the engine has no hidden states, context-overflow, model-not-loaded.
   */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
  /** Frees the model's memory. The next call must be `load`. */
  unload(): Promise<void>;
}
