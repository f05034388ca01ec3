/** An adapter that obeys the test, the real host around it, and what to ask of both. No library, no model. */
import type { AdapterResult, EngineAdapter } from '../../../src/engine/adapter.ts';
import type { DeviceFacts } from '../../../src/engine/choose-backend.ts';
import { EngineHost } from '../../../src/engine/host.ts';
import type { AnswerVerdict } from '../../../src/engine/known-answer.ts';
import { TrustGate } from '../../../src/engine/trust-gate.ts';
import type { EngineBackend, GenerateRequest } from '../../../src/protocol/engine.ts';
import type { TokenLogprob } from '../../../src/protocol/model.ts';
import { makeLoad } from '../../fixtures/make-load.ts';

export const toyResult: AdapterResult = {
  text: 'done',
  finishReason: 'stop',
  usage: {
    promptTokens: 1,
    cachedTokens: 0,
    decodeTokens: 1,
    timeToFirstTokenMs: 0,
    prefillMs: 0,
    decodeMs: 0,
    totalMs: 0,
  },
};

/** A small window, and more asked for. */
export const toyLoad = makeLoad({ model: { contextWindow: 64 } });

/** A generation for `onGenerate` to answer. */
export function toyRequest(requestId: string): GenerateRequest {
  return {
    requestId,
    messages: [{ role: 'user', content: 'Hi' }],
    sampling: { temperature: 0, maxTokens: 1 },
  };
}

/** Work that only a stop ends. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

/** Does what the test tells it; `backend` is what it claims to run on. */
export class ToyAdapter implements EngineAdapter {
  readonly engine = 'toy';
  readonly engineVersion = '1';
  dead = false;
  unloads = 0;
  contextAsked = 0;
  /** Where it runs unless the load says. */
  backend: EngineBackend = 'wasm-single';
  logprobs: readonly (readonly TokenLogprob[])[] = [];
  logprobCalls = 0;
  onGenerate: (prompt: string, send: (text: string) => void, signal: AbortSignal) => Promise<AdapterResult> =
    () => Promise.resolve(toyResult);

  load: EngineAdapter['load'] = async ({ contextTokens, prefer }) => {
    this.contextAsked = contextTokens;
    const backend = prefer?.backend ?? this.backend;
    return { backend, weights: 'quantised', threads: 1, contextTokens, choiceReasons: [] };
  };

  generate: EngineAdapter['generate'] = (asked, onEvent, signal) =>
    this.onGenerate(asked.prompt, (text) => onEvent({ type: 'text-generated', text }), signal);

  countTokens: EngineAdapter['countTokens'] = () => Promise.resolve(7);

  topLogprobs: NonNullable<EngineAdapter['topLogprobs']> = () => {
    this.logprobCalls += 1;
    return Promise.resolve(this.logprobs);
  };

  unload: EngineAdapter['unload'] = async () => {
    this.unloads += 1;
  };
}

/** Remembers in memory. */
function toyGate(): TrustGate {
  const verdicts = new Map<string, AnswerVerdict>();
  return new TrustGate({
    cache: {
      get: (key) => Promise.resolve(verdicts.get(JSON.stringify(key))),
      set: async (key, verdict) => void verdicts.set(JSON.stringify(key), verdict),
    },
    userAgent: 'toy browser',
  });
}

/** A device with a processor, and with the GPU that is named. */
export function toyDevice(webgpu: DeviceFacts['webgpu'] = 'none'): DeviceFacts {
  const gpu = webgpu === 'none' ? '' : 'toy gpu';
  return { webgpu, gpu, crossOriginIsolated: false, memory64: true, hardwareConcurrency: 2 };
}

/** A host on a device, and every adapter that it makes, in order; `prepare` is told of each before it loads. */
export function toyHost({
  device = toyDevice(),
  prepare,
}: {
  readonly device?: DeviceFacts;
  readonly prepare?: (adapter: ToyAdapter) => void;
} = {}): { readonly host: EngineHost; readonly adapters: readonly ToyAdapter[] } {
  const adapters: ToyAdapter[] = [];
  const host = new EngineHost({
    store: { open: () => Promise.resolve(new Blob(['abc'])), release: () => undefined },
    makeAdapter: () => {
      const adapter = new ToyAdapter();
      prepare?.(adapter);
      adapters.push(adapter);
      return Promise.resolve(adapter);
    },
    probe: () => Promise.resolve(device),
    gate: toyGate(),
  });
  return { host, adapters };
}
