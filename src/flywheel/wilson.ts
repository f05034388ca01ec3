/**
 * The interval of a share of successes that holds for few tries too, and for none or all of them: E. B. Wilson, "Probable
 * inference, the law of succession, and statistical inference", Journal of the American Statistical Association 22
 * (1927), 209-212. Knows numbers only.
 */
import type { Interval } from '../protocol/evaluation.ts';
import type { Tally } from '../protocol/promotion.ts';

/** The 97.5 % point of the normal distribution: 95 % lie between it and its negative. */
const z = 1.959963984540054;

/** The 95 % interval. Without tries nothing is known: from 0 to 1. */
export function wilsonInterval({ n, successes }: Tally): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const share = successes / n;
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const middle = share + (z * z) / (2 * n);
  const scale = 1 + (z * z) / n;
  // The ends are exact where none or all went well: rounding would leave the share itself outside its interval.
  return {
    low: successes === 0 ? 0 : (middle - spread) / scale,
    high: successes === n ? 1 : (middle + spread) / scale,
  };
}
