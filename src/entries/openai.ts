/**
 * The package's `./openai`: OpenAI's chat completions over a model in this page. Starts nothing.
 */
export { createRuntime } from '../app/runtime.ts';
export type { Runtime, RuntimeOptions } from '../app/runtime.ts';
export type { ChatModel } from '../facade/chat-model.ts';
export { createOpenAI } from '../facade/openai/create-openai.ts';
export type { ChatCompletions, CompletionOptions, OpenAIFacade } from '../facade/openai/create-openai.ts';
export { createOpenAIFetch } from '../facade/openai/openai-fetch.ts';
