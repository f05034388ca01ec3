import { describe, expect, test } from 'vitest';
import {
  chooseBackend,
  engineNeeds,
  isForKernel,
  preferenceRank,
} from '../../../src/engine/choose-backend.ts';
import type { DeviceFacts } from '../../../src/engine/choose-backend.ts';

const laptop: DeviceFacts = {
  webgpu: 'none',
  gpu: '',
  crossOriginIsolated: true,
  memory64: true,
  hardwareConcurrency: 8,
  deviceMemory: 8,
};
const parameters = 135_000_000;
const needs = engineNeeds.wllama;

function rank(engine: 'wllama' | 'transformers', facts: Partial<DeviceFacts>): number {
  const device = { ...laptop, deviceMemory: 1, ...facts };
  const forKernel = isForKernel('Q4_1');
  return preferenceRank(engine, chooseBackend({ device, parameters, needs: engineNeeds[engine], forKernel }));
}

describe('the choice of a backend', () => {
  test.for([
    ['a capable GPU', { webgpu: 'shader-f16' }, ['webgpu', 'quantised', 1]],
    ['a GPU without 16-bit floats', { webgpu: 'no-shader-f16' }, ['wasm-threads', 'float32', 4]],
    ['a software GPU', { webgpu: 'fallback' }, ['wasm-threads', 'float32', 4]],
    ['no GPU', {}, ['wasm-threads', 'float32', 4]],
    ['two processors', { hardwareConcurrency: 2 }, ['wasm-threads', 'float32', 2]],
    ['many processors', { hardwareConcurrency: 64 }, ['wasm-threads', 'float32', 8]],
    ['one processor', { hardwareConcurrency: 1 }, ['wasm-single', 'float32', 1]],
    ['no isolation', { crossOriginIsolated: false }, ['wasm-single', 'float32', 1]],
    ['little memory', { deviceMemory: 2 }, ['wasm-threads', 'quantised', 4]],
  ] as const)('%s', ([, facts, [backend, weights, threads]]) => {
    const choice = chooseBackend({ device: { ...laptop, ...facts }, parameters, needs });
    expect(choice).toMatchObject({ backend, weights, threads });
    expect(choice.reasons).toHaveLength(3);
    expect(choice.reasons.every((reason) => /^[A-Z\d].*\.$/.test(reason))).toBe(true);
  });

  test('memory that the browser does not tell is taken as four gibibytes', () => {
    const { deviceMemory: _, ...device } = laptop;
    expect(chooseBackend({ device, parameters, needs }).weights).toBe('float32');
    expect(chooseBackend({ device, parameters: 1_500_000_000, needs }).weights).toBe('quantised');
  });

  test('a preference wins where the device can serve it', () => {
    const prefer = { backend: 'wasm-single', weights: 'quantised' } as const;
    expect(chooseBackend({ device: laptop, parameters, needs, prefer })).toMatchObject({
      ...prefer,
      threads: 1,
    });
    expect(chooseBackend({ device: laptop, parameters, needs, prefer: { threads: 3 } }).threads).toBe(3);
  });

  test.for([
    [{}, { backend: 'webgpu' }],
    [{ crossOriginIsolated: false }, { backend: 'wasm-threads' }],
    [{}, { backend: 'scripted' }],
    [{ memory64: false }, {}],
  ] as const)('what the device cannot serve is refused by name: %o', ([facts, prefer]) => {
    const choose = () => chooseBackend({ device: { ...laptop, ...facts }, parameters, needs, prefer });
    expect(choose).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('another engine needs other things: no 16-bit floats, no 64-bit memory, or nothing but a GPU', () => {
    const plain = { ...laptop, webgpu: 'no-shader-f16', memory64: false } as const;
    const choose = (engine: keyof typeof engineNeeds, device = plain as typeof laptop) =>
      chooseBackend({ device, parameters, needs: engineNeeds[engine] });
    expect(choose('transformers').backend).toBe('webgpu');
    expect(choose('web-llm').backend).toBe('webgpu');
    expect(() => choose('wllama')).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(() => choose('web-llm', laptop)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test.for([
    ['relaxed SIMD and a file for it', { relaxedSimd: true }, true, {}, ['quantised', true]],
    ['a file that the kernel does not know', { relaxedSimd: true }, false, {}, ['float32', false]],
    ['no relaxed SIMD', {}, true, {}, ['float32', false]],
    ['floats that were asked for', { relaxedSimd: true }, true, { weights: 'float32' }, ['float32', false]],
    ['a GPU', { relaxedSimd: true, webgpu: 'shader-f16' }, true, {}, ['quantised', false]],
  ] as const)('our own kernel: %s', ([, facts, forKernel, prefer, [weights, kernel]]) => {
    const device = { ...laptop, ...facts };
    const choice = chooseBackend({ device, parameters, needs: engineNeeds.transformers, forKernel, prefer });
    expect(choice).toMatchObject({ weights, kernel });
    expect(chooseBackend({ device, parameters, needs, forKernel, prefer }).kernel).toBe(false);
  });

  test('on the processor our own kernel goes before llama.cpp, and llama.cpp before packed weights without it', () => {
    expect(rank('transformers', { relaxedSimd: true })).toBeLessThan(rank('wllama', { relaxedSimd: true }));
    expect(rank('transformers', {})).toBe(rank('wllama', {}));
    expect(isForKernel('Q4_K_M')).toBe(false);
  });

  test('a software GPU is used when it is asked for by name', () => {
    const device = { ...laptop, webgpu: 'fallback' } as const;
    const prefer = { backend: 'webgpu' } as const;
    const choice = chooseBackend({ device, parameters, needs: engineNeeds.transformers, prefer });
    expect(choice.backend).toBe('webgpu');
  });
});
