/**
 * The list of known models from its URL, checked before anything is shown of it. It is data beside models.json, not code:
 * a site can add a model without a build, the page that shows it fetches it when it is opened, and no script grows by it.
 * It is a list of its own because models.json promises that its files are there and checked, and this one cannot.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { KnownModel } from '../protocol/known-model.ts';
import { fetchJson } from './fetch-json.ts';

/** Reads the list. Rejects with Fault `model-unavailable` where it cannot be fetched, or is none. */
export async function readKnownModels(url: URL): Promise<readonly KnownModel[]> {
  const { status, value } = await fetchJson(url);
  const problem = findKnownModelProblem(value);
  if (problem === undefined) return (value as { readonly models: readonly KnownModel[] }).models;
  throw new Fault({
    code: faultCodes.modelUnavailable,
    message: 'The list of known models could not be read.',
    reason: status === 200 ? `${url.href}: ${problem}` : `${url.href} answered ${status || 'nothing'}.`,
    remedy: 'Check that known-models.json lies beside models.json, then reload.',
    details: { url: url.href, status },
  });
}

const engines: ReadonlySet<unknown> = new Set(['wllama', 'transformers', 'web-llm']);
const allTerms: ReadonlySet<unknown> = new Set(['permissive', 'conditions', 'research', 'unknown']);

/** What is wrong with a list of known models, one sentence; undefined: nothing. */
export function findKnownModelProblem(value: unknown): string | undefined {
  if (!isRecord(value) || value['version'] !== 1 || !Array.isArray(value['models'])) {
    return 'It is no list of version 1.';
  }
  const models = value['models'] as readonly unknown[];
  const ids = models.map((model) => (isRecord(model) ? model['id'] : undefined));
  for (const [index, model] of models.entries()) {
    const problem = isRecord(model) ? problemOf(model) : 'is no object';
    const name = typeof ids[index] === 'string' && ids[index] !== '' ? ids[index] : `number ${index + 1}`;
    if (problem !== undefined) return `The model ${name} ${problem}.`;
    if (ids.indexOf(ids[index]) !== index) return `The model ${name} is listed twice.`;
  }
  return undefined;
}

type Loose = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

/** The rest of a sentence. */
function problemOf(model: Loose): string | undefined {
  const missing = ['id', 'title', 'family', 'architecture', 'repository', 'chatFormat'].find(
    (name) => !isText(model[name]),
  );
  if (missing !== undefined) return `has no ${missing}`;
  if (!isCount(model['parameters'])) return 'does not tell its number of weights';
  if (model['contextWindow'] !== null && !isCount(model['contextWindow']))
    return 'has a context that is no number';
  const { licence, builds, missing: gaps, published } = model;
  if (!isRecord(licence) || !isText(licence['name']) || !allTerms.has(licence['terms'])) {
    return 'has no licence with a name and terms';
  }
  if (!Array.isArray(builds) || !Array.isArray(gaps) || !gaps.every(isText))
    return 'has no lists of builds and gaps';
  if (builds.length === 0 && gaps.length === 0) return 'has no build and does not say what is missing';
  const badBuild = builds.find((build) => !isRecord(build) || !isBuild(build));
  if (badBuild !== undefined) return 'has a build that is none';
  if (!Array.isArray(published) || !published.every(isScore))
    return 'has a published figure without its source';
  return undefined;
}

function isBuild(build: Loose): boolean {
  if (!engines.has(build['engine']) || !isText(build['quantisation'])) return false;
  if (build['engine'] === 'web-llm') return isText(build['modelId']) && isCount(build['memoryBytes']);
  const { files } = build;
  return Array.isArray(files) && files.length > 0 && files.every((file) => isRecord(file) && isFile(file));
}

function isFile({ name, bytes, sha256, verified, evidence }: Loose): boolean {
  const isHash = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
  return (
    isText(name) &&
    (bytes === null || isCount(bytes)) &&
    (sha256 === null || isHash) &&
    typeof verified === 'boolean' &&
    (!verified || (isHash && bytes !== null)) &&
    isText(evidence)
  );
}

function isScore(score: unknown): boolean {
  if (!isRecord(score)) return false;
  const { benchmark, value, publisher, url } = score;
  return (
    isText(benchmark) &&
    typeof value === 'number' &&
    isText(publisher) &&
    isText(url) &&
    url.startsWith('https://')
  );
}
