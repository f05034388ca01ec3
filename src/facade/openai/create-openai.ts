/**
 * OpenAI's `chat.completions.create` over a model in this page: the same call, the same answers, no server.
 * Knows the call; requests and answers are put into form beside it.
 */
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParams,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions';
import { newId } from '../../protocol/id.ts';
import type { ChatModel } from '../chat-model.ts';
import { streamChat, wholeChat } from '../stream-chat.ts';
import { readRequest } from './read-request.ts';
import { ChunkWriter, wholeCompletion } from './write-completion.ts';
import type { CompletionHead } from './write-completion.ts';

/** The second argument of `create`, as OpenAI's client has it. */
export interface CompletionOptions {
  readonly signal?: AbortSignal | null | undefined;
}

/** The part of the official client that is here. Both forms reject with a Fault. */
export interface ChatCompletions {
  create(body: ChatCompletionCreateParamsNonStreaming, options?: CompletionOptions): Promise<ChatCompletion>;
  create(
    body: ChatCompletionCreateParamsStreaming,
    options?: CompletionOptions,
  ): Promise<ReadableStream<ChatCompletionChunk>>;
  create(
    body: ChatCompletionCreateParams,
    options?: CompletionOptions,
  ): Promise<ChatCompletion | ReadableStream<ChatCompletionChunk>>;
}

/** The part of OpenAI's client that is served here. */
export interface OpenAIFacade {
  readonly chat: { readonly completions: ChatCompletions };
}

/**
 * `chat.completions.create` over this model. The body's `model` is not looked at: which model answers was decided when the
 * runtime was made, and answers name it.
 */
export function createOpenAI(model: ChatModel): OpenAIFacade {
  async function create(
    body: ChatCompletionCreateParams,
    options: CompletionOptions = {},
  ): Promise<ChatCompletion | ReadableStream<ChatCompletionChunk>> {
    const request = readRequest(body);
    const signal = options.signal ?? undefined;
    const { modelId } = await model.load();
    const head: CompletionHead = {
      id: `chatcmpl-${newId()}`,
      model: modelId,
      created: Math.floor(Date.now() / 1000),
    };
    if (body.stream !== true) return wholeCompletion(head, await wholeChat({ model, request, signal }));
    const writer = new ChunkWriter(head, { withUsage: body.stream_options?.include_usage === true });
    return streamChat({ model, request, signal }).pipeThrough(
      new TransformStream({
        start: (controller) => controller.enqueue(writer.begin()),
        transform: (part, controller) => {
          for (const chunk of writer.chunks(part)) controller.enqueue(chunk);
        },
      }),
    );
  }
  return { chat: { completions: { create: create as ChatCompletions['create'] } } };
}
