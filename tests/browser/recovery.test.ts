/**
 * A worker of wllama killed in mid-answer: at each of 20 tokens of a tiny model, and at a few of the real one. Four times
 * in five somebody tells, as the browser does of a worker that crashed; the fifth dies in silence, and the client has to
 * notice by itself.
 */
import { describe, test } from 'vitest';
import { EngineClient } from '../../src/bridge/engine-client.ts';
import { defaultModel, modelsUrl, whyMissing } from '../contract/default-model.ts';
import { storeTinyModel } from '../fixtures/tiny-entry.ts';
import { describeRecovery } from './recovery-suite.ts';
import type { RecoverySubject } from './recovery-suite.ts';

function killing(): RecoverySubject['spawn'] {
  let kills = 0;
  return () => {
    const worker = new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), { type: 'module' });
    const hurt = (): void => {
      worker.terminate();
      kills += 1;
      if (kills % 5 !== 0) worker.dispatchEvent(new ErrorEvent('error', { message: 'It was killed.' }));
    };
    return { engine: new EngineClient(worker, { silenceMs: 5000 }), hurt };
  };
}

const tiny = await storeTinyModel(31);
describeRecovery({
  name: 'wllama with a tiny model, its worker terminated,',
  request: { ...tiny, model: { ...tiny.model, engines: ['wllama'] } },
  spawn: killing(),
  cuts: Array.from({ length: 20 }, (_, index) => index + 1),
  question: 'Tell.',
  maxTokens: 24,
  // Random weights write any bytes, and llama.cpp gives up on those that are no text.
  constraint: { gbnf: 'root ::= [a-z ]+' },
});

const missing = await whyMissing();
const name = 'the default model, its worker terminated,';
if (missing === undefined) {
  describeRecovery({
    name,
    request: {
      model: defaultModel,
      modelsUrl,
      contextTokens: 512,
      slots: 2,
      prefer: { weights: 'quantised' },
    },
    spawn: killing(),
    cuts: [1, 2, 8, 14, 20],
    question: 'Tell a short story about a fox.',
    maxTokens: 24,
  });
} else {
  describe(name, () => {
    test('survives', ({ skip }) => {
      skip(missing);
    });
  });
}
