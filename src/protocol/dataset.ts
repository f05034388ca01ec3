/**
 * The contract between the page and the worker that makes data sets of logs, and what a person is shown of one. `DatasetHost`
 * implements it, `DatasetClient` wraps it. Everything here is plain, readonly and cloneable. Knows counts and names; nothing of
 * how a data set is made (flywheel/dataset).
 */
import type { Id } from './id.ts';
import type { Json } from './json.ts';
import type { Episode } from './record.ts';
import type { StepOutput } from './task-event.ts';

export const datasetSplits = ['train', 'validation', 'test'] as const;

/** The side that a record stands on. */
export type DatasetSplit = (typeof datasetSplits)[number];

/** The forms that a data set is exported in, beside its canonical records. */
export const exportFormats = [
  'trl',
  'preference',
  'openai',
  'hermes',
  'data-flywheel',
  'parquet',
  'rendered',
] as const;

export type ExportFormat = (typeof exportFormats)[number];

/** A refusal is a class of its own: a model that never sees one calls something for everything. */
export type RecordClass = StepOutput['type'];

/** How many records a filter let through, and why it kept the others. */
export interface FunnelStep {
  readonly filter: string;
  readonly in: number;
  readonly out: number;
  /** How many were dropped for each reason, the most frequent first. */
  readonly reasons: { readonly [reason: string]: number };
}

/** An item that is left out, and why. Nothing of its content but its first characters is kept. */
export interface Quarantined {
  readonly source: string;
  /** From 1. */
  readonly line: number;
  /** One sentence. */
  readonly reason: string;
  readonly excerpt: string;
}

