/**
 * The browser's built-in `LanguageModel` (Prompt API), as far as it is used here, and what differs between versions:
 * counts and windows have an older name each. TypeScript's DOM library does not know it yet. Knows no engine.
 */
import type { JsonSchema } from '../../protocol/json.ts';

export interface LanguageModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  /** The answer continues this text; on the last message only. */
  readonly prefix?: boolean;
}

export interface LanguageModelPromptOptions {
  readonly responseConstraint?: JsonSchema;
  readonly signal?: AbortSignal;
}

export interface LanguageModelSession extends EventTarget {
  promptStreaming(
    input: readonly LanguageModelMessage[],
    options?: LanguageModelPromptOptions,
  ): ReadableStream<string>;
  clone(options?: { readonly signal?: AbortSignal }): Promise<LanguageModelSession>;
  destroy(): void;
  measureContextUsage?(
    input: string | readonly LanguageModelMessage[],
    options?: LanguageModelPromptOptions,
  ): Promise<number>;
  readonly contextUsage?: number;
  readonly contextWindow?: number;
  /** Older names of the three above. */
  measureInputUsage?: LanguageModelSession['measureContextUsage'];
  readonly inputUsage?: number;
  readonly inputQuota?: number;
}

export interface LanguageModelOptions {
  readonly expectedInputs: readonly { readonly type: 'text'; readonly languages: readonly string[] }[];
  readonly expectedOutputs: readonly { readonly type: 'text'; readonly languages: readonly string[] }[];
  readonly samplingMode?: SamplingMode;
}

/** Modes that every version knows which knows modes at all. */
export type SamplingMode = 'most-predictable' | 'predictable' | 'balanced' | 'creative';

export interface LanguageModelCreateOptions extends LanguageModelOptions {
  readonly initialPrompts?: readonly LanguageModelMessage[];
  readonly monitor?: (monitor: EventTarget) => void;
  readonly signal?: AbortSignal;
}

export type LanguageModelAvailability = 'unavailable' | 'downloadable' | 'downloading' | 'available';

/** The global's static side. */
export interface LanguageModelFactory {
  availability(options?: LanguageModelOptions): Promise<LanguageModelAvailability>;
  create(options?: LanguageModelCreateOptions): Promise<LanguageModelSession>;
}

/** The browser's own, or undefined where it has none: other browsers, workers, insecure pages. */
export function findLanguageModel(): LanguageModelFactory | undefined {
  const { LanguageModel } = globalThis as { readonly LanguageModel?: LanguageModelFactory };
  return typeof LanguageModel?.availability === 'function' ? LanguageModel : undefined;
}

/** Tokens that a session holds already. */
export function usedTokens(session: LanguageModelSession): number {
  return session.contextUsage ?? session.inputUsage ?? 0;
}

/** Tokens that a session can hold; infinite where it does not tell. */
export function windowTokens(session: LanguageModelSession): number {
  return session.contextWindow ?? session.inputQuota ?? Number.POSITIVE_INFINITY;
}

/** Tokens that a prompt would take, control tokens and constraint included. */
export async function measureTokens(
  session: LanguageModelSession,
  input: string | readonly LanguageModelMessage[],
  options: LanguageModelPromptOptions = {},
): Promise<number> {
  if (session.measureContextUsage !== undefined) return await session.measureContextUsage(input, options);
  return (await session.measureInputUsage?.(input, options)) ?? 0;
}

/** The mode that comes nearest to a temperature. Pages cannot set the number itself. */
export function samplingMode(temperature: number): SamplingMode {
  if (temperature === 0) return 'most-predictable';
  if (temperature <= 0.5) return 'predictable';
  return temperature <= 1 ? 'balanced' : 'creative';
}
