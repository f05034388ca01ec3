/**
 * What the screen knows of a model's adapters. Data only; knows nothing of where they lie.
 */
import type { AdapterEntry } from '../protocol/model.ts';

/** One adapter as the screen shows it. */
export interface AdapterView {
  readonly entry: AdapterEntry;
  /** Its file is in this browser; one that is not is fetched when it is chosen. */
  readonly kept: boolean;
  /** Why it may not do what it should, or why it is not used; one or two sentences. */
  readonly warning?: string;
}

/** A model's adapters as the screen shows them. */
export interface AdaptersView {
  /** Those made for the model that is selected. */
  readonly adapters: readonly AdapterView[];
  /** Id of the one that runs use; absent: the base model alone. */
  readonly chosen?: string | undefined;
  /** One that is being fetched. */
  readonly fetching?:
    { readonly id: string; readonly receivedBytes: number; readonly totalBytes: number } | undefined;
}

export const emptyAdaptersView: AdaptersView = { adapters: [] };
