/**
 * The row format of tool-call data sets: a conversation, the tools, and the calls that are right. One JSON object a
 * line, messages and tools in OpenAI's shape. Checks what it reads and says in which line what is wrong.
 * Knows nothing of how a row is graded (grade) or how its conversation becomes a prompt (decode/).
 */
import type { Id } from '../protocol/id.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { ToolCall, ToolSpec } from '../protocol/tool.ts';
import { RowError, listAt, objectAt, readJson, textAt } from './read-fields.ts';

/** A call that is expected, with the liberties it allows. */
export interface ExpectedCall {
  readonly name: string;
  /** One right answer. */
  readonly arguments: JsonObject;
  /** Per parameter, values that are right beside the one in `arguments`. */
  readonly acceptable: { readonly [parameter: string]: readonly Json[] };
  /** Parameters that may be left out. */
  readonly optional: readonly string[];
}

export interface ConversationTurn {
  readonly role: 'user' | 'assistant' | 'tool';
  /** Empty where an assistant only called. For `tool`: the result as the data set has it, mostly JSON text. */
  readonly content: string;
  /** Calls an assistant made in this turn. */
  readonly calls?: readonly ToolCall[];
  /** For `tool`: which tool's result this is, where the conversation tells. */
  readonly name?: string;
}

/** One row that tool calls are scored on: a conversation, the tools, and the calls that are right. */
export interface ToolCallRow {
  readonly id: string;
  readonly category: string;
  readonly turns: readonly ConversationTurn[];
  readonly tools: readonly ToolSpec[];
  /** Empty: no tool is to be called. Several: all of them, in any order. */
  readonly expected: readonly ExpectedCall[];
  /** What is said where nothing is to be called; absent where the data set does not tell. */
  readonly reply?: string;
  /** The run of the user's own log that it was made from; no file of rows has it. */
  readonly runId?: Id;
}

export type ParsedToolCallRow =
  | { readonly type: 'read'; readonly row: ToolCallRow }
  /** `reason` is a sentence that names the line. */
  | { readonly type: 'unreadable'; readonly reason: string };

/** Reads one line. `lineNumber` counts from 1 and only serves the message. */
export function parseToolCallRow(line: string, lineNumber: number): ParsedToolCallRow {
  try {
    return { type: 'read', row: readRow(readJson(line)) };
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    return { type: 'unreadable', reason: `Line ${lineNumber}: ${error.message}` };
  }
}

function readRow(value: Json): ToolCallRow {
  const row = objectAt(value, 'the row');
  const tools = listAt(row['tools'], 'tools').map((tool, index) => readTool(tool, `tools[${index}]`));
  const turns = readTurns(listAt(row['messages'], 'messages'));
  const { reply } = row;
  const last = turns.at(-1)?.role;
  if (last !== 'user' && last !== 'tool')
    throw new RowError('messages must end with a user or a tool message.');
  return {
    id: textAt(row['id'], 'id'),
    category: typeof row['category'] === 'string' ? row['category'] : '',
    turns,
    tools,
    expected: listAt(row['expected'], 'expected').map((call, index) =>
      readExpected(call, `expected[${index}]`),
    ),
    ...(typeof reply === 'string' && reply !== '' ? { reply } : {}),
  };
}

function readTool(value: Json, path: string): ToolSpec {
  const definition = objectAt(objectAt(value, path)['function'], `${path}.function`);
  const { description, parameters } = definition;
  return {
    name: textAt(definition['name'], `${path}.function.name`),
    description: typeof description === 'string' ? description : '',
    parameters:
      parameters === undefined
        ? { type: 'object', properties: {} }
        : objectAt(parameters, `${path}.function.parameters`),
    permission: 'read',
  };
}

function readTurns(messages: readonly Json[]): ConversationTurn[] {
  const nameOfCall = new Map<string, string>();
  return messages.map((value, index) => {
    const path = `messages[${index}]`;
    const message = objectAt(value, path);
    const content = message['content'] ?? '';
    if (typeof content !== 'string') throw new RowError(`${path}.content must be text.`);
    switch (message['role']) {
      // A data set's own system text is context that the user brings.
      case 'system':
      case 'user':
        return { role: 'user', content };
      case 'assistant':
        return {
          role: 'assistant',
          content,
          ...callsOf(message['tool_calls'], `${path}.tool_calls`, nameOfCall),
        };
      case 'tool': {
        const id = message['tool_call_id'];
        const name = message['name'] ?? (typeof id === 'string' ? nameOfCall.get(id) : undefined);
        return { role: 'tool', content, ...(typeof name === 'string' ? { name } : {}) };
      }
      default:
        throw new RowError(`${path}.role must be user, assistant, tool or system.`);
    }
  });
}

function callsOf(
  value: Json | undefined,
  path: string,
  nameOfCall: Map<string, string>,
): { readonly calls?: readonly ToolCall[] } {
  if (value === undefined || value === null) return {};
  const calls = listAt(value, path).map((item, index) => {
    const call = objectAt(item, `${path}[${index}]`);
    const called = objectAt(call['function'], `${path}[${index}].function`);
    const name = textAt(called['name'], `${path}[${index}].function.name`);
    const given = called['arguments'] ?? {};
    if (typeof call['id'] === 'string') nameOfCall.set(call['id'], name);
    return {
      name,
      arguments: objectAt(
        typeof given === 'string' ? readJson(given) : given,
        `${path}[${index}].function.arguments`,
      ),
    };
  });
  return calls.length === 0 ? {} : { calls };
}

function readExpected(value: Json, path: string): ExpectedCall {
  const call = objectAt(value, path);
  const acceptable = Object.entries(objectAt(call['acceptable'] ?? {}, `${path}.acceptable`)).map(
    ([parameter, values]) => [parameter, listAt(values, `${path}.acceptable.${parameter}`)] as const,
  );
  return {
    name: textAt(call['name'], `${path}.name`),
    arguments: objectAt(call['arguments'], `${path}.arguments`),
    acceptable: Object.fromEntries(acceptable),
    optional: listAt(call['optional'] ?? [], `${path}.optional`).map((parameter, index) =>
      textAt(parameter, `${path}.optional[${index}]`),
    ),
  };
}
