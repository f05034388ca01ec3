/** Free text: a prompt of some 230 tokens that nobody has read before, 64 tokens of an answer. */
import { story } from '../material.ts';
import type { Told } from '../subjects/subject.ts';
import type { Case, Sample } from './case.ts';

const answerTokens = 64;

export const freeText: Case = {
  name: 'free-text',
  title: 'Free text: 230 tokens read, 64 written',
  opens: { slots: 1, contextTokens: 2048 },
  round: async (subject, number) => {
    const told = await subject.ask({
      messages: [
        { role: 'system', content: 'You are a helpful assistant.' },
        {
          role: 'user',
          content: `${story(7000 + number, 18)}\nTell at length, in many sentences, what happened next.`,
        },
      ],
      maxTokens: answerTokens,
    });
    return speeds(told);
  },
};

/** Totals with the speeds of both halves, tokens per second. */
function speeds(told: Told): Sample {
  const { promptTokens, tokens, firstTokenMs, totalMs } = told;
  return {
    ms: totalMs,
    figures: {
      promptTokens,
      tokens,
      firstTokenMs,
      prefillPerSecond: (promptTokens / firstTokenMs) * 1000,
      decodePerSecond: tokens > 1 ? ((tokens - 1) / (totalMs - firstTokenMs)) * 1000 : 0,
    },
  };
}
