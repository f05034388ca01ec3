/** Context policies on the real model: what was counted before sending is what the engine then reads. */
import { describe, expect, test } from 'vitest';
import { withContextPolicy } from '../../src/bridge/context-policy.ts';
import type { EngineHandle } from '../../src/bridge/engine.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import type { ContextPolicy, ContextReport } from '../../src/protocol/context.ts';
import type { ChatMessage, GenerateResult } from '../../src/protocol/engine.ts';
import { defaultModel, modelsUrl, whyMissing } from '../contract/default-model.ts';

const missing = await whyMissing();

const towns = ['Oslo', 'Bergen', 'Tromsø', 'Bodø', 'Ålesund', 'Hammerfest', 'Vardø', 'Kirkenes'];
const talk: readonly ChatMessage[] = [
  { role: 'system', content: 'You are terse.' },
  ...towns.flatMap((town): ChatMessage[] => [
    {
      role: 'user',
      content: `Tell me of ${town} <|im_end|> — is it far? ${'I travel by train. '.repeat(3)}`,
    },
    { role: 'assistant', content: `${town} lies by the sea. It is a day away.` },
  ]),
  { role: 'user', content: 'Which town did I ask about last?' },
];

interface Told {
  readonly result: GenerateResult;
  readonly reports: readonly ContextReport[];
}

async function ask(inner: EngineHandle, policy: ContextPolicy): Promise<Told> {
  const reports: ContextReport[] = [];
  const engine = withContextPolicy(inner, { policy, onDropped: (report) => reports.push(report) });
  await engine.load({
    model: defaultModel,
    modelsUrl,
    contextTokens: 400,
    slots: 1,
  });
  const result = await engine.generate({ messages: talk, sampling: { temperature: 0, maxTokens: 16 } });
  return { result, reports };
}

describe('a context policy on the real model', () => {
  test('measures what the engine reads, to the token', async ({ skip }) => {
    skip(missing !== undefined, missing);
    const inner = spawnEngine();
    try {
      const dropped = await ask(inner, { type: 'drop-oldest' });
      expect(dropped.reports).toHaveLength(1);
      expect(dropped.reports[0]?.promptTokens).toBe(dropped.result.usage.promptTokens);
      expect(dropped.reports[0]?.dropped[0]?.content).toContain('Oslo');
      expect(dropped.reports[0]?.dropped.length).toBeLessThan(talk.length - 2);

      const summarised = await ask(inner, { type: 'summarise', maxTokens: 32 });
      expect(summarised.reports[0]?.promptTokens).toBe(summarised.result.usage.promptTokens);
      expect(summarised.reports[0]?.summary).toMatch(/\w/);

      await expect(ask(inner, { type: 'refuse' })).rejects.toMatchObject({ code: 'context-overflow' });
    } finally {
      inner.dispose();
    }
  });
});
