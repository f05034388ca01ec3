/**
 * What a page gives a Prompt API session -> turns of ours, refused the way browsers refuse it: `TypeError` for what has no
 * form, `NotSupportedError` for what this model has no sense for. Knows the API's inputs only.
 */
import type { JsonSchema } from '../../protocol/json.ts';
import type { ChatTurn } from '../chat-request.ts';

/** One message of a prompt, as the Prompt API has it. */
export interface PromptMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string | readonly PromptContent[];
  /** The answer continues this text; on the last message only, which is the assistant's. */
  readonly prefix?: boolean;
}

interface PromptContent {
  readonly type: 'text' | 'image' | 'audio';
  readonly value: unknown;
}

/** What a session may be prompted with: a text, or messages. */
export type PromptInput = string | readonly PromptMessage[];

export interface ReadInput {
  readonly turns: readonly ChatTurn[];
  readonly prefill?: string;
}

export function notSupported(message: string): DOMException {
  return new DOMException(message, 'NotSupportedError');
}

/** The input of `prompt` and `append`. Throws TypeError and NotSupportedError. */
export function readInput(input: PromptInput): ReadInput {
  if (typeof input === 'string') return { turns: [{ type: 'user', text: input }] };
  if (!Array.isArray(input) || input.length === 0) throw new TypeError('The prompt has no message.');
  const messages: readonly PromptMessage[] = input;
  const last = messages.at(-1);
  if (
    messages.some((message) => message.prefix === true && (message !== last || message.role !== 'assistant'))
  ) {
    throw new DOMException('Only the last message, and only of the assistant, is a prefix.', 'SyntaxError');
  }
  if (messages.some(({ role }) => role === 'system')) {
    throw notSupported('The system prompt is given when a session is created.');
  }
  if (last?.prefix !== true) return { turns: messages.map(readMessage) };
  return { turns: messages.slice(0, -1).map(readMessage), prefill: textOf(last.content) };
}

/** The prompts that a session begins with. Throws TypeError where a system prompt is not the first. */
export function readInitial(prompts: readonly PromptMessage[]): readonly ChatTurn[] {
  if (prompts.slice(1).some(({ role }) => role === 'system')) {
    throw new TypeError('A system prompt is the first of the initial prompts.');
  }
  if (prompts.some(({ prefix }) => prefix === true)) throw new TypeError('An initial prompt is no prefix.');
  return prompts.map(readMessage);
}

/** The schema of a response; absent: any text. Throws NotSupportedError for a regular expression. */
export function readConstraint(constraint: object | undefined): JsonSchema | undefined {
  if (constraint instanceof RegExp) throw notSupported('Responses are held to JSON schemas only.');
  // What is no schema is refused with its place, when its grammar is made.
  return constraint as JsonSchema | undefined;
}

function readMessage({ role, content }: PromptMessage): ChatTurn {
  const text = textOf(content);
  switch (role) {
    case 'system':
    case 'user':
      return { type: role, text };
    case 'assistant':
      return { type: 'assistant', text, calls: [] };
    default:
      role satisfies never;
      throw new TypeError(`There is no role "${String(role)}".`);
  }
}

function textOf(content: PromptMessage['content']): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw new TypeError('A message has no content.');
  const parts: readonly PromptContent[] = content;
  return parts
    .map(({ type, value }) => {
      if (type !== 'text') throw notSupported(`Messages are text, not ${type}.`);
      if (typeof value !== 'string') throw new TypeError('The text of a message is a string.');
      return value;
    })
    .join('\n');
}
