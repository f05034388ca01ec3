/**
 * Records -> a folder that trainers load: files of each format and side, the card, the manifest, checksums. Streams: one record
 * is held at a time, and a few hundred kilobytes of text a file. One walk over the records a format, so that an export that
 * was stopped goes on with the format it was at. Knows what stands in the folder; nothing of where the folder is (sink).
 */
import { createSHA256 } from 'hash-wasm';
import { abortedFault } from '../../../protocol/fault.ts';
import { datasetSplits } from '../record.ts';
import type { DatasetRecord, DatasetSplit } from '../record.ts';
import { assertClean } from '../split/overlap.ts';
import { datasetCard } from './card.ts';
import { exportFormats, rowLine } from './formats.ts';
import type { ExportFormat, FileFormat, RowOptions } from './formats.ts';
import type { PromptForm } from './lesson.ts';
import { manifestPath, manifestText } from './manifest.ts';
import type { DatasetAbout, DatasetManifest, ExportedFile, PlanSummary } from './manifest.ts';
import { ParquetFile } from './parquet.ts';
import type { DatasetSink, FileWriter } from './sink.ts';

export interface WriteDatasetOptions {
  /** The records with their sides, in the same order each time. */
  readonly records: () => AsyncIterable<DatasetRecord>;
  readonly about: DatasetAbout;
  readonly plan: PlanSummary;
  /** Absent: all. The canonical records are always there. */
  readonly formats?: readonly ExportFormat[];
  readonly prompts?: PromptForm;
  readonly sink: DatasetSink;
  /** Files of formats that an earlier export into the same folder had finished. */
  readonly done?: readonly ExportedFile[];
  /** Told when all files of a format are whole: what to hand over as `done`. */
  readonly onFormat?: (format: FileFormat, files: readonly ExportedFile[]) => void | Promise<void>;
  readonly onProgress?: (progress: WriteProgress) => void;
  readonly signal?: AbortSignal;
}

export interface WriteProgress {
  readonly format: FileFormat;
  /** Formats that are whole, and all there are. */
  readonly formatsDone: number;
  readonly formats: number;
  /** Rows of this format so far. */
  readonly rows: number;
}

const progressEvery = 512;

/**
 * Writes the folder and returns its manifest. Throws `dataset-overlap` before anything is written where the plan's overlap is above
 * its limits, the fault `aborted` when it is stopped, and what the sink throws; the sink is told to abort then.
 */
export async function writeDataset(options: WriteDatasetOptions): Promise<DatasetManifest> {
  const { about, plan, sink, prompts = 'as-sent', done = [], onFormat } = options;
  assertClean(plan.overlap);
  const formats = exportFormats.filter((format) => (options.formats ?? exportFormats).includes(format));
  try {
    const files: ExportedFile[] = [];
    const all: readonly FileFormat[] = ['records', ...formats];
    for (const [formatsDone, format] of all.entries()) {
      const before = done.filter((file) => file.format === format);
      const own =
        before.length > 0
          ? before
          : await writeFormat({ ...options, prompts, format, formatsDone, total: all.length });
      files.push(...own);
      if (before.length === 0) await onFormat?.(format, own);
    }
    const manifest: DatasetManifest = { v: 1, about, plan: summaryOf(plan), formats, prompts, files };
    const texts = [
      ['README.md', datasetCard(manifest)],
      [manifestPath, manifestText(manifest)],
    ] as const;
    const sums = files.map(({ sha256, path }) => `${sha256}  ${path}\n`);
    for (const [path, text] of texts) sums.push(`${await writeText(sink, path, text)}  ${path}\n`);
    await writeText(sink, 'SHA256SUMS', sums.join(''));
    await sink.close();
    return manifest;
  } catch (error) {
    await sink.abort();
    throw options.signal?.aborted === true ? abortedFault(error) : error;
  }
}

/** Only what is told, in one order: a plan holds far more. */
function summaryOf(plan: PlanSummary): PlanSummary {
  const { seed, shares, cap, tasks, families, funnel, overlap, guidance } = plan;
  return { seed, shares, ...(cap === undefined ? {} : { cap }), tasks, families, funnel, overlap, guidance };
}

