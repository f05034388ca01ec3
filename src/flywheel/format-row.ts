/**
 * One training row as one line of a file, in the three formats that trainers read. Pure, but for `trl`, whose lines
 * depend on their place in the file. The reasons for each format's shape: docs/decisions, "dataset formats".
 */
import { renderChat, turnEnd } from '../decode/chat-template.ts';
import { renderOutput } from '../decode/output.ts';
import type { ChatTemplate } from '../protocol/model.ts';
import type { StepOutput } from '../protocol/task-event.ts';
import {
  chatMessages,
  countCalls,
  jsonLine,
  jsonText,
  outputMessage,
  toolCalls,
  toolDefinitionsText,
} from './dataset/export/chat-json.ts';
import type { DatasetMessage } from './dataset/record.ts';
import type { TrainingRow } from './training-row.ts';

/**
 * - `trl`: conversational prompt-completion with `tools`, for a model whose own chat template knows tools.
 * - `openai`: chat fine-tuning with `tool_calls`.
 * - `rendered`: the exact text of prompt and output, for the model that runs here.
 */
export type DatasetFormat = 'trl' | 'openai' | 'rendered';

/** What a trainer is shown of a row. For `rendered`, the messages are those of the runtime. */
export interface Lesson extends Pick<TrainingRow, 'tools' | 'output'> {
  readonly messages: readonly DatasetMessage[];
}

export interface FormatRowOptions {
  readonly row: Lesson;
  readonly format: DatasetFormat;
  /** Lines written before this one. */
  readonly index: number;
  readonly template: ChatTemplate;
}

/** The row as one line of JSON, line feed included. Text that is not well-formed Unicode gets U+FFFD. */
export function formatRow({ row, format, index, template }: FormatRowOptions): string {
  switch (format) {
    case 'trl':
      return jsonLine(trlRow(row, index));
    case 'openai':
      return openaiLine(row);
    case 'rendered':
      return jsonLine(renderedRow(row, template));
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
  const completion = outputMessage(output, 'object', countCalls(messages));
  return {
    prompt: chatMessages(messages, 'object'),
    completion: [weighed(completion, index)],
    tools: toolDefinitionsText(tools),
  };
}

/** The message with `weight` in every second row; chat templates ignore it. */
export function weighed(message: object, index: number): object {
  return index % 2 === 0 ? { ...message, weight: 1 } : message;
}

/** Turns of the assistant before the last are not to be learned here: each is a row of its own. */
function openaiLine({ messages, tools, output }: Lesson): string {
  const last =
    output.type === 'calls'
      ? { role: 'assistant', tool_calls: toolCalls(output.calls, 'text', countCalls(messages)) }
      : { role: 'assistant', content: output.text };
  const before = chatMessages(messages, 'text').map(({ role, content, tool_call_id, tool_calls }) => ({
    role,
    content,
    // A result is known by the id of its call there, not by its tool's name.
    tool_call_id,
    tool_calls,
    weight: role === 'assistant' ? 0 : undefined,
  }));
  const text = jsonText([...before, last]);
  // An empty list of tools is refused there. The tools' text is the longest part of most rows, and the same in many.
  return tools.length === 0
    ? `{"messages":${text}}\n`
    : `{"messages":${text},"tools":${toolDefinitionsText(tools)},"parallel_tool_calls":true}\n`;
}

/** The output is rendered as one more turn, so that the template's own rules hold for it too. */
function renderedRow({ messages, output }: Lesson, template: ChatTemplate): object {
  // The runtime tells a tool's result as the user's turn.
  const chat = messages.map(({ role, content }) => ({
    role: role === 'tool' ? ('user' as const) : role,
    content,
  }));
  const prompt = renderChat(template, chat);
  const spoken = renderChat(template, [...chat, assistantTurn(output)]).slice(prompt.length);
  const end = turnEnd(template);
  return { prompt, completion: spoken.slice(0, spoken.indexOf(end) + end.length) };
}

function assistantTurn(output: StepOutput) {
  return { role: 'assistant' as const, content: renderOutput(output) };
}
