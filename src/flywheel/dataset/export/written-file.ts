/**
 * One file of a data set while it is written: its rows, its bytes, its checksum. Text is gathered before it is encoded, so that
 * a row costs no write of its own. Knows bytes; nothing of formats but that Parquet is none of lines.
 */
import { createSHA256 } from 'hash-wasm';
import type { DatasetRecord } from '../record.ts';
import type { DatasetFolder, FileWriter } from './folder.ts';
import type { ExportedFile } from './manifest.ts';
import { ParquetFile } from './parquet.ts';

const encoder = new TextEncoder();

/** Characters that are gathered before they are encoded, hashed and written. */
const pieceLength = 256 * 1024;

export class WrittenFile {
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

  static async begin(place: { readonly folder: DatasetFolder; readonly path: string }): Promise<WrittenFile> {
    const { folder, path } = place;
    const parquet = path.endsWith('.parquet') ? new ParquetFile() : undefined;
    return new WrittenFile(path, await folder.create(path), await createSHA256(), parquet);
  }

  /** Takes a row. A promise only where something has to be waited for: most rows are gathered. */
  addLine(line: string): Promise<void> | undefined {
    this.rows += 1;
    this.#lines.push(line);
    this.#length += line.length;
    return this.#length >= pieceLength ? this.#flush() : undefined;
  }

  /** The same for a Parquet file. */
  addRecord(record: DatasetRecord): Promise<void> | undefined {
    this.rows += 1;
    const bytes = this.#parquet?.add(record);
    return bytes === undefined || bytes.length === 0 ? undefined : this.#write(bytes);
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
export async function writeText(folder: DatasetFolder, path: string, text: string): Promise<string> {
  const bytes = encoder.encode(text);
  const hash = (await createSHA256()).init().update(bytes).digest('hex');
  const writer = await folder.create(path);
  await writer.write(bytes);
  await writer.close();
  return hash;
}
