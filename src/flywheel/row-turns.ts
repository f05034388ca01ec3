/**
 * A data set's conversation as the turns of a prompt, so that a row is scored and taught in the very words that a run
 * would use. Knows rows and turns; no wording (decode/prompt) and no grading (grade).
 */
import type { Turn } from '../decode/prompt.ts';
import { parseJson } from '../protocol/json.ts';
import type { Json } from '../protocol/json.ts';
import type { ConversationTurn, ToolCallRow } from './tool-call-row.ts';

/** The turns of a row, in their order. What an assistant said beside its calls is left out. */
export function rowTurns({ turns }: Pick<ToolCallRow, 'turns'>): readonly Turn[] {
  return turns.flatMap(promptTurns);
}

function promptTurns({ role, content, calls = [], name = 'tool' }: ConversationTurn): Turn[] {
  switch (role) {
    case 'user':
      return [{ type: 'request', text: content }];
    case 'assistant': {
      const said: Turn[] =
        content === '' ? [] : [{ type: 'output', output: { type: 'answer', text: content } }];
      return calls.length === 0 ? said : [{ type: 'output', output: { type: 'calls', calls } }];
    }
    case 'tool':
      return [{ type: 'result', tool: name, value: jsonOrText(content) }];
    default:
      return role satisfies never;
  }
}

function jsonOrText(text: string): Json {
  const value = parseJson(text);
  return value === undefined ? text : value;
}
