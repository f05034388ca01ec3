/**
 * What every facade stands on: a model that loads itself when it is first asked. `app/runtime` makes one.
 * Knows the engine's nouns; nothing of any facade.
 */
import type { Engine } from '../bridge/engine.ts';
import type { LoadedModel, LoadProgress } from '../protocol/engine.ts';

/** A model that loads itself when it is first asked. A `Runtime` is one. */
export interface ChatModel extends Pick<Engine, 'generate'> {
  /** The model, loaded where it is not. Calls during a load share it. Rejects with the load's Fault. */
  load(options?: { readonly onProgress?: (progress: LoadProgress) => void }): Promise<LoadedModel>;
  /** Number of tokens of a text, without special tokens added. Loads the model where it is not loaded. */
  countTokens(text: string): Promise<number>;
}
