/**
 * The texts of a conversation that values are copied from: what the user and the assistant said, and what tools returned.
 * Not among them: worked examples, tool descriptions, the runtime's own remarks, and calls, which copied before.
 * Knows turns; nothing of words and grammars.
 */
import { isObject } from '../protocol/json.ts';
import type { Json } from '../protocol/json.ts';
import type { Turn } from './prompt.ts';

/** One text a statement, and one a value in a tool's result. */
export function copySources(turns: readonly Turn[]): readonly string[] {
  return turns.flatMap((turn): readonly string[] => {
    switch (turn.type) {
      case 'request':
        return [turn.text];
      case 'output':
        return turn.output.type === 'calls' ? [] : [turn.output.text];
      case 'result':
        return textsIn(turn.value);
      case 'feedback':
        return [];
      default:
        return turn satisfies never;
    }
  });
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
