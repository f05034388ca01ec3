/** The real model in a real worker. Skipped where the model file was not set up; the reason is printed. */
import { describe, test } from 'vitest';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import { defaultModel } from './default-model.ts';
import { contractContext, describeEngineContract } from './engine-contract.ts';

const modelsUrl = new URL('/models/', location.href).href;
const head = await fetch(new URL(defaultModel.file.name, modelsUrl), { method: 'HEAD' });
const isThere = head.ok && Number(head.headers.get('Content-Length')) === defaultModel.file.bytes;

if (isThere) {
  describeEngineContract({
    name: 'wllama on WebAssembly',
    create: () => spawnEngine(),
    request: { model: defaultModel, modelsUrl, contextTokens: contractContext, slots: 2 },
  });
} else {
  describe('wllama on WebAssembly', () => {
    test.skip(`skipped: public/models/${defaultModel.file.name} is not there; npm start gets it`, () =>
      undefined);
  });
}
