/**
 * The real model in the real engine, its worker killed in mid-answer. Four times in five somebody tells, as the browser
 * does of a worker that crashed; the fifth dies in silence, and the client has to notice by itself.
 */
import { describe, test } from 'vitest';
import { EngineClient } from '../../src/bridge/engine-client.ts';
import { defaultModel, modelsUrl, whyMissing } from '../contract/default-model.ts';
import { describeRecovery } from './recovery-suite.ts';

const missing = await whyMissing();

if (missing === undefined) {
  let kills = 0;
  describeRecovery({
    name: 'wllama whose worker is terminated',
    request: {
      model: defaultModel,
      modelsUrl,
      contextTokens: 512,
      slots: 2,
      prefer: { weights: 'quantised' },
    },
    spawn: () => {
      const worker = new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), {
        type: 'module',
      });
      const hurt = (): void => {
        worker.terminate();
        kills += 1;
        if (kills % 5 !== 0) worker.dispatchEvent(new ErrorEvent('error', { message: 'It was killed.' }));
      };
      return { engine: new EngineClient(worker, { silenceMs: 5000 }), hurt };
    },
    cuts: Array.from({ length: 20 }, (_, index) => index + 1),
    question: 'Tell a short story about a fox.',
    maxTokens: 24,
  });
} else {
  describe('wllama whose worker is terminated', () => {
    test('survives', ({ skip }) => {
      skip(missing);
    });
  });
}
