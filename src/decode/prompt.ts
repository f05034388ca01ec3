/**
 * The one module that owns the wording of every prompt. The runtime sends these messages, the journal keeps them, and
 * the exported training rows repeat them, so that a specialist is trained on exactly what it will be asked.
 * What is the same for many requests stands first, so that the KV cache of one serves the next.
 * Knows words; nothing of which tools or examples are worth showing (agent/shortlist decides).
 */
import type { ChatMessage } from '../protocol/engine.ts';
import type { Json, JsonObject, JsonSchema } from '../protocol/json.ts';
import type { StepOutput } from '../protocol/task-event.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import { renderOutput } from './output.ts';
import { schemaText, toolSignature } from './signature.ts';

/** Raised whenever a wording changes: rows of one version are not mixed with those of another. */
export const promptVersion = 1;

/** One turn of a task's conversation, before it is put into words. */
export type Turn =
  | { readonly type: 'request'; readonly text: string }
  | { readonly type: 'output'; readonly output: StepOutput }
  | { readonly type: 'result'; readonly tool: string; readonly value: Json }
  /** Why the last output was not usable, told to the next attempt. */
  | { readonly type: 'feedback'; readonly text: string };

/** A request with the output that serves it, shown to the model before the real request. */
export interface Example {
  readonly request: string;
  readonly output: StepOutput;
}

/** Said where a request is for none of the tools. */
export const noToolReply = 'No tool here can do that.';

/** Refusals to show beside a tool set's own examples: without them a small model calls something for everything. */
export const refusalExamples: readonly Example[] = [
  { request: 'Who wrote the play Faust?', output: { type: 'refusal', text: 'No tool here can tell that.' } },
  {
    request: 'What is the capital of Spain?',
    output: { type: 'refusal', text: 'No tool here can tell that.' },
  },
  { request: 'Tell me a joke', output: { type: 'refusal', text: noToolReply } },
];

export interface ActPromptOptions {
  /** In the order they are shown; the likeliest last, because a small model favours what it read last. */
  readonly tools: readonly ToolSpec[];
  readonly examples?: readonly Example[];
  readonly turns: readonly Turn[];
  /** What the caller tells the model, before what we do; absent: nothing. */
  readonly system?: string;
}

/** The messages of an `act` step: which tool, with which arguments, or none. */
export function actMessages({
  tools,
  examples = [],
  turns,
  system: told,
}: ActPromptOptions): readonly ChatMessage[] {
  const system = [
    ...(told === undefined ? [] : [told]),
    'Call a tool for the request. If none fits or a value is missing, ask.',
    'Tools:',
    ...tools.map(toolSignature),
  ];
  return [
    { role: 'system', content: system.join('\n') },
    ...examples.flatMap(({ request, output }): ChatMessage[] => [
      { role: 'user', content: request },
      { role: 'assistant', content: renderOutput(output) },
    ]),
    ...joinMessages(turns.map(turnMessage)),
  ];
}

export interface ChatPromptOptions {
  readonly system?: string;
  readonly turns: readonly Turn[];
  /** What the answer has to be; absent: any text. */
  readonly schema?: JsonSchema;
}

/** The messages of a conversation in which no tool can be called: what was said stands there as it was said. */
export function chatMessages({ system, turns, schema }: ChatPromptOptions): readonly ChatMessage[] {
  const told = [
    ...(system === undefined ? [] : [system]),
    ...(schema === undefined ? [] : [`Answer in JSON: ${schemaText(schema)}`]),
  ];
  return [
    ...(told.length === 0 ? [] : [{ role: 'system', content: told.join('\n') } as const]),
    ...joinMessages(
      turns.map((turn) =>
        turn.type === 'output' && turn.output.type !== 'calls'
          ? { role: 'assistant', content: turn.output.text }
          : turnMessage(turn),
      ),
    ),
  ];
}

/** The messages of a `judge` step: those of the step that wrote the output, the output, and what the model thinks of it. */
export function judgeMessages({
  turns,
  output,
  ...options
}: ActPromptOptions & { readonly output: StepOutput }): readonly ChatMessage[] {
  return actMessages({ ...options, turns: [...turns, { type: 'output', output }, judgeQuestion] });
}

const judgeQuestion: Turn = { type: 'feedback', text: 'Does this do what was asked? Say yes or no.' };

function turnMessage(turn: Turn): ChatMessage {
  switch (turn.type) {
    case 'request':
      return { role: 'user', content: turn.text };
    case 'output':
      return { role: 'assistant', content: renderOutput(turn.output) };
    case 'result':
      return { role: 'user', content: `Result of ${turn.tool}: ${JSON.stringify(turn.value)}` };
    case 'feedback':
      return { role: 'user', content: turn.text };
    default:
      return turn satisfies never;
  }
}

/** Neighbours of the same role become one message, as chat templates expect. */
function joinMessages(said: readonly ChatMessage[]): ChatMessage[] {
  const messages: ChatMessage[] = [];
  for (const message of said) {
    const last = messages.at(-1);
    if (last?.role === message.role) {
      messages[messages.length - 1] = { role: last.role, content: `${last.content}\n${message.content}` };
    } else {
      messages.push(message);
    }
  }
  return messages;
}

/** The messages of an `answer` step: the results of one subtask, said in a sentence. */
export function answerMessages(request: string, results: readonly Json[]): readonly ChatMessage[] {
  return [
    { role: 'system', content: 'Say the result in one sentence.' },
    ...answerExamples.flatMap(({ request: asked, result, answer }): ChatMessage[] => [
      { role: 'user', content: resultQuestion(asked, [result]) },
      { role: 'assistant', content: answer },
    ]),
    { role: 'user', content: resultQuestion(request, results) },
  ];
}

function resultQuestion(request: string, results: readonly Json[]): string {
  return [request, ...results.map((result) => `Result: ${JSON.stringify(result)}`)].join('\n');
}

const answerExamples: readonly {
  readonly request: string;
  readonly result: JsonObject;
  readonly answer: string;
}[] = [
  { request: 'What is 6 + 1?', result: { result: 7 }, answer: '6 + 1 is 7.' },
  { request: 'Convert 2 feet to cm', result: { value: 60.96, unit: 'cm' }, answer: '2 feet is 60.96 cm.' },
  {
    request: 'Add tea to my shopping list',
    result: { added: 'tea', id: 4 },
    answer: 'I added tea to your shopping list.',
  },
];

/** The messages of a `plan` step; its output is held to the goal's own words (agent/plan). */
export function planMessages(goal: string): readonly ChatMessage[] {
  return [
    { role: 'system', content: 'Split the request into tasks, one a line.' },
    ...planExamples.flatMap(([request, tasks]): ChatMessage[] => [
      { role: 'user', content: request },
      { role: 'assistant', content: tasks.join('\n') },
    ]),
    { role: 'user', content: goal },
  ];
}

const planExamples: readonly (readonly [string, readonly string[]])[] = [
  ['Buy bread and milk, then call Ann.', ['Buy bread and milk', 'call Ann.']],
  ['What is 3 + 4 and how many feet is a mile?', ['What is 3 + 4', 'how many feet is a mile?']],
  ['Tell me the weather in Oslo and Bergen', ['Tell me the weather in Oslo and Bergen']],
  ['Add a note about Tom and Jerry. Show my list.', ['Add a note about Tom and Jerry.', 'Show my list.']],
];
