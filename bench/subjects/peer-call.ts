/**
 * How a peer is asked for a call: the messages that our runtime would send, so that the content is the same, and the
 * schema of one call for those that can be held to one. Its words are graded as ours are.
 */
import { actMessages } from '../../src/decode/prompt.ts';
import { parseOutput } from '../../src/decode/output.ts';
import { gradeRow } from '../../src/flywheel/grade.ts';
import { rowTurns } from '../../src/flywheel/row-turns.ts';
import type { ChatMessage, JsonSchema, ToolCallRow } from '../../src/index.ts';
import type { CallTold, Told } from './subject.ts';

/** Tokens that a call may take, for all. */
export const callTokens = 384;

export function callMessages({ tools, ...row }: ToolCallRow): readonly ChatMessage[] {
  return actMessages({ tools, turns: rowTurns(row) });
}

function closed(properties: JsonSchema): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** One call of one of the tools, or a refusal. */
export function callSchema({ tools }: ToolCallRow): JsonSchema {
  return {
    anyOf: [
      ...tools.map(({ name, parameters }) => closed({ name: { const: name }, arguments: parameters })),
      closed({ ask: { type: 'string' } }),
    ],
  };
}

export function gradeCall(row: ToolCallRow, told: Told): CallTold {
  const parsed = parseOutput(told.text);
  const output = parsed.type === 'read' ? parsed.output : undefined;
  return {
    ...told,
    right: gradeRow(row, output).exact,
    calls: output?.type === 'calls' ? output.calls : [],
  };
}
