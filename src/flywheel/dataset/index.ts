/**
 * Data sets from logs, name by name: what the command line and the page use of this room.
 */
export { recordLine } from './canonical.ts';
export { archiveReader, packArchive } from './export/archive.ts';
export { directoryFolder } from './export/directory.ts';
export { formatPurposes } from './export/formats.ts';
export type { FileFormat } from './export/formats.ts';
export type { DatasetManifest, ExportedFile, PlanSummary } from './export/manifest.ts';
export { readDataset } from './export/read-dataset.ts';
export type { ReadDataset } from './export/read-dataset.ts';
export { MemoryFiles } from './export/folder.ts';
export type { DatasetFolder, DatasetReader, FileWriter } from './export/folder.ts';
export { writeDataset } from './export/write-dataset.ts';
export type { WriteDatasetOptions, WriteProgress } from './export/write-dataset.ts';
export { makeFilters } from './filter/filters.ts';
export type { Filter, FilterOptions } from './filter/filters.ts';
export { importEpisodes } from './import/from-episode.ts';
export type { EpisodeImportOptions } from './import/from-episode.ts';
export { importRecords } from './import/import-records.ts';
export type { ImportOptions } from './import/import-records.ts';
export { makeDataset } from './make-dataset.ts';
export type { MadeDataset, MakeDatasetOptions } from './make-dataset.ts';
export { paraphrase } from './paraphrase/paraphrase.ts';
export type { ParaphraseOptions, ParaphraseTally, Variant } from './paraphrase/paraphrase.ts';
export { planDataset, plannedRecords } from './plan.ts';
export type { DatasetPlan, PlanOptions } from './plan.ts';
export { importFormats } from './record.ts';
export type {
  DatasetMessage,
  DatasetRecord,
  ImportFormat,
  ImportItem,
  Lineage,
  SourceFormat,
} from './record.ts';
export { surveyRecords } from './survey.ts';
export type { Survey, SurveyChunk, SurveyHead, SurveyOptions, SurveyState } from './survey.ts';
export { exportFormats } from '../../protocol/dataset.ts';
export type {
  DatasetAbout,
  DatasetSplit,
  ExportFormat,
  FunnelStep,
  OverlapFigure,
  OverlapKind,
  OverlapReport,
  Quarantined,
  RecordClass,
  TaskCount,
} from '../../protocol/dataset.ts';
