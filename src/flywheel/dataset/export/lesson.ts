/**
 * A record as what a trainer is shown: with the runtime's own prompt, or as the conversation that it is.
 * Knows records and prompts; no file format.
 */
import { actMessages } from '../../../decode/prompt.ts';
import type { Lesson } from '../../format-row.ts';
import { rowTurns } from '../../row-turns.ts';
import type { ConversationTurn } from '../../tool-call-row.ts';
import type { DatasetRecord } from '../record.ts';

/**
 * Which prompt a rendered row has. `as-sent`: the messages that the runtime sent, worked examples and all, where the record
 * has them. `plain`: as an adapter is asked, without examples.
 */
export type PromptForm = 'as-sent' | 'plain';

export function conversationLesson({ messages, tools, expected }: DatasetRecord): Lesson {
  return { messages, tools, output: expected };
}

export function promptLesson(record: DatasetRecord, form: PromptForm): Lesson {
  const { prompt, tools, expected } = record;
  return {
    messages: (form === 'as-sent' ? prompt : undefined) ?? runtimeMessages(record),
    tools,
    output: expected,
  };
}

/** The messages of an `act` step for this conversation; a log's own system text is context that the user brings. */
function runtimeMessages({ messages, tools }: DatasetRecord): Lesson['messages'] {
  const turns = messages.map((message): ConversationTurn => {
    const { role, content } = message;
    if (role === 'assistant' || role === 'tool') return message;
    return { role: 'user', content };
  });
  return actMessages({ tools, turns: rowTurns({ turns }) });
}
