/**
 * OpenAI's chat forms: rows for fine-tuning (`messages`, `tools`; also preference rows) and logs of requests with their
 * responses. Read as https://platform.openai.com/docs/api-reference/fine-tuning describes them in 2026-11. Of a row for
 * fine-tuning every assistant turn is a record, but those of weight 0; of a log the response is.
 */
import { isObject } from '../../../protocol/json.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import { RowError, listAt, objectAt } from '../../read-fields.ts';
import { outputOf, promptBefore, ranOf, readMessages, readTools } from './chat-messages.ts';
import type { LogFormat, RowRecord } from './format.ts';

export const openAi: LogFormat = {
  format: 'openai',
  recognises: (value) =>
    isObject(value) &&
    (Array.isArray(value['messages']) || isObject(value['request']) || isObject(value['input'])),
  read: (row) => {
    const value = objectAt(row, 'the row');
    if (value['preferred_output'] !== undefined) return [preferenceOf(value)];
    if (value['messages'] !== undefined) return taughtTurns(value);
    return [loggedResponse(value)];
  },
};

function taughtTurns(row: JsonObject): RowRecord[] {
  const tools = readTools(row['tools'], 'tools');
  const read = readMessages(row['messages'], 'messages');
  const messages = read.map(({ message }) => message);
  const records = read.flatMap(({ message, taught }, index): RowRecord[] => {
    if (message.role !== 'assistant' || !taught) return [];
    const before = promptBefore(messages.slice(0, index));
    const expected = outputOf(message, before, tools);
    const ran = expected.type === 'calls' ? ranOf(messages.slice(index + 1)) : 'unknown';
    return [{ messages: before, tools, expected, outcome: 'unknown', ran }];
  });
  if (records.length === 0) throw new RowError('No turn of an assistant is to be learned.');
  return records;
}

function preferenceOf(row: JsonObject): RowRecord {
  const input = objectAt(row['input'], 'input');
  const tools = readTools(input['tools'], 'input.tools');
  const before = promptBefore(
    readMessages(input['messages'], 'input.messages').map(({ message }) => message),
  );
  const [expected, rejected] = ['preferred_output', 'non_preferred_output'].map((key) => {
    const last = readMessages(row[key], key).at(-1)?.message;
    if (last?.role !== 'assistant') throw new RowError(`${key} must end with a turn of the assistant.`);
    return outputOf(last, before, tools);
  });
  if (expected === undefined || rejected === undefined) throw new RowError('Two outputs are compared.');
  return {
    messages: before,
    tools,
    expected,
    rejected,
    outcome: 'unknown',
    ran: 'unknown',
    feedback: 'corrected',
  };
}

/** A request with its response: as proxies log them, with `body` between or without. */
export function loggedResponse(row: JsonObject): RowRecord {
  const request = bodyOf(row['request'], 'request');
  const response = bodyOf(row['response'], 'response');
  const tools = readTools(request['tools'], 'request.tools');
  const before = promptBefore(
    readMessages(request['messages'], 'request.messages').map(({ message }) => message),
  );
  const [choice] = listAt(response['choices'], 'response.choices');
  const answer = objectAt(choice, 'response.choices[0]')['message'];
  const [read] = readMessages([objectAt(answer, 'response.choices[0].message')], 'response.choices');
  if (read?.message.role !== 'assistant') throw new RowError('The response is no turn of an assistant.');
  const model = response['model'] ?? request['model'];
  const { id } = response;
  return {
    messages: before,
    tools,
    expected: outputOf(read.message, before, tools),
    outcome: 'unknown',
    ran: 'unknown',
    ...(typeof id === 'string' && id !== '' ? { recordId: id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
  };
}

function bodyOf(value: Json | undefined, path: string): JsonObject {
  const outer = objectAt(value, path);
  return isObject(outer['body']) ? outer['body'] : outer;
}
