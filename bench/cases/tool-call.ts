/** A call out of 5 or 20 tools: with a list of tools that is new, and with one that was served just before. */
import { callRows } from '../material.ts';
import type { CallTold } from '../subjects/subject.ts';
import type { Case, Sample } from './case.ts';

/** A call's time, with what was read, written and right. */
export function sampleOf({ totalMs, firstTokenMs, promptTokens, tokens, right }: CallTold): Sample {
  return { ms: totalMs, figures: { promptTokens, tokens, firstTokenMs, right: right ? 1 : 0 } };
}

function toolCall(tools: number, isWarm: boolean): Case {
  const state = isWarm ? 'the same tools as before' : 'tools never seen';
  return {
    name: `tool-call-${String(tools)}${isWarm ? '-warm' : ''}`,
    title: `A call out of ${String(tools)} tools, ${state}`,
    opens: { slots: 1, contextTokens: 4096 },
    round: async (subject, number) => {
      const seed = 100_000 * tools + number;
      const [first, second] = callRows({ seed, tools, count: 2, share: 2 });
      if (first === undefined || second === undefined) throw new Error('There are no rows.');
      const told = await subject.call(first);
      return sampleOf(isWarm ? await subject.call(second) : told);
    },
  };
}

export const toolCalls: readonly Case[] = [5, 20].flatMap((tools) =>
  [false, true].map((isWarm) => toolCall(tools, isWarm)),
);
