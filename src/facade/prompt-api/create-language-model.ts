/**
 * The Prompt API's `LanguageModel` over a model in this page: the same calls as the browser's own, where the browser has
 * none. Knows how sessions begin; a session is prompt-session's.
 */
import type { LoadProgress } from '../../protocol/engine.ts';
import type { ChatModel } from '../chat-model.ts';
import { PromptSession, apiError } from './prompt-session.ts';
import { notSupported, readInitial } from './read-input.ts';
import type { PromptMessage } from './read-input.ts';

interface Expected {
  readonly type: 'text' | 'image' | 'audio';
  readonly languages?: readonly string[];
}

/** The kinds of input and output that are wanted, as the Prompt API has them. */
export interface AvailabilityOptions {
  readonly expectedInputs?: readonly Expected[];
  readonly expectedOutputs?: readonly Expected[];
}

/** What a session begins with, as the Prompt API has it. */
export interface CreateOptions extends AvailabilityOptions {
  readonly initialPrompts?: readonly PromptMessage[];
  /** Gets an event target that tells `downloadprogress`, from 0 to 1. */
  readonly monitor?: (monitor: EventTarget) => void;
  readonly signal?: AbortSignal;
  /** Not supported: offer tools to a session of ours, or through another facade. */
  readonly tools?: readonly unknown[];
}

/** The Prompt API's `LanguageModel`. */
export interface LanguageModelFacade {
  availability(
    options?: AvailabilityOptions,
  ): Promise<'unavailable' | 'downloadable' | 'downloading' | 'available'>;
  /** Loads the model where it is not loaded. Rejects with TypeError or a DOMException, as `PromptSession.prompt` does. */
  create(options?: CreateOptions): Promise<PromptSession>;
  /** `session instanceof LanguageModel`, as pages ask the browser's own. */
  [Symbol.hasInstance](value: unknown): boolean;
}

/** The static side of the API, for one model. */
export function createLanguageModel(model: ChatModel): LanguageModelFacade {
  let state: 'downloadable' | 'downloading' | 'available' = 'downloadable';

  async function load(onProgress: (progress: LoadProgress) => void): Promise<number> {
    if (state === 'downloadable') state = 'downloading';
    try {
      const { contextTokens } = await model.load({ onProgress });
      state = 'available';
      return contextTokens;
    } catch (error) {
      state = 'downloadable';
      throw error;
    }
  }

  return {
    availability: (options = {}) => Promise.resolve(isTextOnly(options) ? state : 'unavailable'),
    async create(options = {}) {
      const { initialPrompts = [], monitor, signal, tools = [] } = options;
      signal?.throwIfAborted();
      if (!isTextOnly(options)) throw notSupported('Inputs and outputs are text.');
      if (tools.length > 0) throw notSupported('Tools are not supported in this facade.');
      const turns = readInitial(initialPrompts);
      const progress = new EventTarget();
      monitor?.(progress);
      const tell = (loaded: number): void => {
        if (signal?.aborted === true) return;
        progress.dispatchEvent(
          new ProgressEvent('downloadprogress', { loaded, total: 1, lengthComputable: true }),
        );
      };
      try {
        tell(0);
        const contextWindow = await load((event) => {
          if (event.type === 'download-progressed' && event.receivedBytes < event.totalBytes) {
            tell(event.receivedBytes / event.totalBytes);
          }
        });
        tell(1);
        signal?.throwIfAborted();
        return await PromptSession.begin({ model, turns, contextWindow });
      } catch (error) {
        signal?.throwIfAborted();
        throw apiError(error);
      }
    },
    [Symbol.hasInstance]: (value) => value instanceof PromptSession,
  };
}

function isTextOnly({ expectedInputs = [], expectedOutputs = [] }: AvailabilityOptions): boolean {
  return [...expectedInputs, ...expectedOutputs].every(({ type }) => type === 'text');
}