interface WriteFormatOptions extends WriteDatasetOptions {
  readonly format: FileFormat;
  readonly prompts: PromptForm;
  readonly formatsDone: number;
  readonly total: number;
}

/** The files of one format. A side without rows has no file: readers stumble over empty ones. */
async function writeFormat(options: WriteFormatOptions): Promise<ExportedFile[]> {
  const { records, about, sink, format, prompts, formatsDone, total, onProgress, signal } = options;
  const files = new Map<DatasetSplit, OpenFile>();
  const ending = format === 'parquet' ? 'parquet' : 'jsonl';
  let rows = 0;
  for await (const record of records()) {
    signal?.throwIfAborted();
    const split = record.split ?? 'train';
    const known = files.get(split);
    const row: RowOptions = { index: known?.rows ?? 0, name: about.name, prompts };
    const line = format === 'parquet' ? undefined : rowLine(record, format, row);
    if (format !== 'parquet' && line === undefined) continue;
    const file = known ?? (await OpenFile.begin({ sink, path: `${format}/${split}.${ending}`, format }));
    files.set(split, file);
    await (line === undefined ? file.addRecord(record) : file.addLine(line));
    rows += 1;
    if (rows % progressEvery === 0) onProgress?.({ format, formatsDone, formats: total, rows });
  }
  onProgress?.({ format, formatsDone: formatsDone + 1, formats: total, rows });
  const written: ExportedFile[] = [];
  for (const split of datasetSplits) {
    const file = files.get(split);
    if (file !== undefined) written.push({ ...(await file.end()), format, split });
  }
  return written;
}

const encoder = new TextEncoder();

/** Text is gathered to so many characters before it is encoded, hashed and written. */
const pieceLength = 256 * 1024;

/** One file while it is written: its rows, its bytes, its hash. */
class OpenFile {
  readonly #path: string;
  readonly #writer: FileWriter;
  readonly #hash: Awaited<ReturnType<typeof createSHA256>>;
  readonly #parquet: ParquetFile | undefined;
  #lines: string[] = [];
  #length = 0;
  #bytes = 0;
  rows = 0;

  private constructor(
    path: string,
    writer: FileWriter,
    hash: Awaited<ReturnType<typeof createSHA256>>,
    parquet: ParquetFile | undefined,
  ) {
    this.#path = path;
    this.#writer = writer;
    this.#hash = hash.init();
    this.#parquet = parquet;
  }

  static async begin(place: {
    readonly sink: DatasetSink;
    readonly path: string;
    readonly format: FileFormat;
  }): Promise<OpenFile> {
    const { sink, path, format } = place;
    const parquet = format === 'parquet' ? new ParquetFile() : undefined;
    return new OpenFile(path, await sink.open(path), await createSHA256(), parquet);
  }

  async addLine(line: string): Promise<void> {
    this.rows += 1;
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= pieceLength) await this.#flush();
  }

  async addRecord(record: DatasetRecord): Promise<void> {
    this.rows += 1;
    if (this.#parquet !== undefined) await this.#write(this.#parquet.add(record));
  }

  async end(): Promise<Pick<ExportedFile, 'path' | 'rows' | 'bytes' | 'sha256'>> {
    await this.#flush();
    if (this.#parquet !== undefined) await this.#write(this.#parquet.finish());
    await this.#writer.close();
    return { path: this.#path, rows: this.rows, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async #flush(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    this.#length = 0;
    if (lines.length > 0) await this.#write(encoder.encode(lines.join('')));
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes.length === 0) return;
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.#writer.write(bytes);
  }
}

/** Writes a small file; returns its checksum. */
async function writeText(sink: DatasetSink, path: string, text: string): Promise<string> {
  const bytes = encoder.encode(text);
  const writer = await sink.open(path);
  await writer.write(bytes);
  await writer.close();
  return (await createSHA256()).init().update(bytes).digest('hex');
}
