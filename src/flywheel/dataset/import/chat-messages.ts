/**
 * Messages and tools in OpenAI's chat form -> a record's. Most logs hold this form or one close to it, so the readers of
 * single formats bring theirs here. Knows the form; nothing of logs.
 */
import { isObject } from '../../../protocol/json.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { StepOutput } from '../../../protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../../../protocol/tool.ts';
import { RowError, listAt, objectAt, readJson, shown, textAt } from '../../read-fields.ts';
import type { DatasetMessage } from '../record.ts';

/** A message with what its log says beside its content. */
export interface ReadMessage {
  readonly message: DatasetMessage;
  /** False where the row itself says that this turn is not to be learned. */
  readonly taught: boolean;
}

/** Reads a list of messages. Throws RowError with the place of what is not as it should be. */
export function readMessages(value: Json | undefined, path: string): ReadMessage[] {
  const nameOfCall = new Map<string, string>();
  return listAt(value, path).map((item, index) => readMessage(item, `${path}[${index}]`, nameOfCall));
}

function readMessage(value: Json, path: string, nameOfCall: Map<string, string>): ReadMessage {
  const message = objectAt(value, path);
  const { role } = message;
  const content = contentOf(message['content'], `${path}.content`);
  switch (role) {
    case 'developer':
    case 'system':
      return { message: { role: 'system', content }, taught: false };
    case 'user':
      return { message: { role: 'user', content }, taught: false };
    case 'assistant': {
      if (message['function_call'] !== undefined && message['function_call'] !== null) {
        throw new RowError(`${path}.function_call is the old form of calls; tool_calls is read.`);
      }
      const calls = readCalls(message['tool_calls'], `${path}.tool_calls`, nameOfCall);
      const said = content === '' ? contentOf(message['refusal'], `${path}.refusal`) : content;
      return {
        message: { role: 'assistant', content: said, ...(calls.length === 0 ? {} : { calls }) },
        taught: message['weight'] !== 0,
      };
    }
    case 'tool': {
      const id = message['tool_call_id'];
      const name = message['name'] ?? (typeof id === 'string' ? nameOfCall.get(id) : undefined);
      return {
        message: { role: 'tool', content, name: typeof name === 'string' && name !== '' ? name : 'tool' },
        taught: false,
      };
    }
    default:
      throw new RowError(`${path}.role must be system, developer, user, assistant or tool.`);
  }
}

/** Text, or parts that are all text. A picture cannot be learned from here. */
function contentOf(value: Json | undefined, path: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return listAt(value, path)
    .map((item, index) => {
      const part = objectAt(item, `${path}[${index}]`);
      if (typeof part['text'] === 'string') return part['text'];
      throw new RowError(`${path}[${index}] is ${shown(part['type'])}; only text is read.`);
    })
    .join('');
}

/** Calls of an assistant's turn; arguments may be an object or its JSON text. */
function readCalls(
  value: Json | undefined,
  path: string,
  nameOfCall = new Map<string, string>(),
): ToolCall[] {
  if (value === undefined || value === null) return [];
  return listAt(value, path).map((item, index) => {
    const call = objectAt(item, `${path}[${index}]`);
    const called = objectAt(call['function'], `${path}[${index}].function`);
    const name = textAt(called['name'], `${path}[${index}].function.name`);
    if (typeof call['id'] === 'string') nameOfCall.set(call['id'], name);
    return {
      name,
      arguments: readArguments(called['arguments'], `${path}[${index}].function.arguments`),
    };
  });
}

/** Arguments of a call: an object, its JSON text, or nothing. */
export function readArguments(value: Json | undefined, path: string): JsonObject {
  if (value === undefined || value === null || value === '') return {};
  return objectAt(typeof value === 'string' ? readJson(value) : value, path);
}

/** Tools in OpenAI's form, or with name and parameters at the top as some logs write them. */
export function readTools(value: Json | undefined, path: string): ToolSpec[] {
  if (value === undefined || value === null) return [];
  return listAt(value, path).map((item, index) => readTool(item, `${path}[${index}]`));
}

/** One tool. What a log does not tell of it is assumed to change nothing, since nothing is run from a data set. */
function readTool(value: Json, path: string): ToolSpec {
  const outer = objectAt(value, path);
  const definition = isObject(outer['function']) ? outer['function'] : outer;
  const parameters = definition['parameters'] ?? definition['inputSchema'] ?? definition['input_schema'];
  const { description } = definition;
  return {
    name: textAt(definition['name'], `${path}.name`),
    description: typeof description === 'string' ? description : '',
    parameters:
      parameters === undefined || parameters === null
        ? { type: 'object', properties: {} }
        : objectAt(parameters, `${path}.parameters`),
    permission: 'read',
  };
}

/**
 * What an assistant's turn says. A text where tools were at hand and none had been used is a refusal where it asks for
 * something: that is how this runtime asks for a missing value; every other text is an answer.
 */
export function outputOf(
  { content, calls = [] }: { readonly content: string; readonly calls?: readonly ToolCall[] },
  before: readonly DatasetMessage[],
  tools: readonly ToolSpec[],
): StepOutput {
  if (calls.length > 0) return { type: 'calls', calls };
  if (content.trim() === '') throw new RowError('The assistant neither called nor said anything.');
  const asks = tools.length > 0 && before.at(-1)?.role !== 'tool' && /[?？؟]\s*$/u.test(content);
  return { type: asks ? 'refusal' : 'answer', text: content };
}

/** What became of calls, by the results that follow them. */
export function ranOf(after: readonly DatasetMessage[]): 'ok' | 'error' | 'unknown' {
  const end = after.findIndex(({ role }) => role !== 'tool');
  const results = end < 0 ? after : after.slice(0, end);
  if (results.length === 0) return 'unknown';
  return results.some(({ content }) => /^\s*(\{\s*"error"\s*:|error\b)/i.test(content)) ? 'error' : 'ok';
}

/** The messages of one row that come before one of its turns: a user's among them, and nothing else that is fit. */
export function promptBefore(messages: readonly DatasetMessage[]): readonly DatasetMessage[] {
  if (messages.some(({ role }) => role === 'user')) return messages;
  throw new RowError('No user said anything before the assistant.');
}
