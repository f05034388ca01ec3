/**
 * Real web-llm on WebGPU, with a tiny model whose library is compiled from registry packages at set-up
 * (scripts/make-web-llm-model.mjs). Skipped where that could not be done, with the reason that set-up gave.
 */
import { describe, expect, onTestFinished, test } from 'vitest';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import { contractContext, describeEngineContract } from './engine.ts';
import { findTinyModel } from './tiny-web-llm.ts';

const found = await findTinyModel();

if (found.type === 'there') {
  const { model, modelsUrl } = found;
  const request = { model, modelsUrl, engine: 'web-llm', contextTokens: contractContext, slots: 2 } as const;
  describeEngineContract({
    name: 'web-llm on WebGPU',
    create: () => spawnEngine(),
    request,
    exempt: {
      model: 'the weights come from a seed: the model knows no capitals',
      readAhead: 'one conversation is kept, and what is read ahead would push it out',
    },
  });

  test('web-llm is used because the GPU gave the known answer', async () => {
    const engine = spawnEngine();
    onTestFinished(() => engine.dispose());
    const { backend, choiceReasons } = await engine.load(request);
    // Which GPU it was, for the log of a machine that one does not sit at.
    console.info(choiceReasons.join('\n'));
    expect(backend).toBe('webgpu');
    expect(choiceReasons.join(' ')).toContain('gave the answer that a CPU gives');
  });
} else {
  describe('web-llm on WebGPU', () => {
    test('keeps the engine contract', ({ skip }) => {
      skip(found.reason);
    });
  });
}
