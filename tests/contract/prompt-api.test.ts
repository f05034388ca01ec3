/** The built-in model's engine is held to the promises of every engine, on a double of the browser's interface. */
import { PromptApiEngine } from '../../src/bridge/prompt-api/prompt-api-engine.ts';
import { LanguageModelDouble } from '../fixtures/language-model-double.ts';
import { remoteModel } from '../fixtures/remote-model.ts';
import { contractContext, describeEngineContract } from './engine.ts';
import { contractAnswer } from './script.ts';

describeEngineContract({
  name: 'the Prompt API on a double',
  create: () =>
    new PromptApiEngine({
      languageModel: new LanguageModelDouble({
        availability: 'downloadable',
        reply: (messages) => contractAnswer(messages.map(({ content }) => content).join('\n')),
      }),
    }),
  request: {
    model: { ...remoteModel, file: { ...remoteModel.file, bytes: 1000 } },
    modelsUrl: 'https://models.invalid/',
    contextTokens: contractContext,
    slots: 2,
  },
  exempt: {
    grammar: 'the Prompt API takes JSON Schema and no grammar',
    model: 'a double does not know what it continues',
    cache: 'the Prompt API keeps a system prompt, which this prompt has not',
  },
});
