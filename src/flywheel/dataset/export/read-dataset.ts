/**
 * An exported folder -> what it was made of: its manifest, and its records one by one. What is read has been checked against
 * the checksums; writing it again gives the same folder, byte for byte. Knows the folder.
 */
import { createSHA256 } from 'hash-wasm';
import { parseJson } from '../../../protocol/json.ts';
import { RowError } from '../../read-fields.ts';
import { readDocuments } from '../import/read-documents.ts';
import { parseRecord } from '../parse-record.ts';
import type { DatasetRecord } from '../record.ts';
import { notWhatWasExported, openFile } from './exported-file.ts';
import type { DatasetReader } from './folder.ts';
import { manifestPath, parseManifest } from './manifest.ts';
import type { DatasetManifest } from './manifest.ts';

/** An exported data set, checked and read back. */
export interface ReadDataset {
  readonly manifest: DatasetManifest;
  /** The records, side by side in the order of their files; can be read again and again. */
  readonly records: () => AsyncIterable<DatasetRecord>;
}

/** Opens a folder. Throws `dataset-invalid` where a file is missing or is not what its checksum says. */
export async function readDataset(reader: DatasetReader, signal?: AbortSignal): Promise<ReadDataset> {
  const manifest = parseManifest(parseJson(await readText(reader, manifestPath)));
  for (const { path, sha256 } of manifest.files) {
    const hash = (await createSHA256()).init();
    for await (const bytes of await openFile(reader, path)) {
      signal?.throwIfAborted();
      hash.update(bytes);
    }
    const found = hash.digest('hex');
    if (found !== sha256) throw notWhatWasExported(path, `Its checksum is ${found}, not ${sha256}.`);
  }
  const paths = manifest.files.filter(({ format }) => format === 'records').map(({ path }) => path);
  return { manifest, records: () => recordsOf(reader, paths, signal) };
}

async function* recordsOf(
  reader: DatasetReader,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<DatasetRecord, void> {
  for (const path of paths) {
    for await (const document of readDocuments(await openFile(reader, path))) {
      signal?.throwIfAborted();
      if (document.type === 'unreadable')
        throw notWhatWasExported(path, `Line ${document.line}: ${document.reason}`);
      try {
        yield parseRecord(document.value);
      } catch (error) {
        if (!(error instanceof RowError)) throw error;
        throw notWhatWasExported(path, `Line ${document.line}: ${error.message}`);
      }
    }
  }
}

async function readText(reader: DatasetReader, path: string): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const bytes of await openFile(reader, path)) parts.push(bytes.slice());
  return new Blob(parts).text();
}
