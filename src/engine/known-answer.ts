/**
 * Whether an engine computes what a CPU computed from the same weights. Drivers exist that return wrong numbers
 * without any error, and a model that is a little wrong still talks. Pure: two lists of candidates in, a verdict out.
 */
import type { KnownAnswer, TokenLogprob } from '../protocol/model.ts';

export type AnswerVerdict =
  | { readonly type: 'trusted'; readonly largestDifference: number }
  | { readonly type: 'wrong'; readonly reason: string };

/**
 * Largest difference of a log-probability that packing, summation order and 16-bit arithmetic explain. Weights of the
 * same file in other packings differ by about 0.2; a broken kernel by whole units, or by everything.
 */
export const tolerance = 0.75;

/** Candidates to ask for when the reference has `length`: two that are close may change places at the end of the list. */
export function candidatesToAsk(answer: KnownAnswer): number {
  return 2 * Math.max(...answer.steps.map(({ length }) => length));
}

function judgeStep(
  expected: readonly TokenLogprob[],
  measured: readonly TokenLogprob[] | undefined,
): { readonly difference: number } | { readonly reason: string } {
  const best = measured?.[0];
  if (measured === undefined || best === undefined) return { reason: 'it ended too early' };
  const found = new Map(measured.map(({ token, logprob }) => [token, logprob]));
  let difference = 0;
  for (const { token, logprob } of expected) {
    const there = found.get(token);
    if (there === undefined) return { reason: `token ${String(token)} is not among its candidates` };
    const apart = Math.abs(there - logprob);
    // Not a number is wrong as well.
    if (!(apart <= tolerance)) {
      return {
        reason: `token ${String(token)} has the log-probability ${there.toFixed(2)} instead of ${logprob.toFixed(2)}`,
      };
    }
    difference = Math.max(difference, apart);
  }
  if (best.token !== expected[0]?.token) {
    return { reason: `token ${String(best.token)} is preferred to ${String(expected[0]?.token)}` };
  }
  return { difference };
}

/** Compares what an engine computed with the known answer. */
export function judgeAnswer(
  answer: KnownAnswer,
  measured: readonly (readonly TokenLogprob[])[],
): AnswerVerdict {
  let largestDifference = 0;
  for (const [index, expected] of answer.steps.entries()) {
    const step = judgeStep(expected, measured[index]);
    if ('reason' in step) return { type: 'wrong', reason: `At token ${String(index + 1)}, ${step.reason}.` };
    largestDifference = Math.max(largestDifference, step.difference);
  }
  return { type: 'trusted', largestDifference };
}
