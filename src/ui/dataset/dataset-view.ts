/** What the screen knows of a data set that is being made. Data only. */
import type {
  DatasetProgress,
  ExportFormat,
  MaskingAbout,
  PlanView,
  SurveyView,
  VariantSettings,
  WrittenView,
} from '../../protocol/dataset.ts';
import type { FaultData } from '../../protocol/fault.ts';

export interface SourceView {
  readonly name: string;
  /** How much it is, e.g. "12 MB". */
  readonly size: string;
}

/** What can be changed before sources are looked through. */
export interface ReadSettings {
  readonly known: boolean;
  /** ISO 639-1 codes. */
  readonly languages: readonly string[];
}

/** What can be changed before a plan is made. */
export interface SplitSettings {
  readonly seed: string;
  readonly cap: number | undefined;
  /** 0 to 1. */
  readonly validation: number;
  readonly test: number;
  /** Share of the rows that judge which may have a twin by meaning, 0 to 1. */
  readonly twinsByMeaning: number;
}

/** What the user asks of an export: name, licence, formats, variants, and where it goes. */
export interface ExportSettings {
  readonly name: string;
  readonly licence: string;
  readonly formats: readonly ExportFormat[];
  /** Absent: none. */
  readonly variants?: VariantSettings;
  readonly target: 'folder' | 'archive';
}

export interface FoundTask {
  readonly id: number;
  readonly name: string;
  readonly items: number;
  /** Some of what was asked. */
  readonly examples: readonly string[];
}

export interface TasksView {
  readonly tasks: readonly FoundTask[];
  /** Per item of the sample: the id of its task; -1: none. */
  readonly taskOf: readonly number[];
  /** (items, 2), each from -1 to 1. */
  readonly places: Float32Array;
  /** Records that the sample was drawn from. */
  readonly of: number;
  readonly quality: { readonly silhouette: number; readonly stability: number; readonly coverage: number };
}

export type DatasetWork = Omit<DatasetProgress, 'stage'> & {
  readonly stage: DatasetProgress['stage'] | 'embedding' | 'loading' | 'naming' | 'planning';
};

export type TaskEdit =
  | { readonly type: 'rename'; readonly id: number; readonly name: string }
  | { readonly type: 'merge'; readonly ids: readonly number[] }
  | { readonly type: 'split'; readonly id: number }
  /** Tasks are again what records name, or the tools they call. */
  | { readonly type: 'drop' };

/** A data set in the making as the screen shows it. */
export interface DatasetView {
  readonly sources: readonly SourceView[];
  /** What the card will say of masking; undefined: that nothing was masked. */
  readonly masking: MaskingAbout | undefined;
  readonly read: ReadSettings;
  readonly split: SplitSettings;
  /** What goes on; undefined: nothing. */
  readonly work: DatasetWork | undefined;
  readonly fault: FaultData | undefined;
  readonly survey: SurveyView | undefined;
  readonly tasks: TasksView | undefined;
  readonly plan: PlanView | undefined;
  readonly written: Omit<WrittenView, 'archive'> | undefined;
}

export const emptyDatasetView: DatasetView = {
  sources: [],
  masking: undefined,
  read: { known: false, languages: [] },
  split: { seed: '1', cap: undefined, validation: 0.05, test: 0.05, twinsByMeaning: 0.02 },
  work: undefined,
  fault: undefined,
  survey: undefined,
  tasks: undefined,
  plan: undefined,
  written: undefined,
};
