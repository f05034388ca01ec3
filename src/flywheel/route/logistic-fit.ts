/**
 * The chance of success as a logistic function of features: regression with a ridge, fitted by Newton's method (Hastie,
 * Tibshirani, Friedman, "The elements of statistical learning", 2nd edition, 4.4.1 and 18.4). Features are brought to one
 * scale first, so that the ridge weighs them alike. Its output is a probability as it is; no seed, no chance. Pure.
 */
import type { LogisticFit } from '../../protocol/decision-facts.ts';

export interface Example {
  readonly features: readonly number[];
  readonly success: boolean;
}

const mostRounds = 50;
const smallestStep = 1e-8;

/** The chance of success, between 0 and 1. */
export function chanceOf(fit: LogisticFit, features: readonly number[]): number {
  return logistic(scoreOf(fit.weights, fit.intercept, scaled(fit, features)));
}

/** What each feature adds to the log of the odds, beside an example whose features are all average. */
export function effectsOf(fit: LogisticFit, features: readonly number[]): readonly number[] {
  return scaled(fit, features).map((value, at) => value * (fit.weights[at] ?? 0));
}

/**
 * `ridge` is the weight of the squared weights: it keeps them finite where the examples are told apart without a mistake, and
 * small where there are few. Throws RangeError without examples, or where they have different numbers of features.
 */
export function fitLogistic(examples: readonly Example[], ridge = 1): LogisticFit {
  const [first] = examples;
  if (first === undefined) throw new RangeError('There are no examples to fit to.');
  const size = first.features.length;
  if (examples.some(({ features }) => features.length !== size))
    throw new RangeError(`Every example needs ${String(size)} features.`);
  const columns = Array.from({ length: size }, (_, at) => examples.map(({ features }) => features[at] ?? 0));
  const means = columns.map((values) => sum(values) / values.length);
  const scales = columns.map((values, at) => spread(values, means[at] ?? 0));
  const rows = examples.map(({ features }) => [...scaled({ means, scales }, features), 1]);
  const targets = examples.map(({ success }) => (success ? 1 : 0));
  const weights = descend(rows, targets, ridge);
  return { means, scales, weights: weights.slice(0, size), intercept: weights[size] ?? 0 };
}

/** Newton's steps until they are small. */
function descend(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  ridge: number,
): readonly number[] {
  const size = rows[0]?.length ?? 0;
  let weights: number[] = Array.from({ length: size }, () => 0);
  for (let round = 0; round < mostRounds; round += 1) {
    const gradient = weights.map((weight, at) => (at === size - 1 ? 0 : -ridge * weight));
    const curvature: number[][] = gradient.map((_, at) =>
      gradient.map((__, other) => (at === other ? (at === size - 1 ? 1e-9 : ridge) : 0)),
    );
    for (const [index, row] of rows.entries()) {
      const chance = logistic(row.reduce((total, value, at) => total + value * (weights[at] ?? 0), 0));
      const off = (targets[index] ?? 0) - chance;
      const bend = chance * (1 - chance);
      for (const [at, value] of row.entries()) {
        gradient[at] = (gradient[at] ?? 0) + off * value;
        const line = curvature[at] ?? [];
        for (const [other, second] of row.entries()) line[other] = (line[other] ?? 0) + bend * value * second;
      }
    }
    const step = solve(curvature, gradient);
    weights = weights.map((weight, at) => weight + (step[at] ?? 0));
    if (step.every((change) => Math.abs(change) < smallestStep)) break;
  }
  return weights;
}

/** x of A x = b by Gauss's elimination with pivots; A is positive definite here. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const lines = matrix.map((line, at) => [...line, right[at] ?? 0]);
  const size = lines.length;
  for (let at = 0; at < size; at += 1) {
    const pivot = lines
      .slice(at)
      .reduce((best, line) => (Math.abs(line[at] ?? 0) > Math.abs(best[at] ?? 0) ? line : best));
    lines.splice(lines.indexOf(pivot), 1);
    lines.splice(at, 0, pivot);
    for (const line of lines.slice(at + 1)) {
      const share = (line[at] ?? 0) / (pivot[at] ?? 1);
      for (let column = at; column <= size; column += 1)
        line[column] = (line[column] ?? 0) - share * (pivot[column] ?? 0);
    }
  }
  const found: number[] = Array.from({ length: size }, () => 0);
  for (let at = size - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? [];
    let rest = line[size] ?? 0;
    for (let column = at + 1; column < size; column += 1) rest -= (line[column] ?? 0) * (found[column] ?? 0);
    found[at] = rest / (line[at] ?? 1);
  }
  return found;
}

function scaled(
  { means, scales }: Pick<LogisticFit, 'means' | 'scales'>,
  features: readonly number[],
): number[] {
  return features.map((value, at) => (value - (means[at] ?? 0)) / (scales[at] ?? 1));
}

function scoreOf(weights: readonly number[], intercept: number, features: readonly number[]): number {
  return features.reduce((total, value, at) => total + value * (weights[at] ?? 0), intercept);
}

function logistic(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The standard deviation; 1 for a feature that never changes. */
function spread(values: readonly number[], mean: number): number {
  const deviation = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
  return deviation > 1e-9 ? deviation : 1;
}
