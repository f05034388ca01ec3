/**
 * A corrected list of calls as a person types it: JSON text in, calls or a sentence that says what is wrong out.
 * Knows the shape of a call and which tools there are; whether arguments fit a schema is the tools' business.
 */
import { isObject } from '../protocol/json.ts';
import type { Json } from '../protocol/json.ts';
import type { ToolCall } from '../protocol/tool.ts';

export type ReadCalls =
  | { readonly type: 'calls'; readonly calls: readonly ToolCall[] }
  | { readonly type: 'mistake'; readonly message: string };

/**
 * Reads `[{ "name": …, "arguments": {…} }, …]`; one call may stand without its brackets, and `[]` means
 * that nothing should have been called. `toolNames` empty: any name is taken.
 */
export function readCalls(text: string, toolNames: readonly string[]): ReadCalls {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return mistake(`This is not JSON yet: ${error.message}.`);
  }
  const calls: ToolCall[] = [];
  for (const [index, entry] of (Array.isArray(value) ? value : [value]).entries()) {
    const call = readCall(entry, toolNames);
    if (typeof call === 'string') return mistake(`Call ${index + 1} ${call}`);
    calls.push(call);
  }
  return { type: 'calls', calls };
}

function mistake(message: string): ReadCalls {
  return { type: 'mistake', message };
}

/** The call, or the rest of a sentence that begins with `Call 1`. */
function readCall(entry: Json, toolNames: readonly string[]): ToolCall | string {
  if (!isObject(entry)) return 'is not an object with "name" and "arguments".';
  const { name, arguments: given, ...others } = entry;
  if (typeof name !== 'string' || name === '') return 'has no "name".';
  if (toolNames.length > 0 && !toolNames.includes(name)) {
    return `names "${name}", which is none of the tools: ${toolNames.join(', ')}.`;
  }
  if (!isObject(given)) return 'needs "arguments", an object.';
  const stray = Object.keys(others)[0];
  if (stray !== undefined) return `has "${stray}"; only "name" and "arguments" belong there.`;
  return { name, arguments: given };
}
