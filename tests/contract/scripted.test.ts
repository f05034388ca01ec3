/** The double is held to the same promises as the real engine: else tests on it would prove little. */
import { ScriptedEngine } from '../../src/bridge/scripted-engine.ts';
import { contractContext, describeEngineContract } from './engine.ts';
import { defaultModel } from './default-model.ts';
import { contractSteps } from './script.ts';

describeEngineContract({
  name: 'the scripted engine',
  create: () => new ScriptedEngine({ steps: contractSteps }),
  request: {
    model: defaultModel,
    modelsUrl: 'https://models.invalid/',
    contextTokens: contractContext,
    slots: 2,
  },
  exempt: { grammar: 'a script is not decoded', model: 'a script does not know what it continues' },
});
