/**
 * A model by itself, without agent, log and screen: what the facades stand on, made of the same parts as a session.
 * Loads when it is first asked, and again after a failure. Knows the catalogue and the engine; nothing of any facade.
 */
import type { GenerateOptions } from '../bridge/engine.ts';
import type { ChatModel } from '../facade/chat-model.ts';
import type { GenerateRequest, GenerateResult, LoadedModel, LoadProgress } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import { EngineHolder } from './engine-holder.ts';
import { loadSettings } from './load-settings.ts';
import { ModelLoader } from './model-loader.ts';
import type { SessionOptions } from './session-state.ts';
import { siteRoot } from './site-root.ts';

/** What a runtime takes of a session's options: which model, where its files lie, and on what it runs. */
export type RuntimeOptions = Pick<
  SessionOptions,
  | 'modelId'
  | 'catalogueUrl'
  | 'modelsUrl'
  | 'contextTokens'
  | 'slots'
  | 'poolSize'
  | 'sharing'
  | 'prefer'
  | 'downloadFrom'
  | 'createEngine'
>;

/** A model that loads itself when it is first asked, for the facades. `createRuntime` makes one. */
export class Runtime implements ChatModel {
  readonly #engine: EngineHolder;
  readonly #loader: ModelLoader;
  readonly #watchers = new Set<(progress: LoadProgress) => void>();

  constructor(options: RuntimeOptions = {}) {
    const catalogueUrl = new URL(options.catalogueUrl ?? 'models.json', siteRoot());
    this.#engine = new EngineHolder(options);
    this.#loader = new ModelLoader({
      engine: () => ({
        load: (request, { onProgress, ...rest } = {}) =>
          this.#engine.get().load(request, {
            ...rest,
            onProgress: (progress) => {
              onProgress?.(progress);
              for (const watcher of this.#watchers) watcher(progress);
            },
          }),
      }),
      dropEngine: () => this.#engine.drop(),
      ...loadSettings(options, catalogueUrl),
      onChange: () => undefined,
    });
  }

  async load({
    onProgress,
  }: { readonly onProgress?: (progress: LoadProgress) => void } = {}): Promise<LoadedModel> {
    if (onProgress === undefined) return await this.#loader.load();
    this.#watchers.add(onProgress);
    try {
      return await this.#loader.load();
    } finally {
      this.#watchers.delete(onProgress);
    }
  }

  async generate(
    request: Omit<GenerateRequest, 'requestId'>,
    options: GenerateOptions = {},
  ): Promise<GenerateResult> {
    options.signal?.throwIfAborted();
    await this.#loader.load();
    return await this.#engine.get().generate(request, options);
  }

  async countTokens(text: string): Promise<number> {
    await this.#loader.load();
    const engine = this.#engine.get();
    if (engine.countTokens !== undefined) return await engine.countTokens(text);
    throw new Fault({
      code: faultCodes.unsupported,
      message: 'The engine cannot count tokens.',
      remedy: 'Use an engine that counts.',
      details: { feature: 'countTokens' },
    });
  }

  /** Stops a load under way, and ends the engine at once. A later call starts another. */
  dispose(): void {
    this.#loader.cancel();
    this.#loader.expire();
    this.#engine.drop();
  }
}

/** A model by itself; nothing is fetched and no worker starts before it is first asked. */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  return new Runtime(options);
}
