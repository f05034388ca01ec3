/**
 * An exported folder -> what it was made of: its manifest, and its records one by one. What is read has been checked against
 * the checksums; writing it again gives the same folder, byte for byte. Knows the folder.
 */
import { createSHA256 } from 'hash-wasm';
import { Fault, faultCodes } from '../../../protocol/fault.ts';
import { parseJson } from '../../../protocol/json.ts';
import { RowError } from '../../read-fields.ts';
import { readDocuments } from '../import/read-documents.ts';
import { parseRecord } from '../parse-record.ts';
import type { DatasetRecord } from '../record.ts';
import { manifestPath, parseManifest } from './manifest.ts';
import type { DatasetManifest } from './manifest.ts';
import type { DatasetReader } from './sink.ts';

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
    for await (const bytes of await open(reader, path)) {
      signal?.throwIfAborted();
      hash.update(bytes);
    }
    const found = hash.digest('hex');
    if (found !== sha256) throw invalid(path, `Its checksum is ${found}, not ${sha256}.`);
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
    for await (const document of readDocuments(await open(reader, path))) {
      signal?.throwIfAborted();
      if (document.type === 'unreadable') throw invalid(path, `Line ${document.line}: ${document.reason}`);
      try {
        yield parseRecord(document.value);
      } catch (error) {
        if (!(error instanceof RowError)) throw error;
        throw invalid(path, `Line ${document.line}: ${error.message}`);
      }
    }
  }
}

async function open(reader: DatasetReader, path: string): Promise<AsyncIterable<Uint8Array>> {
  const bytes = await reader.open(path);
  if (bytes === undefined) throw invalid(path, 'It is missing.');
  return bytes;
}

async function readText(reader: DatasetReader, path: string): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const bytes of await open(reader, path)) parts.push(bytes.slice());
  return new Blob(parts).text();
}

function invalid(path: string, reason: string): Fault {
  return new Fault({
    code: faultCodes.datasetInvalid,
    message: `${path} is not what was exported.`,
    reason,
    remedy: 'Copy the folder again from where it was exported.',
    details: { path },
  });
}
