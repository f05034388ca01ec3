/** A GPU is used only once it gave the known answer; otherwise the CPU is, and the user is told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceFacts } from '../../../src/engine/choose-backend.ts';
import { judgeAnswer, tolerance } from '../../../src/engine/known-answer.ts';
import type { KnownAnswer, TokenLogprob } from '../../../src/protocol/model.ts';
import { toyDevice, toyHost, toyLoad } from './toy-adapter.ts';

const answer: KnownAnswer = {
  prompt: 'The capital of France is',
  steps: [
    [
      { token: 7, logprob: -0.2 },
      { token: 3, logprob: -2.5 },
    ],
    [{ token: 1, logprob: -0.1 }],
  ],
};

/** A step of the answer with every number moved. */
function moved(by: number): TokenLogprob[][] {
  return answer.steps.map((step) => step.map(({ token, logprob }) => ({ token, logprob: logprob + by })));
}

describe('the verdict', () => {
  test('differences within the tolerance are trusted, whatever else the engine lists', () => {
    fc.assert(
      fc.property(fc.double({ min: -tolerance, max: tolerance, noNaN: true }), fc.nat(50), (by, extra) => {
        const measured = moved(by * 0.99).map((step) => step.concat({ token: 100 + extra, logprob: -9 }));
        expect(judgeAnswer(answer, measured).type).toBe('trusted');
      }),
    );
  });

  test.for([
    ['nothing at all', []],
    ['one token too few', moved(0).slice(0, 1)],
    ['numbers too far off', moved(-2 * tolerance)],
    ['no numbers', moved(Number.NaN)],
    ['another best token', [moved(0)[0]!.toReversed(), moved(0)[1]!]],
    ['other tokens', moved(0).map((step) => step.map(({ logprob }) => ({ token: 99, logprob })))],
  ] as const)('%s is wrong, and says where', ([, measured]) => {
    const verdict = judgeAnswer(answer, measured);
    expect(verdict).toMatchObject({ type: 'wrong', reason: expect.stringMatching(/^At token [12], .*\.$/) });
  });
});

function hostWith(
  logprobs: readonly (readonly TokenLogprob[])[],
  device: Partial<DeviceFacts> = {},
): ReturnType<typeof toyHost> {
  return toyHost({
    device: { ...toyDevice('shader-f16'), ...device },
    prepare: (adapter) => {
      adapter.backend = 'webgpu';
      adapter.logprobs = logprobs;
    },
  });
}

describe('a host with a GPU', () => {
  const request = { ...toyLoad, model: { ...toyLoad.model, knownAnswer: answer } };

  test('that is right is used and said to be checked; the check is made once', async () => {
    const { host, adapters } = hostWith(moved(0.1));
    const loaded = await host.load('a', request, () => undefined);
    expect(loaded.backend).toBe('webgpu');
    expect(loaded.choiceReasons.at(-1)).toBe(
      'The GPU (toy gpu) gave the answer that a CPU gives, to 0.10 in log-probability.',
    );
    await host.load('b', request, () => undefined);
    expect(adapters.map(({ logprobCalls }) => logprobCalls)).toEqual([1, 0]);
  });

  test('that is wrong is refused every time, and the CPU takes over', async () => {
    const { host, adapters } = hostWith(moved(-3));
    for (const id of ['a', 'b']) {
      const loaded = await host.load(id, request, () => undefined);
      expect(loaded.backend).toBe('wasm-single');
      expect(loaded.choiceReasons[0]).toMatch(/^The GPU \(toy gpu\) computes wrong numbers\. At token 1/);
    }
    expect(adapters.map(({ unloads }) => unloads)).toEqual([1, 1, 1, 0]);
    expect(adapters.map(({ logprobCalls }) => logprobCalls)).toEqual([1, 0, 0, 0]);
  });

  test('that is wrong hands over to threads where the page may have them', async () => {
    const { host } = hostWith(moved(-3), { crossOriginIsolated: true });
    expect((await host.load('a', request, () => undefined)).backend).toBe('wasm-threads');
  });

  test('that is wrong under an engine that has no other way is a fault', async () => {
    const { host } = hostWith(moved(-3));
    const model = { ...request.model, engines: ['web-llm'] } as const;
    await expect(host.load('a', { ...request, model }, () => undefined)).rejects.toMatchObject({
      code: 'wrong-results',
    });
  });

  test('that is wrong and all that is allowed is a fault', async () => {
    const { host } = hostWith(moved(-3));
    const only = { ...request, prefer: { backend: 'webgpu' } } as const;
    await expect(host.load('a', only, () => undefined)).rejects.toMatchObject({ code: 'wrong-results' });
    await expect(host.countTokens('x')).rejects.toMatchObject({ code: 'model-not-loaded' });
  });

  test('whose model has no known answer is used, and that is said', async () => {
    const { host } = hostWith([]);
    const loaded = await host.load('a', toyLoad, () => undefined);
    expect(loaded.backend).toBe('webgpu');
    expect(loaded.choiceReasons.at(-1)).toMatch(/was not compared with a CPU/);
  });
});
