/** The double is held to the same promises as the real engine: else tests on it would prove little. */
import { ScriptedEngine } from '../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../src/bridge/scripted-engine.ts';
import { contractContext, describeEngineContract } from './engine.ts';
import { defaultModel } from './default-model.ts';

const story = 'Once upon a time there was an animal in a wood, and it lived there for a long time. '.repeat(
  20,
);
const answers: readonly (readonly [question: string, reply: string])[] = [
  ['capital of France', 'It is Paris.'],
  ['fruits that are red', 'Apples, cherries, strawberries.'],
  ['story', story],
  ['2 + 2', 'Four.'],
  ['Hi.', 'Hello!'],
];

/** Enough of every answer for the whole suite. */
const steps: ScriptedStep[] = answers.flatMap(([question, reply]) =>
  Array.from({ length: 8 }, () => ({ expect: [question], reply, delayMs: 1 })),
);

describeEngineContract({
  name: 'the scripted engine',
  create: () => new ScriptedEngine({ steps }),
  request: {
    model: defaultModel,
    modelsUrl: 'https://models.invalid/',
    contextTokens: contractContext,
    slots: 2,
  },
  exempt: { grammar: 'a script is not decoded', model: 'a script does not know what it continues' },
});
