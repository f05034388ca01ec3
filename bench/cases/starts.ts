/** From nothing to the first token, and the first token of a prompt that was answered before. */
import { story } from '../material.ts';
import type { Ask } from '../subjects/subject.ts';
import type { Case } from './case.ts';

const opens = { slots: 1, contextTokens: 2048 };

function greeting(number: number): Ask {
  return {
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: `${story(9000 + number, 4)} Who was where?` },
    ],
    maxTokens: 2,
  };
}

export const starts: readonly Case[] = [
  {
    name: 'cold-start',
    title: 'Cold start: files at hand, from nothing to the first token',
    opens,
    startsCold: true,
    round: async (subject, number) => {
      const startedAt = performance.now();
      await subject.open(opens);
      const openMs = performance.now() - startedAt;
      const { firstTokenMs } = await subject.ask(greeting(number));
      await subject.close();
      return { ms: openMs + firstTokenMs, figures: { openMs, firstTokenMs } };
    },
  },
  {
    name: 'warm-start',
    title: 'Warm start: the same prompt again, to the first token',
    opens,
    round: async (subject, number) => {
      await subject.ask(greeting(number));
      const { firstTokenMs } = await subject.ask(greeting(number));
      return { ms: firstTokenMs, figures: {} };
    },
  },
];
