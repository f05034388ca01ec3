/** The built-in model as this very browser has it. CI's Chromium knows the interface and carries no model. */
import { describe, expect, test } from 'vitest';
import { findLanguageModel } from '../../src/bridge/prompt-api/language-model.ts';
import { PromptApiEngine } from '../../src/bridge/prompt-api/prompt-api-engine.ts';
import { Fault } from '../../src/protocol/fault.ts';
import { remoteModel } from '../fixtures/remote-model.ts';

const request = { model: remoteModel, modelsUrl: '', contextTokens: 1024, slots: 1 };

describe('the built-in model of this browser', () => {
  test('is found where the browser says so, and refused with the reason where there is no model', async ({
    skip,
  }) => {
    const factory = findLanguageModel();
    expect(factory !== undefined).toBe('LanguageModel' in globalThis);
    const availability = await factory?.availability();
    console.log(`LanguageModel: ${factory === undefined ? 'no interface' : String(availability)}`);
    skip(
      availability === 'available' || availability === 'downloading',
      'this browser has a model of its own',
    );
    const engine = new PromptApiEngine();
    const fault = await engine.load(request).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code: 'unsupported', details: { feature: 'prompt-api' } });
    expect((fault as Fault).reason).toMatch(factory === undefined ? /no Prompt API/ : /not available/);
    await expect(engine.countTokens('x')).rejects.toMatchObject({ code: 'model-not-loaded' });
    engine.dispose();
  });

  test('is not there in a worker, which is why it runs on the page', async () => {
    const script = 'postMessage(typeof LanguageModel)';
    const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
    const kind = await new Promise((resolve) => {
      worker.addEventListener('message', ({ data }) => resolve(data));
    });
    worker.terminate();
    expect(kind).toBe('undefined');
  });
});
