/**
 * A turn of chat in our own words: what every facade's request becomes, and what its answer is made from. Data only.
 */
import type { FinishReason, GenerateUsage, Sampling } from '../protocol/engine.ts';
import type { Json, JsonSchema } from '../protocol/json.ts';
import type { ToolCall, ToolSpec } from '../protocol/tool.ts';

export type ChatTurn =
  | { readonly type: 'system'; readonly text: string }
  | { readonly type: 'user'; readonly text: string }
  /** What the assistant said, the calls it made, or both. */
  | { readonly type: 'assistant'; readonly text: string; readonly calls: readonly ToolCall[] }
  | { readonly type: 'result'; readonly tool: string; readonly value: Json };

/** Whether the model may call tools, has to, or has to call this one. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

export interface ChatRequest {
  readonly turns: readonly ChatTurn[];
  readonly tools?: readonly ToolSpec[];
  /** Absent: `auto`. */
  readonly toolChoice?: ToolChoice;
  /** Calls of one answer at most; 4 unless told. */
  readonly mostCalls?: number;
  /** What the answer has to be; absent: any text. */
  readonly schema?: JsonSchema;
  /** The model is held to the schema and is not told of it. */
  readonly schemaUntold?: boolean;
  /** Text that the answer begins with. */
  readonly prefill?: string;
  readonly sampling: Sampling;
}

export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  /** A whole call, the moment its last brace is there. */
  | { readonly type: 'call'; readonly id: string; readonly call: ToolCall }
  /** The last part. */
  | { readonly type: 'finish'; readonly reason: FinishReason | 'calls'; readonly usage: ChatUsage };

export type ChatUsage = Pick<GenerateUsage, 'promptTokens' | 'cachedTokens' | 'decodeTokens'>;

/** Tokens of an answer where nothing is said. */
export const defaultMaxTokens = 512;

/** The sampling that a facade was asked for. Greedy where nothing is said: small models lose the thread otherwise. */
export function samplingOf({
  temperature,
  seed,
  maxTokens,
  stop = [],
}: {
  readonly temperature?: number | null | undefined;
  readonly seed?: number | null | undefined;
  readonly maxTokens?: number | null | undefined;
  readonly stop?: readonly string[] | undefined;
}): Sampling {
  return {
    temperature: temperature ?? 0,
    maxTokens: maxTokens ?? defaultMaxTokens,
    ...(seed === undefined || seed === null ? {} : { seed }),
    ...(stop.length === 0 ? {} : { stop }),
  };
}
