/** An engine that says nothing any more: a real worker, frozen or stuck, and a caller who must not wait for ever. */
import { expect, test } from 'vitest';
import { EngineClient } from '../../src/bridge/engine-client.ts';
import { RecoveringEngine } from '../../src/bridge/recovering-engine.ts';
import type { RecoveryEvent } from '../../src/bridge/recovery-plan.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import { defaultModel } from '../contract/default-model.ts';

const request = {
  messages: [{ role: 'user', content: 'Hi.' }],
  sampling: { temperature: 0, maxTokens: 4 },
} as const;

/** Answers every comlink call by its id, except generations. */
const stuckScript = `onmessage = ({ data: { id, path } }) => {
  if (path[0] !== 'generate') postMessage({ id, type: 'RAW', value: undefined });
};`;

function workerOf(script: string): Worker {
  return new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
}

test('a worker whose thread never comes free counts as dead', async () => {
  const engine = new EngineClient(workerOf('onmessage = () => { for (;;); };'), { silenceMs: 500 });
  await expect(engine.generate(request)).rejects.toMatchObject({
    code: 'worker-died',
    reason: expect.stringContaining('answered nothing') as string,
  });
  await expect(engine.countTokens('x')).rejects.toMatchObject({ code: 'worker-died' });
});

test('a worker that is terminated from outside counts as dead', async () => {
  const worker = workerOf(stuckScript);
  const engine = new EngineClient(worker, { silenceMs: 500 });
  const running = engine.generate(request);
  worker.terminate();
  await expect(running).rejects.toMatchObject({ code: 'worker-died' });
});

test('a worker that answers but is slow with one call is alive', async () => {
  const engine = new EngineClient(workerOf(stuckScript), { silenceMs: 200 });
  const running = engine.generate(request).catch((error: unknown) => error);
  const slow = new Promise((resolve) => {
    setTimeout(() => resolve('still waiting'), 1000);
  });
  expect(await Promise.race([running, slow])).toBe('still waiting');
  engine.dispose();
});

test('a generation that makes no progress is given to a new engine', async () => {
  const events: RecoveryEvent[] = [];
  let lives = 0;
  const engine = new RecoveringEngine({
    silenceMs: 500,
    onRecovery: (event) => events.push(event),
    spawn: () => {
      lives += 1;
      // The second one is real, and has no model to load: that it was asked to is the point.
      return lives === 1 ? new EngineClient(workerOf(stuckScript)) : spawnEngine();
    },
  });
  const nowhere = { ...defaultModel, file: { ...defaultModel.file, name: 'no-such-file.gguf' } };
  await engine.load({
    model: nowhere,
    modelsUrl: new URL('/no/such/folder/', location.href).href,
    contextTokens: 512,
    slots: 1,
  });
  await expect(engine.generate(request)).rejects.toMatchObject({ code: 'worker-died' });
  expect(lives).toBeGreaterThan(1);
  expect(events.map(({ type }) => type)).toEqual([
    'recovery-started',
    ...Array.from({ length: lives - 1 }, () => 'step-started'),
    'recovery-failed',
  ]);
  engine.dispose();
});
