/** A call to a worker always settles: however the worker dies, and whatever it throws. */
import { expect, test } from 'vitest';
import { EngineClient } from '../../src/bridge/engine-client.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import type { Fault } from '../../src/protocol/fault.ts';

const request = {
  messages: [{ role: 'user', content: 'Hi.' }],
  sampling: { temperature: 0, maxTokens: 4 },
} as const;

function workerOf(script: string): Worker {
  return new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
}

test('a script that cannot be loaded rejects calls', async () => {
  const engine = spawnEngine({ workerUrl: new URL('/no/such/worker.js', location.href) });
  await expect(engine.generate(request)).rejects.toMatchObject({ code: 'worker-died' });
  await expect(engine.countTokens('x')).rejects.toMatchObject({ code: 'worker-died' });
});

test('a worker that throws takes its calls with it, and says why', async () => {
  const engine = new EngineClient(workerOf('onmessage = () => { throw new Error("boom"); };'));
  const failure = (await engine.generate(request).catch((error: unknown) => error)) as Fault;
  expect(failure.code).toBe('worker-died');
  expect(failure.reason).toContain('boom');
});

test('a call that is never answered rejects when the client is disposed of', async () => {
  const engine = new EngineClient(workerOf('onmessage = () => {};'));
  const running = engine.generate(request);
  engine.dispose();
  await expect(running).rejects.toMatchObject({ code: 'worker-died' });
});

test('a call that was called off rejects, though the worker was through before it heard', async () => {
  // Answers the call itself where it is asked to stop, as comlink has it on the wire.
  const deaf = new EngineClient(
    workerOf(`let first;
      onmessage = ({ data: { id, path } }) => {
        first ??= id;
        if (path[0] === 'cancel') postMessage({ id: first, type: 'RAW', value: { text: 'Too late.' } });
      };`),
  );
  const stopping = new AbortController();
  const running = deaf.generate(request, { signal: stopping.signal });
  stopping.abort();
  await expect(running).rejects.toMatchObject({ code: 'aborted' });
  deaf.dispose();
});

test("a fault keeps its fields across threads, the message's details included", async () => {
  const engine = spawnEngine();
  const failure = (await engine.generate(request).catch((error: unknown) => error)) as Fault;
  expect(failure.toData()).toMatchObject({
    code: 'model-not-loaded',
    message: 'No model is loaded.',
    remedy: 'Load a model first.',
    details: {},
  });
  engine.dispose();
});
