/**
 * Messages made of parts -> a record's messages. Traces write a turn as parts: text, calls, results. Knows no trace format:
 * whoever reads one says what a part is.
 */
import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { ToolCall } from '../../../protocol/tool.ts';
import { RowError } from '../../read-fields.ts';
import type { DatasetMessage } from '../record.ts';

export type MessagePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'call'; readonly id: string; readonly call: ToolCall }
  | { readonly type: 'result'; readonly id: string; readonly name?: string; readonly value: Json };

export interface MessageInParts {
  readonly role: string;
  readonly parts: readonly MessagePart[];
}

/** The turns in their order; a turn with several results becomes one message for each. */
export function joinParts(messages: readonly MessageInParts[]): DatasetMessage[] {
  const nameOfCall = new Map<string, string>();
  return messages.flatMap(({ role, parts }): DatasetMessage[] => {
    const content = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
    const results = parts.filter((part) => part.type === 'result');
    const calls = parts.flatMap((part) => (part.type === 'call' ? [part] : []));
    for (const { id, call } of calls) nameOfCall.set(id, call.name);
    const told = results.map(({ id, name, value }): DatasetMessage => ({
      role: 'tool',
      name: name ?? nameOfCall.get(id) ?? 'tool',
      content: typeof value === 'string' ? value : JSON.stringify(value),
    }));
    if (role === 'tool' || (role === 'user' && told.length > 0 && content === '')) return told;
    switch (role) {
      case 'system':
      case 'user':
        return [...told, { role, content }];
      case 'assistant':
        return [
          {
            role,
            content,
            ...(calls.length === 0 ? {} : { calls: calls.map(({ call }) => call) }),
          },
          ...told,
        ];
      default:
        throw new RowError(`A message's role is ${role}, which is none of system, user, assistant and tool.`);
    }
  });
}

/** A text field, or the empty text. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The first of the fields that is there. */
export function firstOf(value: JsonObject, ...names: readonly string[]): Json | undefined {
  return names.map((name) => value[name]).find((field) => field !== undefined && field !== null);
}
