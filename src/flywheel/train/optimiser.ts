/**
 * AdamW without decay of weights (arXiv:1711.05101), clipping of the gradient's norm, and the learning rate over time.
 * The same numbers in the same order give the same bits. Knows flat lists of numbers; nothing of models.
 */

/** What the optimiser remembers of earlier gradients. */
export interface Moments {
  /** Running mean of the gradient. */
  readonly first: Float32Array<ArrayBuffer>;
  /** Running mean of its square. */
  readonly second: Float32Array<ArrayBuffer>;
}

/** As in the Python recipe. */
const firstDecay = 0.9;
const secondDecay = 0.98;
const epsilon = 1e-8;

/** Changes `parameters` and `moments`. `step` counts from 1. */
export function adamStep(options: {
  readonly parameters: Float32Array<ArrayBuffer>;
  readonly gradient: Float32Array<ArrayBuffer>;
  readonly moments: Moments;
  readonly step: number;
  readonly rate: number;
}): void {
  const { parameters, gradient, moments, step, rate } = options;
  const { first, second } = moments;
  const firstWhole = 1 - firstDecay ** step;
  const secondWhole = 1 - secondDecay ** step;
  for (let at = 0; at < parameters.length; at += 1) {
    const slope = gradient[at] ?? 0;
    const mean = firstDecay * (first[at] ?? 0) + (1 - firstDecay) * slope;
    const square = secondDecay * (second[at] ?? 0) + (1 - secondDecay) * slope * slope;
    first[at] = mean;
    second[at] = square;
    const size = Math.sqrt(square / secondWhole) + epsilon;
    parameters[at] = (parameters[at] ?? 0) - (rate * (mean / firstWhole)) / size;
  }
}

/** Shortens `gradient` to the norm `longest`; returns the norm that it had. */
export function clipNorm(gradient: Float32Array<ArrayBuffer>, longest: number): number {
  let sum = 0;
  for (const value of gradient) sum += value * value;
  const norm = Math.sqrt(sum);
  if (norm > longest) {
    const share = longest / norm;
    for (let at = 0; at < gradient.length; at += 1) gradient[at] = (gradient[at] ?? 0) * share;
  }
  return norm;
}

/** The factor of the learning rate at `step` (from 0) of `steps`: linear up, then a half cosine (arXiv:1608.03983). */
export function rateAt(
  step: number,
  { steps, warmup }: { readonly steps: number; readonly warmup: number },
): number {
  if (step < warmup) return (step + 1) / warmup;
  const done = (step - warmup) / Math.max(1, steps - warmup);
  return (1 + Math.cos(Math.PI * Math.min(1, done))) / 2;
}
