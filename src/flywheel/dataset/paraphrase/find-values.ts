/**
 * The values of a record that can be changed: numbers, dates, names and the like that stand in what the user said and, word for
 * word, in the calls. Knows calls and texts; nothing of what they are changed to.
 */
import { isObject } from '../../../protocol/json.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { ToolCall } from '../../../protocol/tool.ts';
import type { DatasetRecord } from '../record.ts';

/** A value in a call, where it stands. */
export interface CallValue {
  readonly tool: string;
  /** Name of the innermost property. */
  readonly parameter: string;
  readonly schema: JsonObject;
  readonly value: string | number;
}

/** Values of the expected and of earlier calls that stand literally in a user's message; each once, in their order. */
export function findValues({ messages, tools, expected }: DatasetRecord): CallValue[] {
  const said = messages.flatMap(({ role, content }) => (role === 'user' ? [content] : [])).join('\n');
  const calls = [
    ...messages.flatMap((message) => (message.role === 'assistant' ? (message.calls ?? []) : [])),
    ...(expected.type === 'calls' ? expected.calls : []),
  ];
  const found = new Map<string, CallValue>();
  for (const call of calls) {
    const schema = tools.find(({ name }) => name === call.name)?.parameters ?? {};
    for (const value of leavesOf(call, schema)) {
      const text = String(value.value);
      if (!found.has(text) && text.trim() !== '' && standsIn(said, text)) found.set(text, value);
    }
  }
  return [...found.values()];
}

/** Texts and numbers of a call's arguments. */
export function leavesOf({ name, arguments: values }: ToolCall, schema: JsonObject): CallValue[] {
  const leaves: CallValue[] = [];
  const visit = (value: Json, own: JsonObject, parameter: string): void => {
    if (typeof value === 'string' || typeof value === 'number') {
      leaves.push({ tool: name, parameter, schema: own, value });
    } else if (Array.isArray(value)) {
      for (const item of value as readonly Json[]) visit(item, objectOf(own['items']), parameter);
    } else if (isObject(value)) {
      for (const [key, item] of Object.entries(value))
        visit(item, objectOf(objectOf(own['properties'])[key]), key);
    }
  };
  visit(values, schema, '');
  return leaves;
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** Whether a value stands in a text as words of its own. */
export function standsIn(text: string, value: string): boolean {
  return literalOf([value]).test(text);
}

/** An expression for any of the values, longer ones first, where no letter or digit goes on before or behind it. */
export function literalOf(values: readonly string[], flags = 'u'): RegExp {
  const sorted = values.toSorted((one, other) => other.length - one.length || (one < other ? -1 : 1));
  const escaped = sorted.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  return new RegExp(
    String.raw`(?<![\p{L}\p{M}\p{Nd}]|\p{Nd}[.,:-])(?:${escaped.join('|')})(?![\p{L}\p{M}\p{Nd}]|[.,:-]\p{Nd})`,
    flags,
  );
}
