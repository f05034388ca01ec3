import { expect, test } from 'vitest';
import type { DeviceFacts } from '../../../src/engine/choose-backend.ts';
import { rankChoices } from '../../../src/engine/rank-choices.ts';
import type { CatalogueEntry } from '../../../src/protocol/model.ts';
import { toyLoad } from './toy-adapter.ts';

const phone: DeviceFacts = {
  webgpu: 'none',
  gpu: '',
  crossOriginIsolated: true,
  memory64: false,
  hardwareConcurrency: 8,
  deviceMemory: 4,
};

const small: CatalogueEntry = {
  ...toyLoad.model,
  id: 'small',
  parameters: 135e6,
  engines: ['wllama', 'transformers', 'web-llm'],
  file: { name: 'small.gguf', bytes: 98e6, sha256: 'a', sources: [] },
};
const big: CatalogueEntry = {
  ...small,
  id: 'big',
  parameters: 1.7e9,
  file: { ...small.file, name: 'big.gguf', bytes: 1e9 },
};

function rank(device: Partial<DeviceFacts>, storage: { freeBytes?: number; keptFiles?: string[] } = {}) {
  return rankChoices({
    device: { ...phone, ...device },
    storage: { keptFiles: [], ...storage },
    models: [small, big],
  });
}

function planOf(storage: Parameters<typeof rank>[1]) {
  const choices = rank({ memory64: true }, storage);
  return choices.find(({ modelId, engine }) => modelId === 'big' && engine === 'wllama');
}

test('a phone without WebGPU and without 64-bit memory still runs a model', () => {
  const [best, ...others] = rank({});
  expect(best).toMatchObject({
    modelId: 'small',
    engine: 'transformers',
    plan: { backend: 'wasm-threads', weights: 'float32', memoryBytes: 675e6 },
  });
  expect(others.find(({ engine }) => engine === 'wllama')).toMatchObject({
    reasons: ['It lacks 64-bit WebAssembly memory.'],
  });
  expect(others.find(({ engine }) => engine === 'web-llm')?.plan).toBeUndefined();
});

test('a GPU comes first, what cannot run comes last, and every choice says why', () => {
  const choices = rank({ webgpu: 'no-shader-f16', memory64: true });
  expect(choices.map(({ plan }) => plan?.backend)).toEqual([
    ...Array.from({ length: 4 }, () => 'webgpu'),
    ...Array.from({ length: 4 }, () => 'wasm-threads'),
  ]);
  for (const { reasons } of choices) {
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.every((reason) => reason.endsWith('.'))).toBe(true);
  }
});

test('on the processor the faster engine comes first: for floats one, for packed weights the other', () => {
  const onProcessor = rank({ memory64: true }).filter(({ engine }) => engine !== 'web-llm');
  expect(onProcessor.map(({ modelId, engine, plan }) => [modelId, engine, plan?.weights])).toEqual([
    ['small', 'transformers', 'float32'],
    ['small', 'wllama', 'float32'],
    ['big', 'wllama', 'quantised'],
    ['big', 'transformers', 'quantised'],
  ]);
});

test('a model that cannot be stored is no choice, unless it is stored already', () => {
  expect(planOf({ freeBytes: 5e8 })).toMatchObject({
    reasons: ['1000 MB are to be fetched, and this site may store 500 MB more.'],
  });
  expect(planOf({ freeBytes: 5e8 })?.plan).toBeUndefined();
  expect(planOf({ freeBytes: 5e8, keptFiles: ['big.gguf'] })?.plan).toMatchObject({ weights: 'quantised' });
});
