/**
 * Which model, adapter and decoding a step gets, and why. One model is loaded; the adapter is the one that the subtask
 * was given; decoding is greedy at first, and a little warmer when the first try was rejected. Pure.
 */
import type { LoadedModel, Sampling } from '../protocol/engine.ts';
import type { Id } from '../protocol/id.ts';
import type { Route, StepPurpose, Subtask } from '../protocol/task-event.ts';

/** The adapter of a subtask, and why it is that one. */
export interface AdapterChoice {
  /** Id of an adapter that is loaded beside the model; absent: the base model. */
  readonly adapter?: string;
  /** Another one that is asked the same, and whose output is compared and neither shown nor run. */
  readonly shadow?: string;
  /** A sentence without its full stop; it becomes part of the route's reason. */
  readonly reason?: string;
  /** The model that is asked is on a server. */
  readonly isRemote?: boolean;
}

/** Asked once for every subtask. */
export type ChooseAdapter = (asked: { readonly runId: Id; readonly subtask: Subtask }) => AdapterChoice;

export interface RouteOptions {
  readonly purpose: StepPurpose;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly model: LoadedModel;
  readonly choice?: AdapterChoice;
  /** Tokens the output may have, where the purpose's own bound is not the right one. */
  readonly maxTokens?: number;
  /** The output is not held to a grammar, whatever the purpose. */
  readonly grammar?: 'off';
}

const mostTokens: Readonly<Record<StepPurpose, number>> = { plan: 512, act: 384, judge: 4, answer: 64 };

/** The route of one step. */
export function routeStep(options: RouteOptions): Route {
  const { purpose, attempt, model, choice = {}, maxTokens, grammar } = options;
  const { adapter, isRemote, reason } = choice;
  const limit = maxTokens ?? mostTokens[purpose];
  const sampling: Sampling =
    attempt === 1
      ? { temperature: 0, maxTokens: limit }
      : { temperature: 0.4, seed: attempt, maxTokens: limit };
  const why = attempt === 1 ? 'greedy decoding' : `attempt ${attempt}, so a little warmer`;
  return {
    modelId: model.modelId,
    weightsHash: model.weightsHash,
    ...(adapter === undefined ? {} : { adapter }),
    ...(isRemote === true ? { remote: true as const } : {}),
    sampling,
    constrained: purpose !== 'answer' && grammar !== 'off',
    reason: `${model.modelId} is the model that is loaded; ${reason === undefined ? '' : `${reason}; `}${why}.`,
  };
}
