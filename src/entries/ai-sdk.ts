/**
 * The package's `./ai-sdk`: a provider of the AI SDK over a model in this page. Starts nothing.
 */
export { createRuntime } from '../app/runtime.ts';
export type { Runtime, RuntimeOptions } from '../app/runtime.ts';
export { createProvider } from '../facade/ai-sdk/create-provider.ts';
export type { ChatModel } from '../facade/chat-model.ts';
