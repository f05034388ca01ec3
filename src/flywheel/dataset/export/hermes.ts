/**
 * A record in the ShareGPT form with the function calls of Nous Research's Hermes models: tools within `<tools>` in the
 * system text, a call within `<tool_call>`, a result within `<tool_response>`
 * (https://github.com/NousResearch/Hermes-Function-Calling). `tools` is a JSON text besides, as their data set has it.
 */
import type { StepOutput } from '../../../protocol/task-event.ts';
import type { ToolCall } from '../../../protocol/tool.ts';
import type { DatasetMessage, DatasetRecord } from '../record.ts';
import { jsonText, toolDefinitionsText } from './chat-json.ts';

interface Turn {
  readonly from: 'system' | 'human' | 'gpt' | 'tool';
  readonly value: string;
}

export function hermesRow({ id, messages, tools, expected, task }: DatasetRecord): object {
  const definitions = toolDefinitionsText(tools);
  const own = messages.flatMap(({ role, content }) => (role === 'system' ? [content] : []));
  const system = tools.length === 0 ? own : [...own, toolText(definitions)];
  return {
    id,
    conversations: [
      ...(system.length === 0 ? [] : [{ from: 'system', value: system.join('\n\n') } satisfies Turn]),
      ...joined(messages.filter(({ role }) => role !== 'system').map(turnOf)),
      { from: 'gpt', value: outputText(expected) } satisfies Turn,
    ],
    tools: definitions,
    task: task ?? '',
  };
}

function toolText(definitions: string): string {
  return [
    "You are a function calling AI model. You are provided with function signatures within <tools></tools> XML tags. You may call one or more functions to assist with the user query. Don't make assumptions about what values to plug into functions.",
    `<tools>\n${withinTags(definitions)}\n</tools>`,
    'For each function call return a JSON object with function name and arguments within <tool_call></tool_call> XML tags as follows:\n<tool_call>\n{"name": <function-name>, "arguments": <args-dict>}\n</tool_call>',
  ].join('\n');
}

function turnOf(message: DatasetMessage): Turn {
  switch (message.role) {
    case 'system':
      return { from: 'system', value: message.content };
    case 'user':
      return { from: 'human', value: message.content };
    case 'assistant': {
      const calls = callsText(message.calls ?? []);
      return { from: 'gpt', value: [message.content, calls].filter((text) => text !== '').join('\n') };
    }
    case 'tool': {
      const body = withinTags(jsonText({ name: message.name, content: message.content }));
      return { from: 'tool', value: `<tool_response>\n${body}\n</tool_response>` };
    }
    default:
      return message satisfies never;
  }
}

/** Neighbours of the same speaker become one turn, as the format wants it. */
function joined(turns: readonly Turn[]): Turn[] {
  const result: Turn[] = [];
  for (const turn of turns) {
    const last = result.at(-1);
    if (last?.from === turn.from)
      result[result.length - 1] = { ...last, value: `${last.value}\n${turn.value}` };
    else result.push(turn);
  }
  return result;
}

function outputText(output: StepOutput): string {
  return output.type === 'calls' ? callsText(output.calls) : output.text;
}

function callsText(calls: readonly ToolCall[]): string {
  return calls
    .map((call) => {
      const body = jsonText({ name: call.name, arguments: call.arguments });
      return `<tool_call>\n${withinTags(body)}\n</tool_call>`;
    })
    .join('\n');
}

/** JSON in which no text closes the tag around it: `\/` is the same character to a reader of JSON. */
function withinTags(json: string): string {
  return json.replaceAll('</', String.raw`<\/`);
}
