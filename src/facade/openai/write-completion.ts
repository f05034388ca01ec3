/**
 * What the model says, in the form of OpenAI's chat completions: whole, or as chunks. Knows the form only.
 */
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { ChatPart, ChatUsage } from '../chat-request.ts';

/** What all parts of one answer share. */
export interface CompletionHead {
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
}

type CallPart = Extract<ChatPart, { type: 'call' }>;
type FinishPart = Extract<ChatPart, { type: 'finish' }>;

/** The completion as one object. */
export function wholeCompletion(
  head: CompletionHead,
  {
    text,
    calls,
    finish,
  }: { readonly text: string; readonly calls: readonly CallPart[]; readonly finish: FinishPart },
): ChatCompletion {
  return {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        finish_reason: finishReason(finish),
        logprobs: null,
        message: {
          role: 'assistant',
          content: text === '' ? null : text,
          refusal: null,
          ...(calls.length === 0
            ? {}
            : {
                tool_calls: calls.map(({ id, call }) => ({
                  id,
                  type: 'function',
                  function: { name: call.name, arguments: JSON.stringify(call.arguments) },
                })),
              }),
        },
      },
    ],
    usage: usageOf(finish.usage),
  };
}

/** The parts of an answer as chunks: the role first, then what is said, then why it ended. */
export class ChunkWriter {
  readonly #head: CompletionHead;
  readonly #withUsage: boolean;
  #calls = 0;

  constructor(head: CompletionHead, { withUsage }: { readonly withUsage: boolean }) {
    this.#head = head;
    this.#withUsage = withUsage;
  }

  begin(): ChatCompletionChunk {
    return this.#chunk({ role: 'assistant', content: '' });
  }

  chunks(part: ChatPart): readonly ChatCompletionChunk[] {
    switch (part.type) {
      case 'text':
        return [this.#chunk({ content: part.text })];
      case 'call': {
        const { id, call } = part;
        const written = { name: call.name, arguments: JSON.stringify(call.arguments) };
        const index = this.#calls;
        this.#calls += 1;
        return [this.#chunk({ tool_calls: [{ index, id, type: 'function', function: written }] })];
      }
      case 'finish':
        return [
          this.#chunk({}, finishReason(part)),
          ...(this.#withUsage ? [{ ...this.#chunk({}), choices: [], usage: usageOf(part.usage) }] : []),
        ];
      default:
        return part satisfies never;
    }
  }

  #chunk(
    delta: ChatCompletionChunk.Choice.Delta,
    finish_reason: ChatCompletionChunk.Choice['finish_reason'] = null,
  ): ChatCompletionChunk {
    return {
      ...this.#head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason, logprobs: null }],
      ...(this.#withUsage ? { usage: null } : {}),
    };
  }
}

function finishReason({ reason }: FinishPart): 'stop' | 'length' | 'tool_calls' {
  return reason === 'calls' ? 'tool_calls' : reason;
}

function usageOf({ promptTokens, cachedTokens, decodeTokens }: ChatUsage): CompletionUsage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: decodeTokens,
    total_tokens: promptTokens + decodeTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  };
}
