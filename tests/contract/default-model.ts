/** The catalogue's default model, as the page reads it, and whether its file is there to be run. */
import type { CatalogueEntry, ModelCatalogue } from '../../src/protocol/model.ts';

const response = await fetch('/models.json');
const { models, default: defaultId } = (await response.json()) as ModelCatalogue;

function find(): CatalogueEntry {
  const model = models.find(({ id }) => id === defaultId);
  if (model === undefined) throw new Error(`models.json names no model ${defaultId}.`);
  return model;
}

export const defaultModel = find();

/** The folder of the page's model files. */
export const modelsUrl = new URL('/models/', location.href).href;

export const defaultModelUrl = new URL(defaultModel.file.name, modelsUrl).href;

/** Why a test of the default model has to be skipped; undefined where the file was set up. */
export async function whyMissing(): Promise<string | undefined> {
  const head = await fetch(defaultModelUrl, { method: 'HEAD' });
  // The development server answers with a page where there is no file.
  const isThere = head.ok && Number(head.headers.get('Content-Length')) === defaultModel.file.bytes;
  return isThere ? undefined : `public/models/${defaultModel.file.name} is not there; npm start gets it`;
}
