/**
 * What a router has learned: a fit of the chance of success, and how true its chances were on examples that each part of
 * the fit had not seen. Of several sets of features and ridges those that foretell best by cross-validation are kept, so
 * that a few examples are not answered with many large weights. Pure.
 */
import type { DecisionFacts, RouterExample, RouterFit } from '../../protocol/decision-facts.ts';
import type { Judgement } from '../../protocol/routing.ts';
import { decisionFeatures, featureNames, featureSets } from './decision-features.ts';
import { chanceOf, effectsOf, fitLogistic } from './logistic-fit.ts';
import { leastExamples } from './router-limits.ts';
import { calibrationError } from './routing-figures.ts';

const folds = 5;
/** The more examples, the less they have to be held back. */
const ridges = [1, 3, 10, 30] as const;

/** Learns from examples; undefined where there are too few, or too few of one kind. No chance is in it. */
export function fitRouter(examples: readonly RouterExample[]): RouterFit | undefined {
  const successes = examples.filter(({ success }) => success).length;
  const fewest = Math.min(successes, examples.length - successes);
  if (examples.length < leastExamples.all || fewest < leastExamples.ofEach) return undefined;
  const tried = featureSets.flatMap((names) =>
    ridges.map((ridge) => ({ names, ridge, held: crossValidated(examples, names, ridge) })),
  );
  const best = tried.reduce((one, other) => (other.held.loss < one.held.loss ? other : one));
  return {
    v: 1,
    features: best.names,
    fit: fitLogistic(rowsOf(examples, best.names), best.ridge),
    n: examples.length,
    successes,
    calibrationError: best.held.calibrationError,
  };
}

/** The chance of a decision by a fit, and what spoke for it. Undefined where the fit has features that are not known. */
export function judgeBy({ features, fit }: RouterFit, facts: DecisionFacts): Judgement | undefined {
  if (features.some((name) => !featureNames.some((known) => known === name))) return undefined;
  const values = valuesOf(facts, features);
  const effects = effectsOf(fit, values).map((effect, at) => ({
    feature: features[at] ?? '',
    value: values[at] ?? 0,
    effect,
  }));
  return {
    chance: chanceOf(fit, values),
    effects: effects
      .filter(({ effect }) => Math.abs(effect) >= 0.005)
      .toSorted((one, other) => Math.abs(other.effect) - Math.abs(one.effect)),
  };
}

/** The mean log-loss and the calibration error of chances that each fold gets from a fit to the others. */
function crossValidated(
  examples: readonly RouterExample[],
  names: readonly string[],
  ridge: number,
): { readonly loss: number; readonly calibrationError: number } {
  const judged = examples.map((example, at) => ({ example, fold: at % folds }));
  const rows = Array.from({ length: folds }, (_, fold) => {
    const fit = fitLogistic(
      rowsOf(
        judged.filter((one) => one.fold !== fold).map(({ example }) => example),
        names,
      ),
      ridge,
    );
    return judged
      .filter((one) => one.fold === fold)
      .map(({ example: { facts, success } }) => ({
        chance: chanceOf(fit, valuesOf(facts, names)),
        small: success,
        fallback: true,
      }));
  }).flat();
  const losses = rows.map(({ chance, small }) => -Math.log(Math.max(1e-6, small ? chance : 1 - chance)));
  return {
    loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    calibrationError: calibrationError(rows),
  };
}

function rowsOf(examples: readonly RouterExample[], names: readonly string[]) {
  return examples.map(({ facts, success }) => ({ features: valuesOf(facts, names), success }));
}

function valuesOf(facts: DecisionFacts, names: readonly string[]): readonly number[] {
  const values = decisionFeatures(facts);
  return names.map((name) => values[featureNames.findIndex((known) => known === name)] ?? 0);
}
