/**
 * The package's `./prompt-api`: a `LanguageModel` over a model in this page. Starts nothing.
 */
export { createRuntime } from '../app/runtime.ts';
export type { Runtime, RuntimeOptions } from '../app/runtime.ts';
export type { ChatModel } from '../facade/chat-model.ts';
export { createLanguageModel } from '../facade/prompt-api/create-language-model.ts';
export type {
  AvailabilityOptions,
  CreateOptions,
  LanguageModelFacade,
} from '../facade/prompt-api/create-language-model.ts';
export type { PromptOptions, PromptSession } from '../facade/prompt-api/prompt-session.ts';
export type { PromptInput, PromptMessage } from '../facade/prompt-api/read-input.ts';
