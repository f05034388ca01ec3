/**
 * What is known of a decision before anybody knows whether it is right, as numbers that a fit can weigh. Pure.
 */
import type { Certainty } from '../../protocol/engine.ts';
import type { StepOutput } from '../../protocol/task-event.ts';

export interface DecisionFacts {
  /** Of the attempt that was accepted; absent: the engine does not tell, or none was. */
  readonly certainty?: Certainty;
  /** Absent: no attempt gave a usable output. */
  readonly output?: StepOutput;
  /** How often the model was asked. */
  readonly attempts: number;
  readonly toolsOffered: number;
  /** Characters. */
  readonly requestLength: number;
}

/** Below these a log-probability says nothing more. */
const lowestSum = -12;
const lowestToken = -6;

/** In this order. */
export const featureNames = [
  'certainty is told',
  'log-probability of all choices',
  'log-probability of the least sure choice',
  'how far the grammar bent it',
  'it can be used',
  'it refuses',
  'it refuses, by how sure it is',
  'calls beyond the first',
  'arguments',
  'attempts beyond the first',
  'tools offered, log 2',
  'characters of the request, log 2',
] as const;

/** One number for each of `featureNames`. */
export function decisionFeatures(facts: DecisionFacts): readonly number[] {
  const { certainty, output, attempts, toolsOffered, requestLength } = facts;
  const calls = output?.type === 'calls' ? output.calls : [];
  const sum = Math.max(lowestSum, certainty?.logprob ?? 0);
  const refuses = output !== undefined && output.type !== 'calls';
  return [
    certainty === undefined ? 0 : 1,
    sum,
    Math.max(lowestToken, certainty?.least ?? 0),
    Math.max(lowestToken, certainty?.leastAllowed ?? 0),
    output === undefined ? 0 : 1,
    refuses ? 1 : 0,
    refuses ? sum : 0,
    Math.max(0, calls.length - 1),
    calls.reduce((count, call) => count + Object.keys(call.arguments).length, 0),
    attempts - 1,
    Math.log2(toolsOffered + 1),
    Math.log2(requestLength + 1),
  ];
}
