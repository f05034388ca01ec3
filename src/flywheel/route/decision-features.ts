/**
 * What is known of a decision before anybody knows whether it is right, as numbers that a fit can weigh. Pure.
 */
import { isObject } from '../../protocol/json.ts';
import type { Json } from '../../protocol/json.ts';
import type { DecisionFacts } from '../../protocol/decision-facts.ts';

/** Below these a log-probability says nothing more. */
const lowestSum = -12;
const lowestToken = -6;

/** In this order. */
export const featureNames = [
  'certainty is told',
  'log-probability of all choices',
  'log-probability of the least sure choice',
  'log-probability of a choice, on average',
  'how far the grammar bent it',
  'it can be used',
  'it refuses',
  'it refuses, by how sure it is',
  'calls beyond the first',
  'arguments',
  'values that the request does not say',
  'attempts beyond the first',
  'tools offered, log 2',
  'characters of the request, log 2',
  'other answers were asked for',
  'share of them that say the same',
  'it was asked whether it is right',
  'how likely it says no',
] as const;

/** Sets that a fit may use, the smallest first; which of them is right depends on how many examples there are. */
export const featureSets: readonly (readonly string[])[] = [
  [
    'certainty is told',
    'log-probability of all choices',
    'it refuses',
    'other answers were asked for',
    'share of them that say the same',
    'it was asked whether it is right',
    'how likely it says no',
  ],
  [
    'certainty is told',
    'log-probability of all choices',
    'log-probability of the least sure choice',
    'how far the grammar bent it',
    'it refuses',
    'calls beyond the first',
    'values that the request does not say',
    'tools offered, log 2',
    'other answers were asked for',
    'share of them that say the same',
    'it was asked whether it is right',
    'how likely it says no',
  ],
  featureNames,
];

/** One number for each of `featureNames`. */
export function decisionFeatures(facts: DecisionFacts): readonly number[] {
  const { agreement, certainty, objection, output, attempts, toolsOffered, request } = facts;
  const calls = output?.type === 'calls' ? output.calls : [];
  const sum = Math.max(lowestSum, certainty?.logprob ?? 0);
  const refuses = output !== undefined && output.type !== 'calls';
  return [
    certainty === undefined ? 0 : 1,
    sum,
    Math.max(lowestToken, certainty?.least ?? 0),
    sum / Math.max(1, certainty?.choices ?? 1),
    Math.max(lowestToken, certainty?.leastAllowed ?? 0),
    output === undefined ? 0 : 1,
    refuses ? 1 : 0,
    refuses ? sum : 0,
    Math.max(0, calls.length - 1),
    calls.reduce((count, call) => count + Object.keys(call.arguments).length, 0),
    calls.flatMap((call) => scalarsOf(call.arguments)).filter((value) => !isSaid(value, request)).length,
    attempts - 1,
    Math.log2(toolsOffered + 1),
    Math.log2(request.length + 1),
    agreement === undefined ? 0 : 1,
    agreement === undefined ? 0 : agreement.same / agreement.asked,
    objection === undefined ? 0 : 1,
    objection ?? 0,
  ];
}

/** Texts and numbers within a value; a truth value stands in no request. */
function scalarsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(scalarsOf);
  return isObject(value) ? Object.values(value).flatMap(scalarsOf) : [];
}

function isSaid(value: string, request: string): boolean {
  return request.toLowerCase().replaceAll(',', '').includes(value.toLowerCase().replaceAll(',', ''));
}
