/**
 * A GPU device that goes away in mid-answer, on the software GPU that every Chromium has, with the tiny model. Each cut
 * compiles all shaders anew, nine seconds there: at each of the 20 pieces only with SMALLWORKS_LONG_TESTS=1, as in CI.
 */
import { describe, inject, test } from 'vitest';
import { EngineClient } from '../../src/bridge/engine-client.ts';
import { storeTinyModel } from '../fixtures/tiny-entry.ts';
import { describeRecovery } from './recovery-suite.ts';

const adapter = await navigator.gpu?.requestAdapter();

if (adapter) {
  const request = await storeTinyModel(31);
  let engines = 0;
  describeRecovery({
    name: `transformers whose GPU device (${adapter.info.vendor} ${adapter.info.architecture}) is destroyed`,
    request: { ...request, prefer: { backend: 'webgpu' } },
    spawn: () => {
      engines += 1;
      const name = `engine-${String(engines)}`;
      const worker = new Worker(new URL('../fixtures/losable-engine.worker.ts', import.meta.url), {
        type: 'module',
        name,
      });
      const channel = new BroadcastChannel(name);
      return { engine: new EngineClient(worker), hurt: () => channel.postMessage('destroy') };
    },
    cuts: inject('everyCut') ? Array.from({ length: 20 }, (_, index) => index + 1) : [1, 2, 3, 5, 8, 13, 20],
    question: 'Tell.',
    maxTokens: 24,
  });
} else {
  describe('a lost GPU device', () => {
    test('is survived', ({ skip }) => {
      skip('this browser has no WebGPU adapter');
    });
  });
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether the device is lost at every piece of the answer, not at some. */
    everyCut: boolean;
  }
}
