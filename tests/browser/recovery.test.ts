/**
 * The real model in the real engine, its worker killed in mid-answer. A killed worker says nothing: the client has to
 * notice by itself that nobody answers any more.
 */
import { describe, test } from 'vitest';
import { EngineClient } from '../../src/bridge/engine-client.ts';
import { defaultModel } from '../contract/default-model.ts';
import { describeRecovery } from './recovery-suite.ts';

const modelsUrl = new URL('/models/', location.href).href;
const head = await fetch(new URL(defaultModel.file.name, modelsUrl), { method: 'HEAD' });
const isThere = head.ok && Number(head.headers.get('Content-Length')) === defaultModel.file.bytes;

if (isThere) {
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
      return { engine: new EngineClient(worker, { silenceMs: 2000 }), hurt: () => worker.terminate() };
    },
    cuts: Array.from({ length: 20 }, (_, index) => index + 1),
    question: 'Tell a short story about a fox.',
    maxTokens: 24,
  });
} else {
  describe('wllama whose worker is terminated', () => {
    test('survives', ({ skip }) => {
      skip(`public/models/${defaultModel.file.name} is not there; npm start gets it`);
    });
  });
}
