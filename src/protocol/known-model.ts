/**
 * Models that are known by name, whether this site serves them or not (public/known-models.json): what they are, under
 * which terms, which file an engine would need, what is missing, and what others published about them. Claims of others
 * stay marked as such: a hash counts as verified only where the bytes were read and hashed by whoever wrote it down.
 */
import type { WorkerEngine } from './model.ts';

/**
 * - `permissive`: free use, commercial too, with no more than a notice to keep (Apache-2.0, MIT).
 * - `conditions`: commercial use is allowed under conditions of the licensor's own.
 * - `research`: no commercial use.
 * - `unknown`: nobody has said.
 */
export type LicenceTerms = 'permissive' | 'conditions' | 'research' | 'unknown';

/** The licence of a model, and what it allows. */
export interface ModelLicence {
  /** SPDX identifier where there is one, else the licence's own name. */
  readonly name: string;
  readonly terms: LicenceTerms;
  /** Where its text is; absent: not known. */
  readonly url?: string;
}

/** One file of a known model, and how sure its size and hash are. */
export interface KnownFile {
  /** Repository on the Hugging Face hub, `owner/name`. */
  readonly repository: string;
  /** Path of the file there. */
  readonly name: string;
  /** Null: not known. */
  readonly bytes: number | null;
  /** Lower-case hexadecimal SHA-256; null: not known. */
  readonly sha256: string | null;
  /** The bytes were hashed; false: size and hash are what others wrote down, or not known. */
  readonly verified: boolean;
  /** Where size and hash come from, one sentence. */
  readonly evidence: string;
}

/** A model's files for one engine, or what is missing for it. */
export type KnownBuild =
  | {
      readonly engine: Exclude<WorkerEngine, 'web-llm'>;
      readonly quantisation: string;
      readonly files: readonly KnownFile[];
    }
  | {
      readonly engine: 'web-llm';
      /** Its id in web-llm's own list (`prebuiltAppConfig`). */
      readonly modelId: string;
      readonly quantisation: string;
      /** `vram_required_MB` of that list, in bytes (1 MB is 1,000,000 bytes). */
      readonly memoryBytes: number;
      /** Tokens of context that the build is made for. */
      readonly contextTokens: number;
      readonly needsShaderF16: boolean;
    };

/** A figure that somebody published. It was measured on another task than the user's. */
export interface PublishedScore {
  /** Benchmark with version and metric; figures are compared only where this text is the same. */
  readonly benchmark: string;
  /** Percent. */
  readonly value: number;
  /** Who published it. */
  readonly publisher: string;
  readonly url: string;
}

/** A model known by name, whether this site serves it or not. */
export interface KnownModel {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  /** `general.architecture` of its GGUF file, or what its maker calls it where llama.cpp has no name for it. */
  readonly architecture: string;
  /** Number of weights. */
  readonly parameters: number;
  /** Tokens; null: not known. */
  readonly contextWindow: number | null;
  readonly licence: ModelLicence;
  /** Repository of the model's maker on the Hugging Face hub, `owner/name`. */
  readonly repository: string;
  /** Name of its chat format; decode/chat-template has those that this runtime writes. */
  readonly chatFormat: string;
  /** In order of preference; empty: no engine runs it, and `missing` says why. */
  readonly builds: readonly KnownBuild[];
  /** What keeps engines from running it, one sentence each. */
  readonly missing: readonly string[];
  readonly published: readonly PublishedScore[];
  /** Id of the same weights in models.json; absent: this site does not serve them. */
  readonly catalogueId?: string;
}

export interface KnownModels {
  readonly version: 1;
  readonly models: readonly KnownModel[];
}
