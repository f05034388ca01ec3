/**
 * What becomes of a conversation that does not fit a model's context window: what may be done, and what was done.
 * Knows nothing of how tokens are counted (bridge/fit-context).
 */
import type { ChatMessage } from './engine.ts';

/** What becomes of a conversation that does not fit the context window. */
export type ContextPolicy =
  /** A prompt that does not fit is a Fault `context-overflow`. The default everywhere. */
  | { readonly type: 'refuse' }
  /** Whole exchanges leave, oldest first. The system prompt, the last request and what followed it stay. */
  | { readonly type: 'drop-oldest' }
  /** As many turns as it takes are put into a few sentences by one call of the model; where that fails, they leave. */
  | {
      readonly type: 'summarise';
      /** Tokens of the summary at most; absent: 128. */
      readonly maxTokens?: number;
    };

/** What was left out of a prompt, so that it fits. Nothing is ever left out without one of these. */
export interface ContextReport {
  readonly policy: Exclude<ContextPolicy['type'], 'refuse'>;
  /** Tokens of the prompt that is sent, and of the one that was too long. */
  readonly promptTokens: number;
  readonly neededTokens: number;
  readonly contextWindow: number;
  /** In the order they had. */
  readonly dropped: readonly ChatMessage[];
  /** What stands for them in the prompt; absent: nothing. */
  readonly summary?: string;
}
