/**
 * One training row as one line of a file, in the three formats that trainers read. Pure, but for `trl`, whose lines
 * depend on their place in the file. The reasons for each format's shape: docs/decisions, "dataset formats".
 */
import { renderChat, turnEnd } from '../decode/chat-template.ts';
import { renderOutput } from '../decode/output.ts';
import type { ChatTemplate } from '../protocol/model.ts';
import type { StepOutput } from '../protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../protocol/tool.ts';
import type { TrainingRow } from './training-row.ts';

/**
 * - `trl`: conversational prompt-completion with `tools`, for a model whose own chat template knows tools.
 * - `openai`: chat fine-tuning with `tool_calls`.
 * - `rendered`: the exact text of prompt and output, for the model that runs here.
 */
export type DatasetFormat = 'trl' | 'openai' | 'rendered';

/** What a trainer is shown of a row. */
export type Lesson = Pick<TrainingRow, 'messages' | 'tools' | 'output'>;

export interface FormatRowOptions {
  readonly row: Lesson;
  readonly format: DatasetFormat;
  /** Lines written before this one. */
  readonly index: number;
  readonly template: ChatTemplate;
}

/** The row as one line of JSON, line feed included. Text that is not well-formed Unicode gets U+FFFD. */
export function formatRow({ row, format, index, template }: FormatRowOptions): string {
  return `${JSON.stringify(bodyOf(format, row, index, template), wellFormed)}\n`;
}

function bodyOf(format: DatasetFormat, row: Lesson, index: number, template: ChatTemplate): object {
  switch (format) {
    case 'trl':
      return trlRow(row, index);
    case 'openai':
      return openaiRow(row);
    case 'rendered':
      return renderedRow(row, template);
    default:
      return format satisfies never;
  }
}

/**
 * Arguments are objects: chat templates refuse a string, or quote it a second time. `tools` is one JSON text, which TRL
 * parses. Every second completion carries `weight`: a key that comes and goes makes the JSON loader of `datasets` keep
 * the whole message as it is, where else it would guess one type per argument and turn dates and digits into others.
 */
function trlRow({ messages, tools, output }: Lesson, index: number): object {
  const completion =
    output.type === 'calls'
      ? { role: 'assistant', content: '', tool_calls: toolCalls(output.calls, (call) => call.arguments) }
      : { role: 'assistant', content: output.text };
  return {
    prompt: messages,
    completion: [index % 2 === 0 ? { ...completion, weight: 1 } : completion],
    tools: JSON.stringify(tools.map(toolDefinition), wellFormed),
  };
}

function openaiRow({ messages, tools, output }: Lesson): object {
  const last =
    output.type === 'calls'
      ? {
          role: 'assistant',
          tool_calls: toolCalls(output.calls, (call) => JSON.stringify(call.arguments, wellFormed)),
        }
      : { role: 'assistant', content: output.text };
  return {
    messages: [...messages, last],
    // An empty list of tools is refused there.
    ...(tools.length === 0 ? {} : { tools: tools.map(toolDefinition), parallel_tool_calls: true }),
  };
}

/** The output is rendered as one more turn, so that the template's own rules hold for it too. */
function renderedRow({ messages, output }: Lesson, template: ChatTemplate): object {
  const prompt = renderChat(template, messages);
  const spoken = renderChat(template, [...messages, assistantTurn(output)]).slice(prompt.length);
  const end = turnEnd(template);
  return { prompt, completion: spoken.slice(0, spoken.indexOf(end) + end.length) };
}

function assistantTurn(output: StepOutput) {
  return { role: 'assistant' as const, content: renderOutput(output) };
}

function toolCalls(calls: readonly ToolCall[], argumentsOf: (call: ToolCall) => unknown): object[] {
  return calls.map((call, position) => ({
    id: `call_${position + 1}`,
    type: 'function',
    function: { name: call.name, arguments: argumentsOf(call) },
  }));
}

function toolDefinition({ name, description, parameters }: ToolSpec): object {
  return { type: 'function', function: { name, description, parameters } };
}

/** Half a surrogate pair is no Unicode text, and Python refuses to write it. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\p{Surrogate}/gu, '\u{FFFD}') : value;
}
