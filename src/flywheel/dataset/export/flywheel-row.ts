/**
 * A record as NVIDIA's data flywheel loads it: exactly the keys `timestamp`, `workload_id`, `client_id`, `request` and
 * `response`; request and response in OpenAI's form. What it is imported as: import/data-flywheel.
 */
import { taskOf } from '../record.ts';
import type { DatasetRecord } from '../record.ts';
import { chatMessages, countCalls, jsonText, outputMessage, toolDefinitionsText } from './chat-json.ts';

export function flywheelLine(record: DatasetRecord, clientId: string): string {
  const { id, at = 0, messages, tools, expected, source } = record;
  const created = Math.floor(at / 1000);
  const model = source.model ?? 'unknown';
  const head = jsonText({ timestamp: created, workload_id: taskOf(record), client_id: clientId });
  const request = jsonText({ model, messages: chatMessages(messages, 'text') });
  const response = jsonText({
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
  });
  const definitions = tools.length === 0 ? '' : `,"tools":${toolDefinitionsText(tools)}`;
  // Objects are put together as texts: the tools' is the longest, and was written for another format of the row.
  return `${head.slice(0, -1)},"request":${request.slice(0, -1)}${definitions}},"response":${response}}\n`;
}
