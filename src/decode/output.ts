/**
 * What an `act` step says, as text: the one place that renders and reads it, so that prompts, grammar, training rows
 * and the runtime agree to the byte. Compact JSON, no white space; several calls stand one a line:
 *
 *   {"name":"weather","arguments":{"city":"Oslo"}}     a call
 *   {"ask":"For which city?"}                          a refusal: no tool fits, or a value is missing
 *   {"answer":"It is 4 degrees in Oslo."}              an answer
 *
 * Knows nothing of schemas (the grammar and tools/validate hold calls to them).
 */
import { isObject, parseJson } from '../protocol/json.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { StepOutput } from '../protocol/task-event.ts';
import type { ToolCall } from '../protocol/tool.ts';

export type ParsedOutput =
  | { readonly type: 'read'; readonly output: StepOutput }
  | { readonly type: 'unreadable'; readonly reason: string };

/** How the text of a call begins, and no other. */
export const callOpening = '{"name":';

/** The text of a call. Arguments keep the order they have. */
function renderCall({ name, arguments: values }: ToolCall): string {
  return JSON.stringify({ name, arguments: values });
}

/** The text of an output, exactly as the model is to write it. */
export function renderOutput(output: StepOutput): string {
  switch (output.type) {
    case 'calls':
      return output.calls.map(renderCall).join('\n');
    case 'answer':
      return JSON.stringify({ answer: output.text });
    case 'refusal':
      return JSON.stringify({ ask: output.text });
    default:
      return output satisfies never;
  }
}

/** Reads what the model wrote. Text that is none of the forms is unreadable, with the reason. */
export function parseOutput(text: string): ParsedOutput {
  // An engine that is held to a schema only may write its one value over several lines.
  const lines = parseObject(text) === undefined ? linesOf(text) : [text];
  if (lines.length === 0) return { type: 'unreadable', reason: 'The output is empty.' };
  const values: JsonObject[] = [];
  for (const line of lines) {
    const value = parseObject(line);
    if (value === undefined)
      return { type: 'unreadable', reason: `Not a complete JSON object: ${excerpt(line)}` };
    values.push(value);
  }
  const [first] = values;
  if (first !== undefined && values.length === 1) {
    if (typeof first['answer'] === 'string')
      return { type: 'read', output: { type: 'answer', text: first['answer'] } };
    if (typeof first['ask'] === 'string')
      return { type: 'read', output: { type: 'refusal', text: first['ask'] } };
  }
  const calls: ToolCall[] = [];
  for (const value of values) {
    const { name, arguments: given } = value;
    if (typeof name !== 'string' || !isObject(given)) {
      return {
        type: 'unreadable',
        reason: `Neither a call nor "answer" nor "ask": ${excerpt(JSON.stringify(value))}`,
      };
    }
    calls.push({ name, arguments: given });
  }
  return { type: 'read', output: { type: 'calls', calls } };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parseObject(line: string): JsonObject | undefined {
  const value = parseJson(line);
  return isObject(value) ? value : undefined;
}

function excerpt(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
