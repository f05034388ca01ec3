/**
 * A provider of the AI SDK (`LanguageModelV4`) over a model in this page. Knows the SDK's forms by their types alone:
 * nothing of the SDK is in this code.
 */
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  ProviderV4,
} from '@ai-sdk/provider';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { newId } from '../../protocol/id.ts';
import type { ChatModel } from '../chat-model.ts';
import type { ChatPart, ChatUsage } from '../chat-request.ts';
import { streamChat, wholeChat } from '../stream-chat.ts';
import { readCall } from './read-call.ts';

const provider = 'smallworks';

/** A model for `generateText`, `streamText`, agents: `createProvider(runtime).languageModel('local')`. */
export function createProvider(model: ChatModel): ProviderV4 {
  return {
    specificationVersion: 'v4',
    languageModel: (modelId) => languageModel(model, modelId),
    embeddingModel: () => refuse('Embeddings'),
    imageModel: () => refuse('Images'),
  };
}

/**
 * `modelId` is what the SDK's records call the model; which model answers was decided when the runtime was made.
 * Calls reject with a Fault.
 */
function languageModel(model: ChatModel, modelId: string): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider,
    modelId,
    supportedUrls: {},
    async doGenerate(options: LanguageModelV4CallOptions) {
      const { request, warnings } = readCall(options);
      const { modelId: loadedId } = await model.load();
      const { text, calls, finish } = await wholeChat({ model, request, signal: options.abortSignal });
      const content: LanguageModelV4Content[] = [
        ...(text === '' ? [] : [{ type: 'text', text } as const]),
        ...calls.map(toolCall),
      ];
      const response = { id: newId(), modelId: loadedId, timestamp: new Date() };
      return {
        content,
        finishReason: finishReason(finish),
        usage: usageOf(finish.usage),
        warnings,
        response,
      };
    },
    async doStream(options: LanguageModelV4CallOptions) {
      const { request, warnings } = readCall(options);
      const { modelId: loadedId } = await model.load();
      const parts = streamChat({ model, request, signal: options.abortSignal });
      const textId = newId();
      let isOpen = false;
      const stream = parts.pipeThrough(
        new TransformStream<ChatPart, LanguageModelV4StreamPart>({
          start(controller) {
            controller.enqueue({ type: 'stream-start', warnings });
            controller.enqueue({
              type: 'response-metadata',
              id: newId(),
              modelId: loadedId,
              timestamp: new Date(),
            });
          },
          transform(part, controller) {
            if (part.type === 'text') {
              if (!isOpen) controller.enqueue({ type: 'text-start', id: textId });
              isOpen = true;
              controller.enqueue({ type: 'text-delta', id: textId, delta: part.text });
              return;
            }
            if (isOpen) controller.enqueue({ type: 'text-end', id: textId });
            isOpen = false;
            for (const next of part.type === 'call' ? callParts(part) : [finishPart(part)]) {
              controller.enqueue(next);
            }
          },
        }),
      );
      return { stream };
    },
  };
}

function toolCall({
  id,
  call,
}: Extract<ChatPart, { type: 'call' }>): Extract<LanguageModelV4StreamPart, { type: 'tool-call' }> {
  return {
    type: 'tool-call',
    toolCallId: id,
    toolName: call.name,
    input: JSON.stringify(call.arguments),
  };
}

function callParts(part: Extract<ChatPart, { type: 'call' }>): readonly LanguageModelV4StreamPart[] {
  const whole = toolCall(part);
  const { id } = part;
  return [
    { type: 'tool-input-start', id, toolName: whole.toolName },
    { type: 'tool-input-delta', id, delta: whole.input },
    { type: 'tool-input-end', id },
    whole,
  ];
}

function finishPart(part: Extract<ChatPart, { type: 'finish' }>): LanguageModelV4StreamPart {
  return { type: 'finish', finishReason: finishReason(part), usage: usageOf(part.usage) };
}

function finishReason({ reason }: Extract<ChatPart, { type: 'finish' }>): LanguageModelV4FinishReason {
  return { unified: reason === 'calls' ? 'tool-calls' : reason, raw: reason };
}

function usageOf({ promptTokens, cachedTokens, decodeTokens }: ChatUsage): LanguageModelV4Usage {
  return {
    inputTokens: {
      total: promptTokens,
      noCache: promptTokens - cachedTokens,
      cacheRead: cachedTokens,
      cacheWrite: undefined,
    },
    outputTokens: { total: decodeTokens, text: decodeTokens, reasoning: undefined },
  };
}

function refuse(what: string): never {
  throw new Fault({
    code: faultCodes.unsupported,
    message: `${what} are not served by this provider.`,
    remedy: 'Use another provider for them.',
    details: { feature: what },
  });
}
