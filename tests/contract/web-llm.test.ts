/**
 * Real web-llm on WebGPU, with a tiny model whose library is compiled from registry packages at set-up
 * (scripts/make-web-llm-model.mjs). Skipped where that could not be done, with the reason that set-up gave.
 */
import { describe, test } from 'vitest';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import { contractContext, describeEngineContract } from './engine.ts';
import { findTinyModel } from './tiny-web-llm.ts';

const found = await findTinyModel();

if (found.type === 'there') {
  const { model, modelsUrl } = found;
  describeEngineContract({
    name: 'web-llm on WebGPU',
    create: () => spawnEngine(),
    request: { model, modelsUrl, engine: 'web-llm', contextTokens: contractContext, slots: 2 },
    exempt: { model: 'the weights come from a seed: the model knows no capitals' },
  });
} else {
  describe('web-llm on WebGPU', () => {
    test('keeps the engine contract', ({ skip }) => {
      skip(found.reason);
    });
  });
}
