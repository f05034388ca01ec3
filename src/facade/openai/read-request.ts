/**
 * A chat completion's request body, as OpenAI's client types it -> our own words. What this model has no sense for is
 * refused by name where it would change what comes back, and left out where it only tunes it (docs/package.md lists both).
 */
import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParams,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { asObject, isObject, parseJson } from '../../protocol/json.ts';
import type { JsonSchema } from '../../protocol/json.ts';
import type { ToolCall, ToolSpec } from '../../protocol/tool.ts';
import { samplingOf } from '../chat-request.ts';
import type { ChatRequest, ChatTurn, ToolChoice } from '../chat-request.ts';
import { toolSpec } from '../tool-spec.ts';

/** Throws Fault `unsupported` (details: feature) for what cannot be given, and `tool-invalid`. */
export function readRequest(body: ChatCompletionCreateParams): ChatRequest {
  if ((body.n ?? 1) !== 1) throw unsupported('n', 'One answer is given at a time.');
  if (body.logprobs === true) throw unsupported('logprobs', 'Probabilities of tokens are not told.');
  if (body.modalities?.includes('audio') === true) throw unsupported('modalities', 'Answers are text.');
  if (body.functions !== undefined) throw unsupported('functions', 'Use tools instead.');
  const schema = schemaOf(body.response_format);
  const stop = typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []);
  return {
    turns: readMessages(body.messages),
    tools: (body.tools ?? []).map(readTool),
    toolChoice: readChoice(body.tool_choice),
    ...(body.parallel_tool_calls === false ? { mostCalls: 1 } : {}),
    ...(schema === undefined ? {} : { schema }),
    sampling: samplingOf({
      temperature: body.temperature,
      seed: body.seed,
      maxTokens: body.max_completion_tokens ?? body.max_tokens,
      stop,
    }),
  };
}

function unsupported(feature: string, why: string): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `"${feature}" is not supported.`,
    reason: why,
    remedy: 'Leave it out.',
    details: { feature },
  });
}

function readMessages(messages: readonly ChatCompletionMessageParam[]): readonly ChatTurn[] {
  const names = new Map<string, string>();
  return messages.map((message): ChatTurn => {
    switch (message.role) {
      case 'developer':
      case 'system':
        return { type: 'system', text: textOf(message.content) };
      case 'user':
        return { type: 'user', text: textOf(message.content) };
      case 'assistant': {
        const calls = (message.tool_calls ?? []).map((call): ToolCall => {
          if (call.type !== 'function') throw unsupported('custom tools', 'Tools are functions.');
          names.set(call.id, call.function.name);
          const values = parseJson(call.function.arguments);
          return { name: call.function.name, arguments: asObject(values) };
        });
        return { type: 'assistant', text: textOf(message.content ?? message.refusal ?? ''), calls };
      }
      case 'tool': {
        const text = textOf(message.content);
        const tool = names.get(message.tool_call_id) ?? message.tool_call_id;
        return { type: 'result', tool, value: parseJson(text) ?? text };
      }
      case 'function':
        throw unsupported('messages of the role "function"', 'Use the role "tool".');
      default:
        return message satisfies never;
    }
  });
}

function textOf(
  content:
    string | readonly (ChatCompletionContentPart | { readonly type: 'refusal'; readonly refusal: string })[],
): string {
  if (typeof content === 'string') return content;
  return content
    .map((part) => {
      if (part.type === 'text') return part.text;
      if (part.type === 'refusal') return part.refusal;
      throw unsupported(part.type, 'Messages are text.');
    })
    .join('\n');
}

function readTool(tool: ChatCompletionTool): ToolSpec {
  if (tool.type === 'function') return toolSpec(tool.function);
  throw unsupported('custom tools', 'Tools are functions.');
}

function readChoice(choice: ChatCompletionCreateParams['tool_choice']): ToolChoice {
  if (choice === undefined || typeof choice === 'string') return choice ?? 'auto';
  if (choice.type === 'function') return { name: choice.function.name };
  throw unsupported(`tool_choice of the type "${choice.type}"`, 'Name one function, or offer fewer tools.');
}

function schemaOf(format: ChatCompletionCreateParams['response_format']): JsonSchema | undefined {
  if (format === undefined || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'object' };
  const schema = format.json_schema.schema as JsonSchema | undefined;
  return isObject(schema) ? schema : { type: 'object' };
}