/** Rows of one task and class on each side. */
export interface TaskCount {
  readonly task: string;
  readonly class: RecordClass;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/**
 * By what two rows are twins: the same run, the same text, the same template, nearly the same words, the
 * same meaning.
 */
export type OverlapKind = 'episode' | 'exact' | 'template' | 'near' | 'embedding';

/** How many judging rows have a twin in train, by one kind of likeness. */
export interface OverlapFigure {
  readonly kind: OverlapKind;
  /** Rows of validation and test that were compared. */
  readonly checked: number;
  /** Those with a twin in train. */
  readonly overlapping: number;
  readonly share: number;
  readonly limit: number;
}

/** Whether the sides of a data set know too much of each other. */
export interface OverlapReport {
  readonly figures: readonly OverlapFigure[];
  /** True where no share is above its limit. */
  readonly clean: boolean;
}

/** What a person says of a data set. */
export interface DatasetAbout {
  /** Letters, digits, `.`, `_` and `-`; the title of the card. */
  readonly name: string;
  /** As the Hugging Face hub names licences, e.g. `cc0-1.0`. */
  readonly licence: string;
  /** ISO 639-1 codes. */
  readonly languages: readonly string[];
  /** One paragraph. */
  readonly description?: string;
  /** ISO 8601; absent: the card has no date, and the same data gives the same folder on every day. */
  readonly createdAt?: string;
  /** How personal data was masked; absent: the card says that nothing was masked. */
  readonly masking?: MaskingAbout;
  /** What rows were varied with; absent: none were. */
  readonly paraphrase?: string;
}

export interface MaskingAbout {
  readonly method: string;
  /** Share of personal data that was found where it was measured, 0 to 1. */
  readonly recall?: number;
  /** What it was measured on. */
  readonly measuredOn?: string;
}

/** Rows that say the same with other values and words. */
export interface VariantSettings {
  /** Of a row, 1 at least. */
  readonly count: number;
  /** `add`: beside the row, for learning only. `replace`: in its place, on every side. */
  readonly mode: 'add' | 'replace';
}

/** A log that a data set is made of. */
export type DatasetSource =
  | { readonly type: 'file'; readonly name: string; readonly file: Blob }
  /** The own log: its runs, oldest first, are asked of the page, which holds the keys. */
  | { readonly type: 'log'; readonly name: string; readonly runIds: readonly Id[] };

export interface DatasetInput {
  /** The same for the same sources and filters: what was done before for this is gone on from. */
  readonly job: string;
  readonly sources: readonly DatasetSource[];
  /** Only what is known to have gone well. */
  readonly known: boolean;
  /** ISO 639-1 codes; empty: any. */
  readonly languages: readonly string[];
}

/** The episodes of these runs; those that are gone are left out. */
export type ReadRuns = (runIds: readonly Id[]) => Promise<readonly Episode[]>;

export interface DatasetProgress {
  readonly stage: 'reading' | 'sampling' | 'grouping' | 'mapping' | 'records' | 'formats' | 'packing';
  /** Items, rows or rounds so far. */
  readonly done: number;
  /** Of the stage, 0 to 1; undefined where nobody knows. */
  readonly share: number | undefined;
}

export interface SurveyView {
  readonly items: number;
  /** Records that passed every filter. */
  readonly rows: number;
  /** Items that had been read before the worker was asked; 0: all are new. */
  readonly resumedAt: number;
  readonly funnel: readonly FunnelStep[];
  /** The first ones. */
  readonly quarantined: readonly Quarantined[];
}

/** The tasks that a person named, or that were found. */
export interface TaskNames {
  /** By a record's id. */
  readonly byId: ReadonlyMap<string, string>;
  /** By the task that a record has by itself, for those that were not looked at. */
  readonly byTask: ReadonlyMap<string, string>;
}

export interface PlanSettings {
  readonly seed: string;
  /** Rows of one task at most. */
  readonly cap?: number;
  readonly shares: { readonly validation: number; readonly test: number };
  readonly tasks?: TaskNames;
  /** Of some records: the overlap is then told by meaning too. */
  readonly vectors?: RecordVectors;
  /** Share of the judging rows that may have a twin by meaning; 0.02 unless told. */
  readonly twinsByMeaning?: number;
}

export interface RecordVectors {
  readonly ids: readonly string[];
  readonly dimensions: number;
  /** (ids, dimensions), rows of length 1. */
  readonly values: Float32Array<ArrayBuffer>;
}

export interface PlanView {
  readonly counts: Readonly<Record<DatasetSplit, number>>;
  readonly tasks: readonly TaskCount[];
  readonly families: { readonly count: number; readonly largest: number };
  readonly funnel: readonly FunnelStep[];
  readonly overlap: OverlapReport;
  readonly guidance: readonly string[];
}

/** Records that tasks are looked for in. */
export interface TaskSample {
  readonly items: readonly SampledItem[];
  /** Records that it was drawn from. */
  readonly of: number;
}

export interface SampledItem {
  readonly id: string;
  /** What the user asked for. */
  readonly text: string;
  /** The task that it has by itself. */
  readonly task: string;
  readonly actions: readonly { readonly tool: string; readonly arguments: Json }[];
}

export interface DiscoverRequest {
  readonly sample: TaskSample;
  /** (items, dimensions), row by row. */
  readonly vectors: Float32Array<ArrayBuffer>;
  readonly dimensions: number;
  readonly k: number | 'auto';
  readonly seed: string;
}

export interface TaskMap {
  readonly tasks: readonly { readonly words: readonly string[]; readonly items: number }[];
  /** Per item of the sample: the task that it is nearest to. */
  readonly nearest: Int32Array<ArrayBuffer>;
  /** Per item: 1 where it belongs to none. */
  readonly outliers: Uint8Array<ArrayBuffer>;
  /** (items, 2), each from -1 to 1. */
  readonly places: Float32Array<ArrayBuffer>;
  readonly quality: { readonly silhouette: number; readonly stability: number; readonly coverage: number };
}

export interface WriteRequest {
  readonly plan: PlanSettings;
  readonly about: DatasetAbout;
  readonly formats: readonly ExportFormat[];
  /** Absent: none. */
  readonly variants?: VariantSettings;
  /** A folder of the user's, or an archive that is handed back. */
  readonly target:
    { readonly type: 'folder'; readonly folder: FileSystemDirectoryHandle } | { readonly type: 'archive' };
}

export interface WrittenView {
  readonly rows: Readonly<Record<DatasetSplit, number>>;
  /** Bytes of all files of rows. */
  readonly bytes: number;
  /** Milliseconds that writing took, packing not counted. */
  readonly tookMs: number;
  /** What became of the variants that were tried, where some were wanted. */
  readonly variants?: FunnelStep;
  /** The archive, on disk until the next one is made. */
  readonly archive?: File;
}

export interface DatasetApi {
  /**
   * Looks the sources through, or goes on where an earlier walk stopped. Rejects with a Fault: aborted, dataset-invalid,
   * and what reading a source throws.
   */
  survey(
    requestId: Id,
    input: DatasetInput,
    readRuns: ReadRuns,
    onProgress: (progress: DatasetProgress) => void,
  ): Promise<SurveyView>;
  /** Decides anew what is in and on which side. Rejects with a Fault: dataset-invalid where it was not looked through. */
  plan(job: string, settings: PlanSettings): Promise<PlanView>;
  /** Draws up to `size` records, the same for the same seed. Rejects as `survey` does. */
  sample(
    requestId: Id,
    input: DatasetInput,
    draw: { readonly size: number; readonly seed: string },
    readRuns: ReadRuns,
    onProgress: (progress: DatasetProgress) => void,
  ): Promise<TaskSample>;
  /** Groups a sample by its vectors. It hears no cancel: whoever wants it stopped ends the worker. */
  discover(request: DiscoverRequest, onProgress: (progress: DatasetProgress) => void): Promise<TaskMap>;
  /** Writes the data set. Rejects as `survey` does, and with dataset-overlap. */
  write(
    requestId: Id,
    input: DatasetInput,
    request: WriteRequest,
    readRuns: ReadRuns,
    onProgress: (progress: DatasetProgress) => void,
  ): Promise<WrittenView>;
  /** Drops all checkpoints and what lies in the private file system. */
  forget(): Promise<void>;
  /** Ids that are not running are ignored. */
  cancel(requestId: Id): Promise<void>;
}
