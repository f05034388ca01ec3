/**
 * A step's messages within the model's context window, by the run's policy. Without a policy nothing is measured here:
 * the engine refuses what does not fit. Knows which messages of a step may leave; how is in bridge/fit-context.
 */
import type { Engine } from '../bridge/engine.ts';
import { fitContext } from '../bridge/fit-context.ts';
import type { FittedContext } from '../bridge/fit-context.ts';
import type { ContextPolicy } from '../protocol/context.ts';
import type { ChatMessage, LoadedModel } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';

interface FitStepOptions {
  readonly messages: readonly ChatMessage[];
  /** Place of the request among the messages; what stands before it are the system prompt and worked examples. */
  readonly request: number;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

/** Makes a step's messages fit. Rejects with Fault `context-overflow`, and with what the engine rejects with. */
export type FitStep = (options: FitStepOptions) => Promise<FittedContext>;

interface StepFitterOptions {
  readonly engine: Engine;
  readonly model: LoadedModel;
  readonly policy: ContextPolicy | undefined;
}

/** How the steps of a run are made to fit. Throws Fault `unsupported` where the engine cannot count. */
export function stepFitter({ engine, model, policy }: StepFitterOptions): FitStep {
  if (policy === undefined || policy.type === 'refuse') {
    return ({ messages }) => Promise.resolve({ messages });
  }
  if (engine.countTokens === undefined) {
    throw new Fault({
      code: faultCodes.unsupported,
      message: 'The engine cannot count tokens, so prompts cannot be made to fit.',
      remedy: 'Leave contextPolicy out, or use an engine that counts.',
      details: { feature: 'countTokens' },
    });
  }
  const counting = {
    generate: engine.generate.bind(engine),
    countTokens: engine.countTokens.bind(engine),
  };
  return (options) =>
    fitContext({
      ...options,
      engine: counting,
      policy,
      examples: true,
      contextTokens: model.contextTokens,
    });
}
