/**
 * The model catalogue from its URL, checked before anything trusts it: which models there are, and one of them.
 * Knows models.json's shape; loads no model.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { AdapterEntry, CatalogueEntry, ModelCatalogue, ModelFile } from '../protocol/model.ts';
import { fetchJson } from './fetch-json.ts';

/**
 * Reads the entry `modelId`, or the catalogue's default. Throws Faults: `model-unavailable` where the catalogue
 * cannot be fetched, is not one, or has no such model.
 */
export async function readCatalogueEntry({
  url,
  modelId,
  signal,
}: {
  readonly url: URL;
  readonly modelId: string | undefined;
  readonly signal?: AbortSignal;
}): Promise<CatalogueEntry> {
  const catalogue = await readCatalogue({ url, ...(signal === undefined ? {} : { signal }) });
  const wanted = modelId ?? catalogue.default;
  const entry = catalogue.models.find(({ id }) => id === wanted);
  if (entry !== undefined) return entry;
  throw new Fault({
    code: faultCodes.modelUnavailable,
    message: `The catalogue has no model "${wanted}".`,
    reason: `It has: ${catalogue.models.map(({ id }) => id).join(', ')}.`,
    remedy: 'Ask for one of these, or add the model to models.json.',
    details: { url: url.href, modelId: wanted },
  });
}

/** Reads the whole catalogue. Throws Fault `model-unavailable` where it cannot be fetched, or is not one. */
export async function readCatalogue({
  url,
  signal,
}: {
  readonly url: URL;
  readonly signal?: AbortSignal;
}): Promise<ModelCatalogue> {
  const { status, value } = await fetchJson(url, signal);
  if (isCatalogue(value)) return value;
  throw new Fault({
    code: faultCodes.modelUnavailable,
    message: 'The model catalogue could not be read.',
    reason: status === 0 ? `${url.href} did not answer.` : `${url.href} answered ${status}, not a catalogue.`,
    remedy: 'Check that models.json lies beside the page, then reload.',
    details: { url: url.href, status },
  });
}

type Loose<Shape> = Partial<Record<keyof Shape, unknown>>;

function isCatalogue(value: unknown): value is ModelCatalogue {
  if (typeof value !== 'object' || value === null) return false;
  const { version, models, default: chosen, adapters = [] } = value as Loose<ModelCatalogue>;
  if (version !== 1 || typeof chosen !== 'string' || !Array.isArray(models)) return false;
  return models.every(isEntry) && Array.isArray(adapters) && adapters.every(isAdapter);
}

function isEntry(value: unknown): value is CatalogueEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { id, file, contextWindow } = value as Loose<CatalogueEntry>;
  return typeof id === 'string' && typeof contextWindow === 'number' && isFile(file);
}

function isAdapter(value: unknown): value is AdapterEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { id, title, licence, baseId, baseSha256, file } = value as Loose<AdapterEntry>;
  return [id, title, licence, baseId, baseSha256].every((text) => typeof text === 'string') && isFile(file);
}

function isFile(value: unknown): value is ModelFile {
  if (typeof value !== 'object' || value === null) return false;
  const { name, bytes, sha256 } = value as Loose<ModelFile>;
  return typeof name === 'string' && typeof bytes === 'number' && typeof sha256 === 'string';
}
