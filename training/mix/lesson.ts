/**
 * A tool-call row as a lesson: the runtime's own prompt for its conversation and tools, and the output that is right.
 * Knows rows, prompts and outputs; nothing of which rows are worth teaching.
 */
import { actMessages, noToolReply } from '../../src/decode/prompt.ts';
import type { Lesson } from '../../src/flywheel/format-row.ts';
import { rowTurns } from '../../src/flywheel/row-turns.ts';
import type { ExpectedCall, ToolCallRow } from '../../src/flywheel/tool-call-row.ts';
import type { Json, JsonObject } from '../../src/protocol/json.ts';
import type { StepOutput } from '../../src/protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../../src/protocol/tool.ts';
import { compileSchema } from '../../src/tools/validate.ts';

/** A reply is cut after the sentence that passes this many characters. */
const longReply = 80;

/** The lesson of a row; undefined where its expected call does not fit its own schema, so that nobody could make it. */
export function lessonOf(row: Omit<ToolCallRow, 'id' | 'category'>): Lesson | undefined {
  const output = rightOutput(row);
  if (output === undefined) return undefined;
  return { messages: actMessages({ tools: row.tools, turns: rowTurns(row) }), tools: row.tools, output };
}

function rightOutput({
  expected,
  tools,
  reply,
  turns,
}: Omit<ToolCallRow, 'id' | 'category'>): StepOutput | undefined {
  if (expected.length === 0) return { type: 'refusal', text: shortReply(reply ?? noToolReply) };
  const said = turns.map(({ content }) => content).join('\n');
  const calls: ToolCall[] = [];
  for (const call of expected) {
    const tool = tools.find(({ name }) => name === call.name);
    if (tool === undefined) return undefined;
    const made = { name: call.name, arguments: inSchemaOrder(literalArguments(call, said), tool) };
    if (compileSchema(tool.parameters)(made.arguments).length > 0) return undefined;
    calls.push(made);
  }
  return { type: 'calls', calls };
}

/** Of several right values, one that stands in the conversation: it can be copied. */
function literalArguments({ arguments: values, acceptable }: ExpectedCall, said: string): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const others = Object.hasOwn(acceptable, name) ? (acceptable[name] ?? []) : [];
      const literal = [value, ...others].find((right) => typeof right === 'string' && said.includes(right));
      return [name, literal ?? value];
    }),
  );
}

/** The grammar writes properties in the schema's order. */
function inSchemaOrder(values: JsonObject, { parameters }: ToolSpec): JsonObject {
  const names = Object.keys((parameters['properties'] ?? {}) as JsonObject);
  const known = names.filter((name) => Object.hasOwn(values, name));
  const others = Object.keys(values).filter((name) => !names.includes(name));
  return Object.fromEntries([...known, ...others].map((name) => [name, values[name] as Json]));
}

/** Data sets refuse at length, each in its own words; here it is one short sentence. */
const inability = /\bsorry\b|\bas an ai\b|\bunable to\b|\bcan(?:no|')t\b/i;

function shortReply(reply: string): string {
  if (inability.test(reply)) return noToolReply;
  const line = reply.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= longReply) return line;
  const sentences = line.match(/[^.?!]+[.?!]*\s*/g) ?? [line];
  let short = '';
  for (const sentence of sentences) {
    if (short !== '' && short.length + sentence.length > longReply) break;
    short += sentence;
  }
  const words = short.trim();
  return words.length <= 2 * longReply ? words : noToolReply;
}
