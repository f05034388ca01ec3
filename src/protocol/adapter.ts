/**
 * LoRA adapters as data: what a catalogue or an adapter's own file says of one. Knows no file format and no engine.
 */
import type { ModelFile } from './model.ts';

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
  /** GGUF LoRA. Its name counts from the catalogue's folder, e.g. `adapters/function-caller.gguf`. */
  readonly file: ModelFile;
  /** Used where the user has chosen nothing; the first of a model's adapters that says so. */
  readonly byDefault?: true;
  /** Brought by the user: nobody here vouches for it. */
  readonly unverified?: true;
}

/** A form that an adapter is written in: one GGUF file, or PEFT's `adapter_config.json` and `adapter_model.safetensors`. */
export type AdapterFormat = 'gguf' | 'peft';
