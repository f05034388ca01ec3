/**
 * A row of a tool-call data set as one line of a file, in the form that tool-call-row reads: what is written here is read
 * there as the same row. Knows the format; nothing of where rows come from.
 */
import type { ConversationTurn, ToolCallRow } from './tool-call-row.ts';

/** One line of JSON, without its line feed. */
export function toolCallLine({ id, category, turns, tools, expected, reply }: ToolCallRow): string {
  return JSON.stringify({
    id,
    category,
    messages: turns.map(messageOf),
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function',
      function: { name, description, parameters },
    })),
    expected,
    ...(reply === undefined ? {} : { reply }),
  });
}

function messageOf({ role, content, calls = [], name }: ConversationTurn): object {
  return {
    role,
    content,
    ...(name === undefined ? {} : { name }),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map((call) => ({
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          })),
        }),
  };
}
