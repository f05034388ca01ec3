/**
 * A zip archive as the place of a data set, where no folder can be written. Files of one format are open side by side: the first
 * goes through, the others wait compressed until it is whole. The same files give the same archive: it has no times of its own.
 * Knows archives (fflate); nothing of data sets.
 */
import { Zip, ZipDeflate, ZipPassThrough, unzipSync } from 'fflate';
import { Fault, faultCodes } from '../../../protocol/fault.ts';
import type { DatasetReader, DatasetSink, FileWriter } from './sink.ts';

/** Beyond this an archive needs the extension zip64, which fflate does not write. */
const largestArchive = 0xffffffff;

export interface ArchiveTarget {
  /** Resolves when more may come. */
  readonly write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  readonly close: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

/** The sink of one archive. Throws `dataset-invalid` where it would pass 4 GB. */
export function archiveSink(target: ArchiveTarget): DatasetSink {
  let ready: Uint8Array<ArrayBuffer>[] = [];
  let [given, taken] = [0, 0];
  let failure: Error | undefined;
  const zip = new Zip((error, bytes) => {
    if (error !== null) failure = error;
    else ready.push(bytes);
  });
  async function drain(): Promise<void> {
    if (failure !== undefined) throw failure;
    const bytes = ready;
    ready = [];
    for (const part of bytes) {
      given += part.length;
      if (part.length > 0) await target.write(part);
    }
    if (given > largestArchive || taken > largestArchive) throw tooLarge();
  }
  return {
    open: async (path): Promise<FileWriter> => {
      // Parquet is compressed already.
      const file = path.endsWith('.parquet') ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 2 });
      // The archive's own format keeps local time and begins with this day.
      file.mtime = new Date(1980, 0, 1);
      zip.add(file);
      let size = 0;
      return {
        write: async (bytes) => {
          size += bytes.length;
          taken = Math.max(taken, size);
          file.push(bytes);
          await drain();
        },
        close: async () => {
          file.push(new Uint8Array(), true);
          await drain();
        },
      };
    },
    close: async () => {
      zip.end();
      await drain();
      await target.close();
    },
    abort: async () => {
      zip.terminate();
      await target.abort();
    },
  };
}

/** Reads an archive that was exported here. It is held in memory compressed, and one of its files at a time as it is. */
export function archiveReader(archive: Uint8Array): DatasetReader {
  return {
    open: async (path) => {
      const file = unzipSync(archive, { filter: ({ name }) => name === path })[path];
      return file === undefined ? undefined : once(file);
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

function tooLarge(): Fault {
  return new Fault({
    code: faultCodes.datasetInvalid,
    message: 'The archive would be larger than 4 GB.',
    remedy: 'Export into a folder, or fewer formats.',
    details: { path: 'zip' },
  });
}
