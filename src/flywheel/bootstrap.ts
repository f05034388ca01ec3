/**
 * How far a mean may be off, found by drawing the sample again and again from itself: the percentile bootstrap of
 * B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979), 1-26; intervals as in
 * Efron and Tibshirani, "An introduction to the bootstrap" (1993), chapter 13. Seeded: the same sample and seed give the
 * same interval. Knows numbers only.
 */
import type { Interval } from '../protocol/evaluation.ts';
import { seededRandom } from './seeded-random.ts';

/** What a report says of its intervals. */
export const bootstrapDefaults = { level: 0.95, resamples: 2000, seed: 'smallworks' } as const;

/** The sample, and how its interval is drawn. The same values and seed give the same interval. */
export interface BootstrapOptions {
  /** One value a row. For a paired difference: one difference a row, so that what rows share cancels out. */
  readonly values: readonly number[];
  /** Between 0 and 1. */
  readonly level?: number;
  readonly resamples?: number;
  readonly seed?: string;
}

/**
 * The interval of the values' mean. Where all values are equal it has no width: with few rows, believe it as little as
 * the mean itself. No values: from 0 to 0.
 */
export function bootstrapInterval(options: BootstrapOptions): Interval {
  const { values, level, resamples, seed } = { ...bootstrapDefaults, ...options };
  if (values.length === 0) return { low: 0, high: 0 };
  const random = seededRandom(seed);
  const means = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample += 1) {
    let sum = 0;
    for (let drawn = 0; drawn < values.length; drawn += 1) sum += values[random.below(values.length)] ?? 0;
    means[sample] = sum / values.length;
  }
  means.sort();
  const outside = (1 - level) / 2;
  return {
    low: means[Math.floor(outside * resamples)] ?? 0,
    high: means[Math.ceil((1 - outside) * resamples) - 1] ?? 0,
  };
}
