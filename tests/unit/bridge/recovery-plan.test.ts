import { describe, expect, test } from 'vitest';
import { planRecovery } from '../../../src/bridge/recovery-plan.ts';
import type { LoadedModel } from '../../../src/protocol/engine.ts';
import type { FaultCode } from '../../../src/protocol/fault.ts';
import { makeLoad } from '../../fixtures/make-load.ts';

const request = makeLoad({
  model: { contextWindow: 8192, engines: ['wllama', 'transformers', 'web-llm'] },
  slots: 2,
  prefer: { threads: 4 },
});

function loadedOn(change: Partial<LoadedModel>): LoadedModel {
  return {
    modelId: 'toy',
    weightsHash: 'abc',
    engine: 'wllama',
    engineVersion: '1',
    backend: 'webgpu',
    weights: 'quantised',
    threads: 4,
    slots: 2,
    contextTokens: 4096,
    choiceReasons: [],
    loadMs: 1,
    ...change,
  };
}

function stepsAfter(code: FaultCode, loaded: LoadedModel | undefined, asked = request) {
  return planRecovery({ request: asked, loaded, fault: { code, message: 'It failed.' } });
}

describe('the order of attempts', () => {
  test('a lost GPU: again, again, smaller, off the GPU, another engine', () => {
    const steps = stepsAfter('device-lost', loadedOn({}));
    expect(steps.map(({ type }) => type)).toEqual([
      'same-again',
      'same-again',
      'smaller-context',
      'next-backend',
      'next-backend',
      'next-engine',
      'next-engine',
    ]);
    expect(steps[0]?.request).toEqual(request);
    expect(steps[2]?.request.contextTokens).toBe(2048);
    expect(steps.slice(3, 5).map((step) => step.request.prefer)).toEqual([
      { backend: 'wasm-threads' },
      { backend: 'wasm-single' },
    ]);
    expect(steps.slice(5).map((step) => step.request.engine)).toEqual(['transformers', 'web-llm']);
    // A thread count chosen for one engine is no wish for the next.
    expect(steps[5]?.request.prefer).toBeUndefined();
  });

  test('memory that ran out: once more, packed, smaller and packed', () => {
    const [again, packed, smaller] = stepsAfter('out-of-memory', loadedOn({ weights: 'float32' }));
    expect([again?.type, packed?.type, smaller?.type]).toEqual([
      'same-again',
      'packed-weights',
      'smaller-context',
    ]);
    expect(packed?.request.prefer).toEqual({ threads: 4, weights: 'quantised' });
    expect(smaller?.request).toMatchObject({ contextTokens: 2048, prefer: { weights: 'quantised' } });
  });

  test('a load that never succeeded may have been too large as well', () => {
    expect(stepsAfter('out-of-memory', undefined).map(({ type }) => type)).toContain('packed-weights');
  });

  test('where nobody knows which engine failed, each is asked for by name', () => {
    const steps = stepsAfter('engine-failed', undefined);
    expect(steps.length).toBeLessThanOrEqual(8);
    expect(
      steps.flatMap(({ type, request: asked }) => (type === 'next-engine' ? [asked.engine] : [])),
    ).toEqual(['wllama', 'transformers', 'web-llm']);
  });

  test('an engine that runs on the GPU alone is given up for the others', () => {
    const steps = stepsAfter('device-lost', loadedOn({ engine: 'web-llm' }));
    expect(steps.filter(({ type }) => type === 'next-backend')).toEqual([]);
    expect(steps.slice(-2).map((step) => step.request.engine)).toEqual(['wllama', 'transformers']);
  });

  test('the smallest context and the last backend are not undercut', () => {
    const steps = stepsAfter('worker-died', loadedOn({ backend: 'wasm-single' }), {
      ...request,
      contextTokens: 600,
    });
    expect(steps.map(({ type }) => type)).toEqual(['same-again', 'same-again', 'next-engine', 'next-engine']);
  });

  test('every step says in a sentence what it does', () => {
    for (const { reason } of stepsAfter('out-of-memory', loadedOn({ weights: 'float32' }))) {
      expect(reason).toMatch(/^[A-Z].*\.$/);
    }
  });
});
