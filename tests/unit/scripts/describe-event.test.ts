import { describe, expect, test } from 'vitest';
import { describeEvent } from '../../../scripts/describe-event.mjs';
import type { TaskEventOf } from '../../../src/protocol/task-event.ts';

const step: TaskEventOf<'step-started'> = {
  type: 'step-started',
  id: 'e',
  runId: 'r',
  at: 0,
  stepId: 's',
  purpose: 'act',
  attempt: 1,
  route: {
    modelId: 'm',
    weightsHash: '',
    sampling: { temperature: 0, maxTokens: 8 },
    constrained: true,
    reason: '',
  },
  messages: [],
  toolsOffered: [],
};

describe('an event in the terminal', () => {
  test('says that messages were left out of a prompt, and nothing where none were', () => {
    const dropped = [
      { role: 'user', content: 'Hi.' },
      { role: 'assistant', content: 'Hello.' },
    ] as const;
    const context = {
      policy: 'drop-oldest',
      promptTokens: 90,
      neededTokens: 120,
      contextWindow: 100,
      dropped,
    } as const;
    expect(describeEvent({ ...step, context })).toEqual([
      '  2 messages left out of the prompt, so that it fits',
    ]);
    expect(describeEvent(step)).toEqual([]);
  });
});
