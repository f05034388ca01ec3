/**
 * Canonical records that were written a moment ago, read back for the other formats: parsed and not checked again, as nothing
 * but their checksum can have changed. Knows the record files; what is from elsewhere is read by read-dataset.
 */
import { createSHA256 } from 'hash-wasm';
import { readDocuments } from '../import/read-documents.ts';
import type { DatasetRecord } from '../record.ts';
import { openFile, notWhatWasExported } from './exported-file.ts';
import type { DatasetReader } from './folder.ts';
import type { ExportedFile } from './manifest.ts';

/** The records file by file. Throws `dataset-invalid` where a file is not what was written. */
export async function* finishedRecords(
  reader: DatasetReader,
  files: readonly ExportedFile[],
): AsyncGenerator<DatasetRecord, void> {
  for (const { path, sha256 } of files) {
    const hash = (await createSHA256()).init();
    for await (const document of readDocuments(hashed(await openFile(reader, path), hash))) {
      if (document.type === 'unreadable') throw notWhatWasExported(path, document.reason);
      yield document.value as unknown as DatasetRecord;
    }
    const found = hash.digest('hex');
    if (found !== sha256) throw notWhatWasExported(path, `Its checksum is ${found}, not ${sha256}.`);
  }
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  hash: Awaited<ReturnType<typeof createSHA256>>,
): AsyncGenerator<Uint8Array, void> {
  for await (const part of bytes) {
    hash.update(part);
    yield part;
  }
}
