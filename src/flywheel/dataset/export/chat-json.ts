/**
 * Messages, calls and tools as OpenAI's chat form writes them: what all chat formats for trainers are made of. They differ in
 * whether arguments are an object or text. Knows the form; nothing of files.
 */
import type { StepOutput } from '../../../protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../../../protocol/tool.ts';
import type { DatasetMessage } from '../record.ts';

/** How the arguments of a call are written. */
export type ArgumentForm = 'object' | 'text';

export interface ChatJson {
  readonly role: string;
  readonly content?: string;
  readonly name?: string;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly ToolCallJson[];
  readonly weight?: 0 | 1;
}

export interface ToolCallJson {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: unknown };
}

/** A conversation; calls are numbered through, and each result names the call that it answers. */
export function chatMessages(messages: readonly DatasetMessage[], form: ArgumentForm): ChatJson[] {
  let calls = 0;
  let open: { readonly id: string; readonly name: string }[] = [];
  return messages.map((message): ChatJson => {
    const { role, content } = message;
    if (role === 'tool') {
      const place = Math.max(
        0,
        open.findIndex(({ name }) => name === message.name),
      );
      const [answered] = open.splice(place, 1);
      return { role, content, name: message.name, tool_call_id: answered?.id ?? `call_${calls}` };
    }
    if (role !== 'assistant' || message.calls === undefined) return { role, content };
    const made = toolCalls(message.calls, form, calls);
    calls += made.length;
    open = made.map(({ id, function: { name } }) => ({ id, name }));
    return { role, content, tool_calls: made };
  });
}

/** What is to be said, as a message. Calls come without content where `bare`. */
export function outputMessage(output: StepOutput, form: ArgumentForm, first = 0): ChatJson {
  return output.type === 'calls'
    ? { role: 'assistant', content: '', tool_calls: toolCalls(output.calls, form, first) }
    : { role: 'assistant', content: output.text };
}

/** How many calls the conversation made. */
export function countCalls(messages: readonly DatasetMessage[]): number {
  return messages.reduce(
    (sum, message) => sum + (message.role === 'assistant' ? (message.calls?.length ?? 0) : 0),
    0,
  );
}

export function toolCalls(calls: readonly ToolCall[], form: ArgumentForm, first = 0): ToolCallJson[] {
  return calls.map(({ name, arguments: values }, position) => ({
    id: `call_${first + position + 1}`,
    type: 'function',
    function: { name, arguments: form === 'object' ? values : JSON.stringify(values, wellFormed) },
  }));
}

const definitionTexts = new WeakMap<readonly ToolSpec[], string>();

/** The tools' definitions as one JSON text; written once for a list, which several formats of a row ask for. */
export function toolDefinitionsText(tools: readonly ToolSpec[]): string {
  const known = definitionTexts.get(tools);
  if (known !== undefined) return known;
  const text = jsonText(tools.map(toolDefinition));
  definitionTexts.set(tools, text);
  return text;
}

function toolDefinition({ name, description, parameters }: ToolSpec): object {
  return { type: 'function', function: { name, description, parameters } };
}

/** One line of JSON, line feed included. Text that is not well-formed Unicode gets U+FFFD. */
export function jsonLine(value: object): string {
  return `${jsonText(value)}\n`;
}

export function jsonText(value: object): string {
  const text = JSON.stringify(value);
  // JSON.stringify writes an escape for half a surrogate pair and for nothing else; the replacer is slow.
  return /\\ud[89a-f]/.test(text) ? JSON.stringify(value, wellFormed) : text;
}

/** Half a surrogate pair is no Unicode text, and Python refuses to write it. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}
