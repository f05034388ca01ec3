/**
 * What holds for a step on every model that computes here, and which steps can run at once. Knows steps; nothing of how a model
 * computes or keeps its caches.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { ForwardStep } from './causal-model.ts';

/** Throws a Fault: unsupported (no such adapter), engine-failed (nothing to read), context-overflow. */
export function checkStep(
  { cache, tokens, adapter }: ForwardStep,
  { contextTokens, hasAdapter }: { readonly contextTokens: number; readonly hasAdapter: boolean },
): void {
  if (!hasAdapter) {
    throw new Fault({
      code: faultCodes.unsupported,
      message: `The adapter ${String(adapter)} is not loaded.`,
      remedy: 'Name it at load, or run the request on the base model.',
      details: { feature: 'adapters' },
    });
  }
  if (tokens.length === 0) {
    throw new Fault({ code: faultCodes.engineFailed, message: 'A step must read at least one token.' });
  }
  const inAll = cache.length + tokens.length;
  if (inAll > contextTokens) {
    throw new Fault({
      code: faultCodes.contextOverflow,
      message: 'The sequence does not fit the context window.',
      reason: `${String(inAll)} tokens; the window is ${String(contextTokens)}.`,
      remedy: 'Shorten the prompt, or load the model with a larger context.',
      details: { promptTokens: inAll, contextWindow: contextTokens },
    });
  }
}

/** Whether steps can run at once: one token each, one adapter, and no cache twice. */
export function isBatch(steps: readonly ForwardStep[]): boolean {
  return (
    steps.length > 1 &&
    steps.every(({ tokens, adapter }) => tokens.length === 1 && adapter === steps[0]?.adapter) &&
    new Set(steps.map(({ cache }) => cache)).size === steps.length
  );
}

export function usedAfterDispose(): Fault {
  return new Fault({
    code: faultCodes.engineFailed,
    message: 'A sequence was used after it was freed.',
    remedy: 'Make a new cache and read the tokens again.',
  });
}
