/**
 * Records -> a folder that trainers load: files of each format and side, the card, the manifest, checksums. The records are
 * walked once and written as they are; one walk over what was written then makes all other formats side by side, so that a
 * log is read and checked once however many formats there are. One record is held at a time, and a few hundred kilobytes of
 * text a file. Knows what stands in the folder; nothing of where the folder is.
 */
import { datasetSplits, exportFormats } from '../../../protocol/dataset.ts';
import type { DatasetSplit, DatasetAbout, ExportFormat } from '../../../protocol/dataset.ts';
import { abortedFault } from '../../../protocol/fault.ts';
import type { DatasetRecord } from '../record.ts';
import { assertClean } from '../split/overlap.ts';
import { datasetCard } from './card.ts';
import { finishedRecords } from './finished-records.ts';
import type { DatasetFolder } from './folder.ts';
import { rowLine } from './formats.ts';
import type { FileFormat } from './formats.ts';
import type { PromptForm } from './lesson.ts';
import { manifestPath, manifestText } from './manifest.ts';
import type { DatasetManifest, ExportedFile, PlanSummary } from './manifest.ts';
import { WrittenFile, writeText } from './written-file.ts';

/** The records, the plan, what the card says, and the folder that takes the files. */
export interface WriteDatasetOptions {
  /** The records with their sides; walked once. */
  readonly records: () => AsyncIterable<DatasetRecord>;
  readonly about: DatasetAbout;
  readonly plan: PlanSummary;
  /** Absent: all. The canonical records are always there. */
  readonly formats?: readonly ExportFormat[];
  readonly prompts?: PromptForm;
  readonly folder: DatasetFolder;
  /** Files that an earlier export into the same folder had finished. */
  readonly done?: readonly ExportedFile[];
  /** Told when files are whole, the records' and then all the others': what to hand over as `done`. */
  readonly onFiles?: (files: readonly ExportedFile[]) => void | Promise<void>;
  readonly onProgress?: (progress: WriteProgress) => void;
  readonly signal?: AbortSignal;
}

/** How far the writing of a data set is. */
export interface WriteProgress {
  /** `records`: the log is walked. `formats`: what was written is. */
  readonly stage: 'records' | 'formats';
  /** Rows of this stage so far. */
  readonly rows: number;
  /** Rows that there will be; undefined while the log is walked. */
  readonly ofRows: number | undefined;
}

const progressEvery = 512;

/**
 * Writes the folder and returns its manifest. Throws `dataset-overlap` before anything is written where the plan's overlap is above
 * its limits, `dataset-invalid` where the folder is changed meanwhile, the fault `aborted` when it is stopped, and what the
 * folder throws; the folder is told to abort then.
 */
export async function writeDataset(options: WriteDatasetOptions): Promise<DatasetManifest> {
  const { about, plan, folder, prompts = 'as-sent', done = [], onFiles } = options;
  assertClean(plan.overlap);
  const formats = exportFormats.filter((format) => (options.formats ?? exportFormats).includes(format));
  try {
    let records = done.filter(({ format }) => format === 'records');
    if (records.length === 0) {
      records = await writeFiles({ ...options, prompts, stage: 'records', formats: ['records'] });
      await onFiles?.(records);
    }
    const before = done.filter(({ format }) => format !== 'records');
    const lacking = formats.filter((format) => !before.some((file) => file.format === format));
    const made = await writeFiles({
      ...options,
      prompts,
      stage: 'formats',
      formats: lacking,
      records: () => finishedRecords(folder, records),
      ofRows: records.reduce((sum, { rows }) => sum + rows, 0),
    });
    await onFiles?.(made);
    const files = [
      ...records,
      ...formats.flatMap((format) => [...before, ...made].filter((file) => file.format === format)),
    ];
    const manifest: DatasetManifest = { v: 1, about, plan: summaryOf(plan), formats, prompts, files };
    await writeTexts(folder, manifest);
    return manifest;
  } catch (error) {
    await folder.abort();
    throw options.signal?.aborted === true ? abortedFault(error) : error;
  }
}

async function writeTexts(folder: DatasetFolder, manifest: DatasetManifest): Promise<void> {
  const texts = [
    ['README.md', datasetCard(manifest)],
    [manifestPath, manifestText(manifest)],
  ] as const;
  const sums = manifest.files.map(({ sha256, path }) => `${sha256}  ${path}\n`);
  for (const [path, text] of texts) sums.push(`${await writeText(folder, path, text)}  ${path}\n`);
  await writeText(folder, 'SHA256SUMS', sums.join(''));
}

/** Only what is told, in one order: a plan holds far more. */
function summaryOf(plan: PlanSummary): PlanSummary {
  const { seed, shares, cap, tasks, families, funnel, overlap, guidance } = plan;
  return { seed, shares, ...(cap === undefined ? {} : { cap }), tasks, families, funnel, overlap, guidance };
}

interface WriteFilesOptions extends Pick<
  WriteDatasetOptions,
  'records' | 'about' | 'folder' | 'onProgress' | 'signal'
> {
  readonly stage: WriteProgress['stage'];
  readonly formats: readonly FileFormat[];
  readonly prompts: PromptForm;
  readonly ofRows?: number;
}

/** The files of the formats in one walk. A side without rows has no file: readers stumble over empty ones. */
async function writeFiles(options: WriteFilesOptions): Promise<ExportedFile[]> {
  const { records, about, folder, formats, prompts, stage, ofRows, onProgress, signal } = options;
  if (formats.length === 0) return [];
  const files = new Map<string, WrittenFile>();
  async function fileOf(format: FileFormat, split: DatasetSplit): Promise<WrittenFile> {
    const path = pathOf(format, split);
    const file = await WrittenFile.begin({ folder, path });
    files.set(path, file);
    return file;
  }
  let rows = 0;
  for await (const record of records()) {
    signal?.throwIfAborted();
    const split = record.split ?? 'train';
    for (const format of formats) {
      const known = files.get(pathOf(format, split));
      let waiting: Promise<void> | undefined;
      if (format === 'parquet') waiting = (known ?? (await fileOf(format, split))).addRecord(record);
      else {
        const line = rowLine(record, format, { index: known?.rows ?? 0, name: about.name, prompts });
        if (line === undefined) continue;
        waiting = (known ?? (await fileOf(format, split))).addLine(line);
      }
      if (waiting !== undefined) await waiting;
    }
    rows += 1;
    if (rows % progressEvery === 0) onProgress?.({ stage, rows, ofRows });
  }
  onProgress?.({ stage, rows, ofRows: rows });
  const written: ExportedFile[] = [];
  for (const format of formats) {
    for (const split of datasetSplits) {
      const file = files.get(pathOf(format, split));
      if (file !== undefined) written.push({ ...(await file.end()), format, split });
    }
  }
  return written;
}

function pathOf(format: FileFormat, split: DatasetSplit): string {
  return `${format}/${split}.${format === 'parquet' ? 'parquet' : 'jsonl'}`;
}
