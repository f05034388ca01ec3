/**
 * A span that the AI SDK records (`ai.generateText.doGenerate`, `ai.streamText.doStream`; versions 4 to 7, whose parts differ
 * in a few names): `ai.prompt.messages`, `ai.prompt.tools`, `ai.response.text` and `ai.response.toolCalls`, all JSON texts.
 * https://ai-sdk.dev/docs/ai-sdk-core/telemetry
 */
import { asObject, isObject, parseJson } from '../../../protocol/json.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import { RowError, listAt, objectAt, readJson, shown, textAt } from '../../read-fields.ts';
import { outputOf, promptBefore, readArguments, readTools } from './chat-messages.ts';
import type { SpanRecord } from './gen-ai-span.ts';
import { firstOf, joinParts, textOf } from './message-parts.ts';
import type { MessageInParts, MessagePart } from './message-parts.ts';

export function readAiSdkSpan(attributes: JsonObject): SpanRecord {
  const recorded = attributes['ai.prompt.messages'];
  if (recorded === undefined) {
    throw new RowError('The span has no ai.prompt.messages: its application does not record inputs.');
  }
  const before = joinParts(readMessages(recorded));
  const tools = readTools(toolsOf(attributes['ai.prompt.tools']), 'ai.prompt.tools');
  const calls = listAt(jsonOf(attributes['ai.response.toolCalls']) ?? [], 'ai.response.toolCalls').map(
    (item, index) =>
      callPart(objectAt(item, `ai.response.toolCalls[${index}]`), `ai.response.toolCalls[${index}]`),
  );
  const said = {
    content: textOf(attributes['ai.response.text']),
    calls: calls.flatMap((part) => (part.type === 'call' ? [part.call] : [])),
  };
  const model = attributes['ai.response.model'] ?? attributes['ai.model.id'];
  return {
    messages: promptBefore(before),
    tools,
    expected: outputOf(said, before, tools),
    callIds: calls.flatMap((part) => (part.type === 'call' ? [part.id] : [])),
    ...(typeof model === 'string' ? { model } : {}),
  };
}

function jsonOf(value: Json | undefined): Json | undefined {
  return typeof value === 'string' ? readJson(value) : value;
}

/** A list of JSON texts, one a tool; or one JSON text of all. */
function toolsOf(value: Json | undefined): Json | undefined {
  const list = jsonOf(value);
  return Array.isArray(list) ? (list as readonly Json[]).map((item) => jsonOf(item) ?? null) : list;
}

function readMessages(value: Json): MessageInParts[] {
  return listAt(jsonOf(value), 'ai.prompt.messages').map((item, index) => {
    const path = `ai.prompt.messages[${index}]`;
    const message = objectAt(item, path);
    const { content } = message;
    return {
      role: textAt(message['role'], `${path}.role`),
      parts:
        typeof content === 'string'
          ? [{ type: 'text', text: content }]
          : listAt(content, `${path}.content`).flatMap((part, place) =>
              partOf(objectAt(part, `${path}.content[${place}]`), `${path}.content[${place}]`),
            ),
    };
  });
}

function partOf(part: JsonObject, path: string): MessagePart[] {
  switch (part['type']) {
    case 'text':
      return [{ type: 'text', text: textOf(part['text']) }];
    case 'tool-call':
      return [callPart(part, path)];
    case 'tool-result': {
      const name = textOf(part['toolName']);
      return [
        {
          type: 'result',
          id: textOf(part['toolCallId']),
          value: resultOf(firstOf(part, 'output', 'result')),
          ...(name === '' ? {} : { name }),
        },
      ];
    }
    case 'reasoning':
      return [];
    default:
      throw new RowError(`${path} is ${shown(part['type'])}; text, calls and results are read.`);
  }
}

function callPart(call: JsonObject, path: string): MessagePart {
  return {
    type: 'call',
    id: textOf(call['toolCallId']),
    call: {
      name: textAt(call['toolName'], `${path}.toolName`),
      arguments: readArguments(firstOf(call, 'input', 'args'), `${path}.input`),
    },
  };
}

/** Since version 5 a result says what it is. */
function resultOf(value: Json | undefined): Json {
  const told = isObject(value) && 'type' in value && 'value' in value ? asObject(value)['value'] : value;
  return typeof told === 'string' ? (parseJson(told) ?? told) : (told ?? null);
}
