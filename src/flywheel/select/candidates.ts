/**
 * Everything that could be chosen, as one kind of thing: the site's models, those that the user brought, those that are
 * known by name only, and each of them with an adapter that was scored. Pure: lists in, candidates out.
 * Knows where a model comes from; nothing of devices and of order.
 */
import type {
  KnownBuild,
  KnownModel,
  LicenceTerms,
  ModelLicence,
  PublishedScore,
} from '../../protocol/known-model.ts';
import type { CatalogueEntry } from '../../protocol/model.ts';
import type { Measurement, ModelOrigin } from '../../protocol/selection.ts';

export interface Candidate {
  /** A model's id, or that and an adapter's. */
  readonly id: string;
  /** The model's alone. */
  readonly modelId: string;
  readonly title: string;
  readonly origin: ModelOrigin;
  readonly parameters: number;
  /** Tokens; absent: not known. */
  readonly contextWindow?: number;
  readonly licence: ModelLicence;
  readonly chatFormat: string;
  /** In order of preference. */
  readonly builds: readonly KnownBuild[];
  readonly missing: readonly string[];
  readonly published: readonly PublishedScore[];
  readonly url?: string;
  /** The newest on the task's rows. */
  readonly measurement?: Measurement;
}

export interface CandidateSources {
  /** The site's own. */
  readonly catalogue: readonly CatalogueEntry[];
  /** Brought into this browser. */
  readonly imported: readonly CatalogueEntry[];
  readonly known: readonly KnownModel[];
  /** Those of the task's rows, in any order. */
  readonly measurements: readonly Measurement[];
}

/** SPDX licences under which use is free, commercial use too. */
const permissive: ReadonlySet<string> = new Set([
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
]);

function termsOf(name: string): LicenceTerms {
  return permissive.has(name) ? 'permissive' : 'unknown';
}

/** One candidate for each model, and one more for each adapter that was scored with it. No two share an id. */
export function candidatesOf({
  catalogue,
  imported,
  known,
  measurements,
}: CandidateSources): readonly Candidate[] {
  const here = [
    ...catalogue.map((entry) => ({ entry, origin: 'site' as const })),
    ...imported
      .filter(({ id }) => !catalogue.some((entry) => entry.id === id))
      .map((entry) => ({ entry, origin: 'browser' as const })),
  ].map(({ entry, origin }) => {
    const same = known.find((model) => isSame(model, entry));
    return { hash: entry.file.sha256, same, candidate: candidateOfEntry(entry, origin, same) };
  });
  const elsewhere = known
    .filter((model) => !here.some(({ same }) => same === model))
    .map((model) => candidateOfKnown(model));
  const scored = here.flatMap(({ hash, candidate }) => {
    const own = newestOf(
      measurements.filter(
        ({ subject, weightsHash }) => subject.modelId === candidate.id && weightsHash === hash,
      ),
    );
    const adapted = own.flatMap((measurement) => withAdapter(candidate, measurement));
    return [withMeasurement(candidate, own)].concat(adapted);
  });
  return [...scored, ...elsewhere];
}

/** The model alone, with what was measured of it. */
function withMeasurement(candidate: Candidate, own: readonly Measurement[]): Candidate {
  const measurement = own.find(({ subject }) => subject.adapter === undefined);
  return measurement === undefined ? candidate : { ...candidate, measurement };
}

/** The model with the adapter that it was measured with; none where that was none. */
function withAdapter(candidate: Candidate, measurement: Measurement): readonly Candidate[] {
  const { adapter } = measurement.subject;
  if (adapter === undefined) return [];
  const { id, title } = candidate;
  return [{ ...candidate, id: `${id} + ${adapter}`, title: `${title} with ${adapter}`, measurement }];
}

/** The same weights, by their hash or because the list says so. */
function isSame(model: KnownModel, entry: CatalogueEntry): boolean {
  return (
    model.catalogueId === entry.id ||
    model.builds.some(
      (build) => build.engine !== 'web-llm' && build.files.some(({ sha256 }) => sha256 === entry.file.sha256),
    )
  );
}

function candidateOfEntry(
  entry: CatalogueEntry,
  origin: ModelOrigin,
  same: KnownModel | undefined,
): Candidate {
  return {
    id: entry.id,
    modelId: entry.id,
    title: entry.title,
    origin,
    parameters: entry.parameters,
    contextWindow: entry.contextWindow,
    licence: same?.licence ?? { name: entry.licence, terms: termsOf(entry.licence) },
    chatFormat: entry.chatTemplate,
    builds: entry.engines.flatMap((engine) => buildsOf(entry, engine)),
    missing: [],
    published: same?.published ?? [],
    ...(same === undefined ? {} : { url: hubPage(same.repository) }),
  };
}

function buildsOf(entry: CatalogueEntry, engine: CatalogueEntry['engines'][number]): KnownBuild[] {
  const { quantisation, contextWindow: contextTokens, unverified } = entry;
  const own = entry.builds?.find((build) => build.engine === engine)?.files;
  const files = own ?? [entry.file];
  if (engine === 'web-llm') {
    const memoryBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    return [{ engine, modelId: entry.id, quantisation, memoryBytes, contextTokens, needsShaderF16: false }];
  }
  const evidence =
    unverified === true ? 'You brought it: its hash is its own.' : 'Its hash is compared before it is used.';
  return [
    {
      engine,
      quantisation,
      files: files.map(({ name, bytes, sha256 }) => ({
        repository: '',
        name,
        bytes,
        sha256,
        verified: unverified !== true,
        evidence,
      })),
    },
  ];
}

function candidateOfKnown(model: KnownModel): Candidate {
  const { id, title, parameters, contextWindow, licence, chatFormat, builds, missing, published } = model;
  return {
    id,
    modelId: id,
    title,
    origin: 'hub',
    parameters,
    ...(contextWindow === null ? {} : { contextWindow }),
    licence,
    chatFormat,
    builds,
    missing,
    published,
    url: hubPage(model.repository),
  };
}

function hubPage(repository: string): string {
  return `https://huggingface.co/${repository}`;
}

/** Of each subject the newest. Outputs without a grammar do not count: that is not how runs use a model. */
function newestOf(measurements: readonly Measurement[]): readonly Measurement[] {
  const newest = new Map<string, Measurement>();
  for (const measurement of measurements) {
    const { modelId, adapter = '', grammar } = measurement.subject;
    if (!grammar) continue;
    const key = JSON.stringify([modelId, adapter]);
    const other = newest.get(key);
    if (other === undefined || isNewer(measurement, other)) newest.set(key, measurement);
  }
  return [...newest.values()];
}

function isNewer(one: Measurement, other: Measurement): boolean {
  return one.at > other.at || (one.at === other.at && one.id > other.id);
}
