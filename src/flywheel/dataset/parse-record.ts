/**
 * A canonical record, read and checked field by field: what recordLine wrote comes back as it was, and anything else is
 * refused with the reason. Knows the record's form.
 */
import { datasetSplits } from '../../protocol/dataset.ts';
import type { ChatMessage } from '../../protocol/engine.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { StepOutput } from '../../protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../../protocol/tool.ts';
import { RowError, listAt, objectAt, shown, textAt } from '../read-fields.ts';
import { sourceFormats } from './record.ts';
import type { DatasetMessage, DatasetRecord } from './record.ts';

/** Throws RowError where the value is no record of this version. */
export function parseRecord(value: Json): DatasetRecord {
  const row = objectAt(value, 'the record');
  if (row['v'] !== 1) throw new RowError(`v is ${shown(row['v'])}; version 1 is read.`);
  const source = objectAt(row['source'], 'source');
  const lineage = objectAt(row['lineage'], 'lineage');
  const messages = listAt(row['messages'], 'messages').map(readMessage);
  if (!messages.some(({ role }) => role === 'user')) throw new RowError('No message is a user’s.');
  const { rejected, feedback, at, task, split, prompt } = row;
  return {
    v: 1,
    id: textAt(row['id'], 'id'),
    messages,
    ...(prompt === undefined ? {} : { prompt: listAt(prompt, 'prompt').map(readChatMessage) }),
    tools: listAt(row['tools'], 'tools').map(readTool),
    expected: readOutput(row['expected'], 'expected'),
    ...(rejected === undefined ? {} : { rejected: readOutput(rejected, 'rejected') }),
    outcome: oneOf(row['outcome'], ['succeeded', 'failed', 'unknown'], 'outcome'),
    ran: oneOf(row['ran'], ['ok', 'error', 'unknown'], 'ran'),
    ...(feedback === undefined
      ? {}
      : { feedback: oneOf(feedback, ['good', 'bad', 'corrected'], 'feedback') }),
    ...(at === undefined ? {} : { at: numberAt(at, 'at') }),
    source: {
      format: oneOf(source['format'], sourceFormats, 'source.format'),
      name: textAt(source['name'], 'source.name'),
      ...(source['model'] === undefined ? {} : { model: textAt(source['model'], 'source.model') }),
    },
    lineage: {
      episode: textAt(lineage['episode'], 'lineage.episode'),
      records: listAt(lineage['records'], 'lineage.records').map((id) => textAt(id, 'lineage.records')),
      ...(lineage['parent'] === undefined ? {} : { parent: textAt(lineage['parent'], 'lineage.parent') }),
    },
    ...(task === undefined ? {} : { task: textAt(task, 'task') }),
    ...(split === undefined ? {} : { split: oneOf(split, datasetSplits, 'split') }),
  };
}

function readMessage(value: Json, index: number): DatasetMessage {
  const path = `messages[${index}]`;
  const message = objectAt(value, path);
  const role = oneOf(message['role'], ['system', 'user', 'assistant', 'tool'], `${path}.role`);
  const content = contentAt(message['content'], `${path}.content`);
  if (role === 'tool') return { role, content, name: textAt(message['name'], `${path}.name`) };
  if (role !== 'assistant' || message['calls'] === undefined) return { role, content };
  return { role, content, calls: listAt(message['calls'], `${path}.calls`).map(readCall) };
}

function readChatMessage(value: Json, index: number): ChatMessage {
  const message = objectAt(value, `prompt[${index}]`);
  return {
    role: oneOf(message['role'], ['system', 'user', 'assistant'], `prompt[${index}].role`),
    content: contentAt(message['content'], `prompt[${index}].content`),
  };
}

function readCall(value: Json): ToolCall {
  const call = objectAt(value, 'a call');
  return {
    name: textAt(call['name'], 'name of a call'),
    arguments: objectAt(call['arguments'], 'arguments'),
  };
}

function readTool(value: Json, index: number): ToolSpec {
  const tool = objectAt(value, `tools[${index}]`);
  const examples = tool['examples'];
  return {
    name: textAt(tool['name'], `tools[${index}].name`),
    description: contentAt(tool['description'], `tools[${index}].description`),
    parameters: objectAt(tool['parameters'], `tools[${index}].parameters`),
    permission: oneOf(tool['permission'], ['read', 'write'], `tools[${index}].permission`),
    ...(examples === undefined ? {} : { examples: listAt(examples, 'examples').map(readExample) }),
  };
}

function readExample(value: Json): { readonly request: string; readonly arguments: JsonObject } {
  const example = objectAt(value, 'an example');
  return {
    request: contentAt(example['request'], 'request of an example'),
    arguments: objectAt(example['arguments'], 'arguments of an example'),
  };
}

function readOutput(value: Json | undefined, path: string): StepOutput {
  const output = objectAt(value, path);
  const type = oneOf(output['type'], ['calls', 'answer', 'refusal'], `${path}.type`);
  return type === 'calls'
    ? { type, calls: listAt(output['calls'], `${path}.calls`).map(readCall) }
    : { type, text: contentAt(output['text'], `${path}.text`) };
}

function contentAt(value: Json | undefined, path: string): string {
  if (typeof value === 'string') return value;
  throw new RowError(`${path} must be text.`);
}

function numberAt(value: Json, path: string): number {
  if (typeof value === 'number') return value;
  throw new RowError(`${path} must be a number.`);
}

function oneOf<const Choice extends string>(
  value: Json | undefined,
  choices: readonly Choice[],
  path: string,
): Choice {
  const choice = choices.find((one) => one === value);
  if (choice !== undefined) return choice;
  throw new RowError(`${path} is ${shown(value)}; it is one of ${choices.join(', ')}.`);
}
