/**
 * What to try when an engine is gone: the same again, then with less memory, then another way to run the model.
 * Pure: what was loaded and what happened in, a list of attempts out, each with the reason that people read.
 * Knows nothing of workers; recovering-engine walks the list.
 */
import type { EngineBackend, LoadedModel, LoadRequest } from '../protocol/engine.ts';
import { faultCodes } from '../protocol/fault.ts';
import type { FaultData } from '../protocol/fault.ts';
import type { WorkerEngine } from '../protocol/model.ts';

/** One attempt to bring the model back. */
export interface RecoveryStep {
  readonly type: 'same-again' | 'packed-weights' | 'smaller-context' | 'next-backend' | 'next-engine';
  /** What is loaded. */
  readonly request: LoadRequest;
  /** One sentence. */
  readonly reason: string;
}

/** Told to whoever watches, in this order; several steps where the first ones fail. */
export type RecoveryEvent =
  | { readonly type: 'recovery-started'; readonly modelId: string; readonly fault: FaultData }
  | {
      readonly type: 'step-started';
      readonly modelId: string;
      readonly step: RecoveryStep['type'];
      readonly reason: string;
    }
  | { readonly type: 'recovery-finished'; readonly model: LoadedModel; readonly durationMs: number }
  /** Every step failed; the requests that waited reject with this fault. */
  | { readonly type: 'recovery-failed'; readonly modelId: string; readonly fault: FaultData }
  /** The new engine says something else than the old one; it goes on from what was delivered already. */
  | { readonly type: 'text-diverged'; readonly modelId: string; readonly deliveredCharacters: number };

/** Below this an agent's prompt has no room. */
const smallestContext = 512;

const slowerBackends: Readonly<Partial<Record<EngineBackend, readonly EngineBackend[]>>> = {
  webgpu: ['wasm-threads', 'wasm-single'],
  'wasm-threads': ['wasm-single'],
};

/** Web-llm runs on the GPU only. */
const enginesOnTheProcessor: readonly string[] = ['wllama', 'transformers'] satisfies WorkerEngine[];

function sameAgain(request: LoadRequest, fault: FaultData): readonly RecoveryStep[] {
  // What did not fit will rarely fit the second time; a crash or a lost device may be chance.
  const attempts = fault.code === faultCodes.outOfMemory ? 1 : 2;
  return Array.from({ length: attempts }, (_, index) => ({
    type: 'same-again',
    request,
    reason: `The engine starts anew, attempt ${String(index + 1)} of ${String(attempts)}.`,
  }));
}

function lessMemory(
  request: LoadRequest,
  loaded: LoadedModel | undefined,
  fault: FaultData,
): readonly RecoveryStep[] {
  const steps: RecoveryStep[] = [];
  let smaller = request;
  const weights = loaded?.weights ?? request.prefer?.weights;
  if (fault.code === faultCodes.outOfMemory && weights !== 'quantised') {
    smaller = { ...request, prefer: { ...request.prefer, weights: 'quantised' } };
    steps.push({
      type: 'packed-weights',
      request: smaller,
      reason: 'The weights stay packed, to take less memory.',
    });
  }
  const contextTokens = Math.floor(request.contextTokens / 2);
  if (contextTokens >= smallestContext) {
    steps.push({
      type: 'smaller-context',
      request: { ...smaller, contextTokens },
      reason: `The context shrinks from ${String(request.contextTokens)} to ${String(contextTokens)} tokens, to take less memory.`,
    });
  }
  return steps;
}

function otherBackends(request: LoadRequest, loaded: LoadedModel | undefined): readonly RecoveryStep[] {
  // Where nothing was loaded, nobody knows which one it would have been: the fastest.
  const failed = loaded?.backend ?? request.prefer?.backend ?? 'webgpu';
  const engine = loaded?.engine ?? request.engine ?? request.model.engines[0] ?? '';
  if (!enginesOnTheProcessor.includes(engine)) return [];
  return (slowerBackends[failed] ?? []).map((backend) => ({
    type: 'next-backend',
    // Threads and layout were chosen for the other backend.
    request: { ...request, prefer: { backend } },
    reason: `The engine runs on ${backend} instead of ${failed}.`,
  }));
}

function otherEngines(request: LoadRequest, loaded: LoadedModel | undefined): readonly RecoveryStep[] {
  const { prefer: _, ...rest } = request;
  // Where nothing was loaded and none was asked for, the device chose: any of them may have failed.
  const failed = loaded?.engine ?? request.engine;
  return request.model.engines
    .filter((engine) => engine !== failed)
    .map((engine) => ({
      type: 'next-engine',
      request: { ...rest, engine },
      reason: `The engine ${engine} ${failed === undefined ? 'is asked for by name' : `takes over from ${failed}`}.`,
    }));
}

/**
 * Attempts in the order to make them, never empty. `request` is what was loaded last, `loaded` what became of it
 * (absent: the load itself failed), `fault` what ended it.
 */
export function planRecovery(options: {
  readonly request: LoadRequest;
  readonly loaded: LoadedModel | undefined;
  readonly fault: FaultData;
}): readonly RecoveryStep[] {
  const { request, loaded, fault } = options;
  return [
    ...sameAgain(request, fault),
    ...lessMemory(request, loaded, fault),
    ...otherBackends(request, loaded),
    ...otherEngines(request, loaded),
  ];
}
