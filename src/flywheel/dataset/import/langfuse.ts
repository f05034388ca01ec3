/**
 * Langfuse exports: a trace with its observations and scores (`Download JSON`), or observations one a row (table and blob
 * storage exports, which write snake_case). Of a trace, every generation is a record, and a score of 0 or 1 named after
 * the user's feedback is what a person said. https://langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields
 */
import { asObject, isObject, parseJson } from '../../../protocol/json.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import { RowError, objectAt } from '../../read-fields.ts';
import { outputOf, promptBefore, readMessages, readTools } from './chat-messages.ts';
import type { LogFormat, RowRecord } from './format.ts';
import { firstOf, textOf } from './message-parts.ts';

export const langfuse: LogFormat = {
  format: 'langfuse',
  recognises: (value) =>
    isObject(value) &&
    (Array.isArray(value['observations']) ||
      isObject(value['trace']) ||
      (firstOf(value, 'traceId', 'trace_id') !== undefined && 'type' in value)),
  rowsOf: (value) => {
    const outer = asObject(value);
    const observations = outer['observations'];
    if (!Array.isArray(observations)) return [value];
    const trace = isObject(outer['trace']) ? outer['trace'] : outer;
    const feedback = feedbackOf(outer['scores'] ?? trace['scores']);
    const session = firstOf(trace, 'sessionId', 'session_id');
    const shared = {
      ...(feedback === undefined ? {} : { feedback }),
      ...(session === undefined ? {} : { sessionId: session }),
    };
    return (observations as readonly Json[])
      .filter((item) => !isObject(item) || isGeneration(item))
      .map((item) => (isObject(item) ? Object.assign({}, item, shared) : item));
  },
  read: (row) => {
    const observation = objectAt(row, 'the observation');
    return isGeneration(observation) ? [recordOf(observation)] : [];
  },
};

function isGeneration(observation: JsonObject): boolean {
  return textOf(observation['type']).toUpperCase() === 'GENERATION';
}

function recordOf(row: JsonObject): RowRecord {
  const input = jsonOf(row['input']);
  const inner = asObject(input);
  const messages = readMessages(Array.isArray(input) ? input : inner['messages'], 'input.messages');
  const before = promptBefore(messages.map(({ message }) => message));
  const parameters = asObject(jsonOf(firstOf(row, 'modelParameters', 'model_parameters')));
  const offered = firstOf(inner, 'tools') ?? firstOf(row, 'toolDefinitions', 'tool_definitions');
  const tools = readTools(jsonOf(offered ?? parameters['tools']), 'tools');
  const output = jsonOf(row['output']);
  const said = Array.isArray(output) ? (output as readonly Json[])[0] : output;
  const answer = typeof said === 'string' ? { role: 'assistant', content: said } : messageOf(said);
  const [read] = readMessages([answer], 'output');
  if (read?.message.role !== 'assistant') throw new RowError('output is no turn of an assistant.');
  const id = textOf(row['id']);
  const episode = textOf(firstOf(row, 'sessionId', 'session_id', 'traceId', 'trace_id'));
  const model = textOf(firstOf(row, 'model', 'providedModelName', 'provided_model_name'));
  const at = Date.parse(textOf(firstOf(row, 'startTime', 'start_time')));
  const feedback = row['feedback'] ?? feedbackOf(row['scores']);
  return {
    messages: before,
    tools,
    expected: outputOf(read.message, before, tools),
    outcome: textOf(row['level']).toUpperCase() === 'ERROR' ? 'failed' : 'unknown',
    ran: 'unknown',
    ...(id === '' ? {} : { recordId: id }),
    ...(episode === '' ? {} : { episode }),
    ...(model === '' ? {} : { model }),
    ...(Number.isNaN(at) ? {} : { at }),
    ...(feedback === 'good' || feedback === 'bad' ? { feedback } : {}),
  };
}

/** The message itself, or within a response as OpenAI gives it. */
function messageOf(value: Json | undefined): Json {
  const output = objectAt(value, 'output');
  const [choice] = Array.isArray(output['choices']) ? (output['choices'] as readonly Json[]) : [];
  const message =
    choice === undefined ? output : objectAt(asObject(choice)['message'], 'output.choices[0].message');
  return { role: 'assistant', ...message };
}

/** Exports as rows of a table hold inputs and outputs as JSON text. */
function jsonOf(value: Json | undefined): Json | undefined {
  return typeof value === 'string' ? (parseJson(value) ?? value) : value;
}

function feedbackOf(scores: Json | undefined): 'good' | 'bad' | undefined {
  if (!Array.isArray(scores)) return undefined;
  const own = (scores as readonly Json[])
    .map(asObject)
    .find(({ name, value }) => /feedback|thumb|rating/i.test(textOf(name)) && (value === 0 || value === 1));
  return own === undefined ? undefined : own['value'] === 1 ? 'good' : 'bad';
}
