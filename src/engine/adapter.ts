/**
 * What an engine must offer to be hosted: five methods, and three that not every library can serve. The host owns files,
 * requests and faults of the outside world; an adapter knows one library and turns its errors into Faults.
 * Knows nothing of threads or comlink.
 */
import type {
  EngineBackend,
  FinishReason,
  GenerateEvent,
  Certainty,
  GenerateUsage,
  LoadRequest,
  OutputConstraint,
  Sampling,
  WeightsLayout,
} from '../protocol/engine.ts';
import type { ChatTemplate, TokenLogprob } from '../protocol/model.ts';
import type { DeviceFacts } from './choose-backend.ts';

export interface AdapterLoad {
  /** The verified model file: the GGUF, or the first file of the engine's own build. */
  readonly file: Blob;
  /** Every verified file by its name in the catalogue. */
  readonly files: ReadonlyMap<string, Blob>;
  /** LoRA adapters to hold beside the base, verified. */
  readonly adapters: readonly { readonly id: string; readonly file: Blob }[];
  readonly chatTemplate: ChatTemplate;
  readonly parameters: number;
  readonly contextTokens: number;
  readonly slots: number;
  /** As the host found it for this load; an adapter does not ask the browser again. */
  readonly device: DeviceFacts;
  readonly prefer?: LoadRequest['prefer'];
}

/** How the model was built, once it stands in memory. */
export interface AdapterState {
  readonly backend: EngineBackend;
  readonly weights: WeightsLayout;
  readonly threads: number;
  readonly contextTokens: number;
  readonly choiceReasons: readonly string[];
}

export interface AdapterRequest {
  /** The whole prompt as one text; control tokens stand in it as text. */
  readonly prompt: string;
  readonly sampling: Sampling;
  readonly constraint?: OutputConstraint;
  /** Id of an adapter loaded beside the base model. */
  readonly adapter?: string;
}

export interface AdapterResult {
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly usage: GenerateUsage;
  readonly certainty?: Certainty;
}

export interface LogprobRequest {
  readonly prompt: string;
  /** Tokens to go on by. */
  readonly steps: number;
  /** Candidates wanted for each of them. */
  readonly candidates: number;
  readonly signal: AbortSignal;
}

export interface EngineAdapter {
  readonly engine: string;
  readonly engineVersion: string;
  /** True once the library crashed: no call can succeed any more, only `unload`. */
  readonly dead: boolean;
  /** Builds the model. Called once. Rejects with a Fault; the adapter is of no use then. */
  load(options: AdapterLoad, signal: AbortSignal): Promise<AdapterState>;
  /** Runs one generation; `onEvent` gets every piece of the text in order. Rejects with a Fault. */
  generate(
    request: AdapterRequest,
    onEvent: (event: GenerateEvent) => void,
    signal: AbortSignal,
  ): Promise<AdapterResult>;
  /**
   * Whether a prompt read for this LoRA adapter, or for the base model, is found again by the next one that begins the
   * same. Absent: never.
   */
  keepsPrompts?(adapter: string | undefined): boolean;
  /** Tokens of a text, no special tokens added. */
  countTokens(text: string): Promise<number>;
  /** One unit vector per text; absent where the library gives no hidden states. */
  embed?(texts: readonly string[]): Promise<readonly Float32Array[]>;
  /**
   * Greedy continuation of a prompt by `steps` tokens: for each, the `candidates` likeliest tokens, best first.
   * Absent where the library does not tell; then what a GPU computes cannot be checked.
   */
  topLogprobs?(request: LogprobRequest): Promise<readonly (readonly TokenLogprob[])[]>;
  /** Frees everything. Never rejects; may be called in any state. */
  unload(): Promise<void>;
}
