/**
 * A GPU is used once it gave the answer that the model's definition gives. The GPU is Chromium's software one, and it is
 * right; the wrong one is the same with its shaders' exponentials halved, which no API reports.
 */
import { describe, expect, test } from 'vitest';
import { EngineClient } from '../../src/bridge/engine-client.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import { faultCodes } from '../../src/protocol/fault.ts';
import { storeTinyModel } from '../fixtures/tiny-entry.ts';

const adapter = await navigator.gpu?.requestAdapter();

function spawnWrong(): EngineClient {
  return new EngineClient(
    new Worker(new URL('../fixtures/wrong-kernel.worker.ts', import.meta.url), { type: 'module' }),
  );
}

if (adapter) {
  describe(`a GPU (${adapter.info.vendor} ${adapter.info.architecture})`, () => {
    test('that is right passes, and the card says so', async () => {
      const engine = spawnEngine();
      // A software GPU is not chosen; asked for by name, it is used, and checked like any other.
      const request = { ...(await storeTinyModel(21)), prefer: { backend: 'webgpu' } } as const;
      const { backend, choiceReasons } = await engine.load(request);
      expect(backend).toBe('webgpu');
      expect(choiceReasons.at(-1)).toMatch(/gave the answer that a CPU gives/);
      engine.dispose();
    });

    test('that is wrong is refused every time', async () => {
      const request = { ...(await storeTinyModel(22)), prefer: { backend: 'webgpu' } } as const;
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        const engine = spawnWrong();
        await expect(engine.load(request)).rejects.toMatchObject({
          code: faultCodes.wrongResults,
          reason: expect.stringMatching(/computes wrong numbers/),
        });
        engine.dispose();
      }
    });
  });
} else {
  describe('a GPU', () => {
    test('is checked', ({ skip }) => {
      skip('this browser has no WebGPU adapter');
    });
  });
}
