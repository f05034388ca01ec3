/**
 * Which model, adapter and decoding a step gets, and why. Today one model is loaded, so the choice is of decoding:
 * greedy at first, a little warmer when the first try was rejected. Pure.
 */
import type { LoadedModel, Sampling } from '../protocol/engine.ts';
import type { Route, StepPurpose } from '../protocol/task-event.ts';

export interface RouteOptions {
  readonly purpose: StepPurpose;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly model: LoadedModel;
  readonly adapter?: string;
  /** Tokens the output may have, where the purpose's own bound is not the right one. */
  readonly maxTokens?: number;
}

const mostTokens: Readonly<Record<StepPurpose, number>> = { plan: 512, act: 384, answer: 64 };

/** The route of one step. */
export function routeStep({ purpose, attempt, model, adapter, maxTokens }: RouteOptions): Route {
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
    sampling,
    constrained: purpose !== 'answer',
    reason: `${model.modelId} is the model that is loaded; ${why}.`,
  };
}
