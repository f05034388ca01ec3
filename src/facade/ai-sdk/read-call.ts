/**
 * The call options of an AI SDK language model -> our own words, with a warning for each setting that has no effect here.
 * Knows `LanguageModelV4`'s form; nothing of what comes back.
 */
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4ToolResultOutput,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { asObject } from '../../protocol/json.ts';
import type { Json, JsonSchema } from '../../protocol/json.ts';
import type { ToolSpec } from '../../protocol/tool.ts';
import { samplingOf } from '../chat-request.ts';
import type { ChatRequest, ChatTurn, ToolChoice } from '../chat-request.ts';
import { toolSpec } from '../tool-spec.ts';

export interface ReadCall {
  readonly request: ChatRequest;
  readonly warnings: SharedV4Warning[];
}

const withoutEffect = ['topP', 'topK', 'presencePenalty', 'frequencyPenalty'] as const;

/** Throws Fault `unsupported` for files in a prompt, and `tool-invalid`. */
export function readCall(options: LanguageModelV4CallOptions): ReadCall {
  const { temperature, seed, maxOutputTokens, stopSequences, responseFormat, reasoning } = options;
  const warnings = withoutEffect
    .filter((setting) => options[setting] !== undefined)
    .map((feature): SharedV4Warning => ({ type: 'unsupported', feature }));
  if (reasoning !== undefined && reasoning !== 'provider-default' && reasoning !== 'none') {
    warnings.push({ type: 'unsupported', feature: 'reasoning' });
  }
  const tools: ToolSpec[] = [];
  for (const tool of options.tools ?? []) {
    if (tool.type === 'function') {
      const { name, description, inputSchema } = tool;
      tools.push(toolSpec({ name, description, parameters: inputSchema }));
    } else {
      warnings.push({ type: 'unsupported', feature: `provider tool ${tool.id}` });
    }
  }
  const schema =
    responseFormat?.type === 'json'
      ? ((responseFormat.schema ?? { type: 'object' }) as JsonSchema)
      : undefined;
  return {
    warnings,
    request: {
      turns: options.prompt.flatMap(readMessage),
      tools,
      toolChoice: readChoice(options.toolChoice),
      ...(schema === undefined ? {} : { schema }),
      sampling: samplingOf({ temperature, seed, maxTokens: maxOutputTokens, stop: stopSequences }),
    },
  };
}

function readChoice(choice: LanguageModelV4CallOptions['toolChoice']): ToolChoice {
  if (choice === undefined) return 'auto';
  return choice.type === 'tool' ? { name: choice.toolName } : choice.type;
}

function readMessage(message: LanguageModelV4Message): readonly ChatTurn[] {
  switch (message.role) {
    case 'system':
      return [{ type: 'system', text: message.content }];
    case 'user':
      return [{ type: 'user', text: message.content.map(textOf).join('\n') }];
    case 'assistant': {
      // What a model thought is not said again to one that does not think.
      const said = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
      const calls = message.content.flatMap((part) =>
        part.type === 'tool-call' ? [{ name: part.toolName, arguments: asObject(part.input as Json) }] : [],
      );
      return [{ type: 'assistant', text: said.join('\n'), calls }];
    }
    case 'tool':
      return message.content.flatMap((part): ChatTurn[] =>
        part.type === 'tool-result'
          ? [{ type: 'result', tool: part.toolName, value: valueOf(part.output) }]
          : [],
      );
    default:
      return message satisfies never;
  }
}

function textOf(part: Extract<LanguageModelV4Message, { role: 'user' }>['content'][number]): string {
  if (part.type === 'text') return part.text;
  throw new Fault({
    code: faultCodes.unsupported,
    message: `A file of the type ${part.mediaType} cannot be read.`,
    reason: 'The model reads text.',
    remedy: 'Put the text of the file into the message.',
    details: { feature: part.mediaType },
  });
}

function valueOf(output: LanguageModelV4ToolResultOutput): Json {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return output.value;
    case 'json':
    case 'error-json':
      return output.value as Json;
    case 'execution-denied':
      return output.reason ?? 'The user declined this call.';
    case 'content':
      return output.value.map((part) => (part.type === 'text' ? part.text : `(${part.type})`)).join('\n');
    default:
      return output satisfies never;
  }
}
