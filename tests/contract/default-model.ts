/** The catalogue's default model, as the page reads it. */
import type { CatalogueEntry, ModelCatalogue } from '../../src/protocol/model.ts';

const response = await fetch('/models.json');
const { models, default: defaultId } = (await response.json()) as ModelCatalogue;

function find(): CatalogueEntry {
  const model = models.find(({ id }) => id === defaultId);
  if (model === undefined) throw new Error(`models.json names no model ${defaultId}.`);
  return model;
}

export const defaultModel = find();
