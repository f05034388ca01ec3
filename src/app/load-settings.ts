/** How a model is loaded where nobody says otherwise: by a session, and by a model alone. Data only. */
import type { ModelLoaderOptions } from './model-loader.ts';
import type { SessionOptions } from './session-state.ts';

type Settings = Pick<
  ModelLoaderOptions,
  'catalogueUrl' | 'modelsUrl' | 'modelId' | 'contextTokens' | 'slots' | 'prefer' | 'downloadFrom'
>;

/** What the loader is told of the options, with what stands for those that are left out. */
export function loadSettings(
  options: Pick<
    SessionOptions,
    'modelsUrl' | 'modelId' | 'contextTokens' | 'slots' | 'prefer' | 'downloadFrom'
  >,
  catalogueUrl: URL,
): Settings {
  const { modelsUrl = 'models/', modelId, contextTokens = 4096, slots = 2, prefer, downloadFrom } = options;
  return {
    catalogueUrl,
    modelsUrl: new URL(modelsUrl, catalogueUrl),
    modelId,
    contextTokens,
    slots,
    prefer,
    downloadFrom,
  };
}
