/**
 * A span of OpenTelemetry's conventions for generative AI, as of version 1.41.0, the last one before they moved to a
 * repository of their own: `gen_ai.input.messages`, `gen_ai.output.messages`, `gen_ai.system_instructions` and
 * `gen_ai.tool.definitions`, structured or as JSON text. Content is recorded only where the application asks for it.
 */
import type { Json, JsonObject } from '../../../protocol/json.ts';
import { RowError, listAt, objectAt, readJson, shown, textAt } from '../../read-fields.ts';
import { outputOf, promptBefore, readArguments, readTools } from './chat-messages.ts';
import type { RowRecord } from './format.ts';
import { joinParts, textOf } from './message-parts.ts';
import type { MessageInParts, MessagePart } from './message-parts.ts';

/** What a span says, and the ids of the calls that its model made. */
export type SpanRecord = Omit<RowRecord, 'outcome' | 'ran'> & { readonly callIds: readonly string[] };

export function readGenAiSpan(attributes: JsonObject): SpanRecord {
  const input = attributes['gen_ai.input.messages'];
  if (input === undefined) {
    throw new RowError('The span has no gen_ai.input.messages: its application does not record content.');
  }
  const tools = readTools(structured(attributes['gen_ai.tool.definitions']), 'gen_ai.tool.definitions');
  const system = partsOf(
    structured(attributes['gen_ai.system_instructions']) ?? [],
    'gen_ai.system_instructions',
  );
  const before = joinParts([
    ...(system.length === 0 ? [] : [{ role: 'system', parts: system }]),
    ...readMessages(input, 'gen_ai.input.messages'),
  ]);
  const said = readMessages(attributes['gen_ai.output.messages'], 'gen_ai.output.messages')[0];
  const [last] = joinParts(said === undefined ? [] : [said]);
  if (said === undefined || last?.role !== 'assistant') {
    throw new RowError('gen_ai.output.messages must begin with a message of the assistant.');
  }
  const model = attributes['gen_ai.response.model'] ?? attributes['gen_ai.request.model'];
  const episode = attributes['gen_ai.conversation.id'];
  return {
    messages: promptBefore(before),
    tools,
    expected: outputOf(last, before, tools),
    callIds: said.parts.flatMap((part) => (part.type === 'call' ? [part.id] : [])),
    ...(typeof model === 'string' ? { model } : {}),
    ...(typeof episode === 'string' && episode !== '' ? { episode } : {}),
  };
}

function structured(value: Json | undefined): Json | undefined {
  return typeof value === 'string' ? readJson(value) : value;
}

function readMessages(value: Json | undefined, path: string): MessageInParts[] {
  return listAt(structured(value), path).map((item, index) => {
    const message = objectAt(item, `${path}[${index}]`);
    return {
      role: textAt(message['role'], `${path}[${index}].role`),
      parts: partsOf(message['parts'] ?? [], `${path}[${index}].parts`),
    };
  });
}

function partsOf(value: Json, path: string): MessagePart[] {
  return listAt(value, path).flatMap((item, index): MessagePart[] => {
    const part = objectAt(item, `${path}[${index}]`);
    switch (part['type']) {
      case 'text':
        return [{ type: 'text', text: textOf(part['content']) }];
      case 'tool_call':
        return [
          {
            type: 'call',
            id: textOf(part['id']),
            call: {
              name: textAt(part['name'], `${path}[${index}].name`),
              arguments: readArguments(part['arguments'], `${path}[${index}].arguments`),
            },
          },
        ];
      case 'tool_call_response':
        return [
          { type: 'result', id: textOf(part['id']), value: part['response'] ?? part['result'] ?? null },
        ];
      case 'reasoning':
        return [];
      default:
        throw new RowError(`${path}[${index}] is ${shown(part['type'])}; text and calls are read.`);
    }
  });
}
