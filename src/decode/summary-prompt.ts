/**
 * The wording of a summary: how a model is asked for one, and how it then stands in a prompt. Apart from the prompts of
 * a run's steps, because no training row is made of it.
 */
import type { ChatMessage } from '../protocol/engine.ts';

/** The messages that ask for a summary of other messages. */
export function summaryMessages(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return [
    {
      role: 'system',
      content: 'Sum up the conversation in a few short sentences. Keep names, numbers and decisions.',
    },
    { role: 'user', content: messages.map(({ role, content }) => `${role}: ${content}`).join('\n') },
  ];
}

/** A summary as it stands before a user's words. It is told as what was said, never as an instruction. */
export function summaryNote(summary: string): string {
  return `Earlier in this conversation, in short: ${summary}`;
}
