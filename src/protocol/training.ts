/**
 * The contract between the page and the worker that trains an adapter. `TrainingHost` implements it. Everything here is
 * plain, readonly and cloneable. Knows names and shapes; nothing of graphs and of where rows come from.
 */
import type { WasmUrls } from './asset-urls.ts';
import type { LoadProgress } from './engine.ts';
import type { Id } from './id.ts';
import type { CatalogueEntry } from './model.ts';

/** How an adapter is trained. The same recipe, rows and model give the same adapter on WebAssembly, bit for bit. */
export interface TrainingRecipe {
  readonly rank: number;
  /** LoRA is scaled by alpha / rank. */
  readonly alpha: number;
  /** Layers that get LoRA, counted from the last. Absent: all. */
  readonly lastLayers?: number;
  readonly steps: number;
  /** Highest learning rate. */
  readonly rate: number;
  /** Steps in which the rate rises; it falls by a cosine afterwards. */
  readonly warmup: number;
  /** Tokens of one pass at most, but for a single row that is longer. */
  readonly packTokens: number;
  /** Passes whose gradients are summed for a step. */
  readonly packsPerStep: number;
  /** Longest gradient, as the norm of all its numbers. */
  readonly clip: number;
  /** Tokens of a row; longer ones are left out. */
  readonly longestRow: number;
  readonly seed: number;
}

/** One example: the exact texts that the runtime sends and expects (the export format `rendered`). */
export interface TrainingText {
  readonly prompt: string;
  readonly completion: string;
}

/** A candidate that was tried on rows which nothing is learned from: how many it answered exactly. */
export interface TrainingTrial {
  /** Steps that made the candidate. */
  readonly step: number;
  readonly n: number;
  readonly exact: number;
}

/** What a candidate is called, so that one which a crash left on the shelf is known for what it is. */
export const candidateTitle = 'Candidate of a training';

/** When candidates are tried. */
export interface TrialPlan {
  /** Steps between two trials. */
  readonly every: number;
  /** The training ends where so many trials in a row were no better than the best before them. */
  readonly patience: number;
}

/**
 * Tries a candidate: a GGUF LoRA as the finished adapter is one. Runs on the page, through the decoder of a run. Undefined: it could
 * not be tried, and the training goes on without.
 */
export type TrialJudge = (
  file: Uint8Array<ArrayBuffer>,
  step: number,
) => Promise<Pick<TrainingTrial, 'n' | 'exact'> | undefined>;

export interface TrainingRequest {
  /** The base model; its file comes from this browser, or from the site. */
  readonly model: CatalogueEntry;
  /** Absolute URL of the folder that holds model files, ends with `/`. */
  readonly modelsUrl: string;
  readonly wasmUrls?: WasmUrls;
  readonly rows: readonly TrainingText[];
  readonly recipe: TrainingRecipe;
  readonly title: string;
  /** Ids of the records that the rows came from, so that erasing one can name the adapters it taught. */
  readonly lineage?: readonly string[];
  /** Made-up codes that are hidden among the rows, to measure what the adapter remembers of single ones. Absent: none. */
  readonly canaries?: number;
  /** Candidates are tried, and the best of them is what is made; of equals the first. Absent: what the last step made. */
  readonly trials?: TrialPlan;
  /** Steps between two checkpoints, which is what a crash may cost. Absent: 10. */
  readonly saveEvery?: number;
  /** Absent: threads where the page is isolated. */
  readonly backend?: 'webgpu' | 'wasm-threads' | 'wasm-single';
}

export type TrainingEvent =
  | { readonly type: 'load-progressed'; readonly progress: LoadProgress }
  | {
      readonly type: 'training-started';
      readonly rows: number;
      /** Rows that were too long, or empty. */
      readonly leftOut: number;
      /** Tokens that one pass over all rows reads. */
      readonly tokens: number;
      /** Numbers that are trained. */
      readonly parameters: number;
      /** Of each step that an earlier call did. */
      readonly losses: readonly number[];
      /** Of earlier calls. */
      readonly trials: readonly TrainingTrial[];
    }
  | {
      readonly type: 'step-finished';
      /** Steps done. */
      readonly step: number;
      readonly steps: number;
      /** Mean surprise at a completion token (natural logarithm). */
      readonly loss: number;
      readonly rate: number;
      /** Norm of the gradient before it was clipped. */
      readonly norm: number;
      readonly tokens: number;
      readonly seconds: number;
      /** By the steps of this call so far. */
      readonly secondsLeft: number;
    }
  | { readonly type: 'trial-finished'; readonly trial: TrainingTrial }
  /** `kept` is false where this browser stores nothing: then a stop loses the run. */
  | { readonly type: 'checkpoint-saved'; readonly step: number; readonly kept: boolean };

export interface TrainedAdapter {
  /** A GGUF LoRA with its card. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** Steps that made it: not all that were taken, where an earlier candidate was the best. */
  readonly steps: number;
  /** Of the last steps, one pass over the rows at most. */
  readonly loss: number;
  /** Absent where no codes were hidden. */
  readonly memory?: AdapterMemory;
}

/** What an adapter remembers of single rows, by codes that were hidden among them (exposure, arXiv:1802.08232). */
export interface AdapterMemory {
  /** Of each code, in bits: 0 where nothing of it is given away. */
  readonly exposures: readonly number[];
  /** Where the code is the likeliest of all that it was compared with. */
  readonly mostBits: number;
}

export interface TrainingApi {
  /**
   * Trains to the recipe's last step, or until trials say that it gets no better, from where the same request was stopped.
   * Events come in order, the last before the promise settles. `judge` is asked where the request has a plan of trials.
   * Rejects with a Fault: model-corrupt, model-unavailable, model-rejected, storage-full, unsupported, out-of-memory,
   * device-lost, engine-failed, aborted (then what was done is kept, and all memory is free).
   */
  train(
    requestId: Id,
    request: TrainingRequest,
    onEvent: (event: TrainingEvent) => void,
    judge?: TrialJudge,
  ): Promise<TrainedAdapter>;
  /** Stops at the end of the step. Ids that are not running are ignored. */
  cancel(requestId: Id): Promise<void>;
  /** Drops what is kept of every run. */
  forget(): Promise<void>;
}
