/**
 * A record as NVIDIA's data flywheel loads it: exactly the keys `timestamp`, `workload_id`, `client_id`, `request` and
 * `response`; request and response in OpenAI's form. What it is imported as: import/data-flywheel.
 */
import { taskOf } from '../record.ts';
import type { DatasetRecord } from '../record.ts';
import { chatMessages, countCalls, outputMessage, toolDefinition } from './chat-json.ts';

export function flywheelRow(record: DatasetRecord, clientId: string): object {
  const { id, at = 0, messages, tools, expected, source } = record;
  const created = Math.floor(at / 1000);
  const model = source.model ?? 'unknown';
  return {
    timestamp: created,
    workload_id: taskOf(record),
    client_id: clientId,
    request: {
      model,
      messages: chatMessages(messages, 'text'),
      ...(tools.length === 0 ? {} : { tools: tools.map(toolDefinition) }),
    },
    response: {
      id,
      object: 'chat.completion',
      created,
      model,
      choices: [
        {
          index: 0,
          message: outputMessage(expected, 'text', countCalls(messages)),
          finish_reason: expected.type === 'calls' ? 'tool_calls' : 'stop',
        },
      ],
    },
  };
}
