/**
 * An engine whose prompts are made to fit by a policy: for those who call an engine directly (an agent's run takes the
 * policy itself). Knows when to measure; how is in fit-context.
 */
import type { ContextPolicy, ContextReport } from '../protocol/context.ts';
import type { GenerateRequest, GenerateResult, LoadedModel, LoadRequest } from '../protocol/engine.ts';
import type { ChatTemplate } from '../protocol/model.ts';
import type { EngineHandle, GenerateOptions, LoadOptions } from './engine.ts';
import { fitContext } from './fit-context.ts';

/** The policy, and who is told of what it left out. */
export interface ContextPolicyOptions {
  readonly policy: ContextPolicy;
  /** Told before the shortened prompt is sent. */
  readonly onDropped: (report: ContextReport) => void;
}

/** The engine with a policy. It owns nothing: disposing of it disposes of the engine. */
export function withContextPolicy(engine: EngineHandle, options: ContextPolicyOptions): EngineHandle {
  let loaded: { readonly contextTokens: number; readonly template: ChatTemplate } | undefined;
  return {
    async load(request: LoadRequest, loadOptions?: LoadOptions): Promise<LoadedModel> {
      const model = await engine.load(request, loadOptions);
      loaded = { contextTokens: model.contextTokens, template: request.model.chatTemplate };
      return model;
    },
    async generate(
      request: Omit<GenerateRequest, 'requestId'>,
      generateOptions: GenerateOptions = {},
    ): Promise<GenerateResult> {
      // Without a model the engine itself says what is wrong.
      if (loaded === undefined) return await engine.generate(request, generateOptions);
      const { messages, prefill, sampling } = request;
      const { signal } = generateOptions;
      const fitted = await fitContext({
        engine,
        policy: options.policy,
        messages,
        ...(prefill === undefined ? {} : { prefill }),
        maxTokens: sampling.maxTokens,
        ...loaded,
        ...(signal === undefined ? {} : { signal }),
      });
      if (fitted.report !== undefined) options.onDropped(fitted.report);
      return await engine.generate({ ...request, messages: fitted.messages }, generateOptions);
    },
    countTokens: (text) => engine.countTokens(text),
    async unload(): Promise<void> {
      loaded = undefined;
      await engine.unload();
    },
    dispose: () => engine.dispose(),
  };
}
