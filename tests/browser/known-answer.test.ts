/**
 * The known answers of the catalogue are what a CPU computes, here and now; and an engine with wrong numbers fails them.
 * On a mismatch the right answer is printed, to be put into public/models.json.
 */
import { describe, expect, test } from 'vitest';
import { candidatesToAsk, judgeAnswer } from '../../src/engine/known-answer.ts';
import { probeDevice } from '../../src/engine/probe-device.ts';
import { WllamaAdapter } from '../../src/engine/wllama-adapter.ts';
import type { AdapterLoad } from '../../src/engine/adapter.ts';
import type { KnownAnswer, TokenLogprob } from '../../src/protocol/model.ts';
import { defaultModel, defaultModelUrl, whyMissing } from '../contract/default-model.ts';

const missing = await whyMissing();

/** Candidates kept of each step. */
const kept = 3;
/** Two float paths on one machine differ by rounding only. */
const rounding = 0.02;

const load = {
  chatTemplate: defaultModel.chatTemplate,
  parameters: defaultModel.parameters,
  contextTokens: 256,
  slots: 1,
  device: await probeDevice(),
  files: new Map<string, Blob>(),
  adapters: [],
} satisfies Omit<AdapterLoad, 'file'>;

function largestDifference(answer: KnownAnswer, measured: readonly (readonly TokenLogprob[])[]): number {
  const verdict = judgeAnswer(answer, measured);
  return verdict.type === 'trusted' ? verdict.largestDifference : Infinity;
}

describe('the known answer of the default model', () => {
  test('is what 32-bit floats give, and the packed weights agree', async ({ skip }) => {
    skip(missing !== undefined, missing);
    const file = await (await fetch(defaultModelUrl)).blob();
    const answer = defaultModel.knownAnswer ?? {
      prompt: 'one, two, three, four, five,',
      steps: [[], [], [], []],
    };
    for (const weights of ['float32', 'quantised'] as const) {
      const adapter = new WllamaAdapter();
      await adapter.load({ ...load, file, prefer: { weights } }, new AbortController().signal);
      const measured = await adapter.topLogprobs({
        prompt: answer.prompt,
        steps: answer.steps.length,
        candidates: Math.max(8, candidatesToAsk(answer)),
        signal: new AbortController().signal,
      });
      await adapter.unload();
      const steps = measured.map((step) => step.slice(0, kept));
      const difference = largestDifference(answer, measured);
      if (difference > rounding) console.info(weights, JSON.stringify({ prompt: answer.prompt, steps }));
      if (weights === 'float32') expect(difference).toBeLessThan(rounding);
      else expect(difference).toBeLessThan(0.4);
    }
  });
});
