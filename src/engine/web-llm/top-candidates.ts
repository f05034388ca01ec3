/** Scores of every token -> the likeliest, with their log-probabilities. Pure; knows nothing of where scores come from. */
import type { TokenLogprob } from '../../protocol/model.ts';

/** The `count` likeliest tokens, best first. `logits` holds one score a token and is left as it is. */
export function topCandidates(logits: Float32Array, count: number): readonly TokenLogprob[] {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const logarithm = largest + Math.log(sum);
  const order = Array.from(logits.keys()).toSorted(
    (left, right) => (logits[right] ?? 0) - (logits[left] ?? 0),
  );
  return order.slice(0, count).map((token) => ({ token, logprob: (logits[token] ?? 0) - logarithm }));
}
