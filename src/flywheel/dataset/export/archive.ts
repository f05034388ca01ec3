/**
 * An exported folder as one zip archive, file after file, so that nothing is held but a piece of one. The same folder gives the
 * same archive: it has no times of its own. Knows archives (fflate) and what stands in a folder (manifest).
 */
import { Zip, ZipDeflate, ZipPassThrough, unzipSync } from 'fflate';
import { Fault, faultCodes } from '../../../protocol/fault.ts';
import type { DatasetReader, FileWriter } from './folder.ts';
import { manifestPath } from './manifest.ts';
import type { DatasetManifest } from './manifest.ts';

/** Beyond this an archive needs the extension zip64, which fflate does not write. */
const largestArchive = 0xffffffff;

const pieceBytes = 256 * 1024;

interface PackOptions {
  readonly reader: DatasetReader;
  /** Of the folder: it names the files. */
  readonly manifest: DatasetManifest;
  readonly target: FileWriter;
  /** Told after each file how many bytes were packed, and how many there are. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly ofBytes: number }) => void;
  readonly signal?: AbortSignal;
}

/** Writes the archive and closes it. Throws `dataset-invalid` where a file is missing or the archive would pass 4 GB. */
export async function packArchive(options: PackOptions): Promise<void> {
  const { reader, manifest, target, onProgress, signal } = options;
  const ofBytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  if (manifest.files.some(({ bytes }) => bytes > largestArchive)) throw tooLarge();
  let ready: Uint8Array<ArrayBuffer>[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, bytes) => {
    if (error !== null) failure = error;
    else ready.push(bytes);
  });
  let given = 0;
  async function drain(): Promise<void> {
    if (failure !== undefined) throw failure;
    const parts = ready;
    ready = [];
    for (const part of parts) {
      given += part.length;
      if (given > largestArchive) throw tooLarge();
      if (part.length > 0) await target.write(part);
    }
  }
  let packed = 0;
  for (const path of ['README.md', manifestPath, ...manifest.files.map((file) => file.path), 'SHA256SUMS']) {
    // Parquet is compressed already.
    const file = path.endsWith('.parquet') ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 2 });
    // The archive's own format keeps local time and begins with this day.
    file.mtime = new Date(1980, 0, 1);
    zip.add(file);
    const bytes = await reader.open(path);
    if (bytes === undefined) throw missing(path);
    for await (const part of inPieces(bytes)) {
      signal?.throwIfAborted();
      file.push(part);
      await drain();
      packed += part.length;
    }
    file.push(new Uint8Array(), true);
    await drain();
    onProgress?.({ bytes: Math.min(packed, ofBytes), ofBytes });
  }
  zip.end();
  await drain();
  await target.close();
}

/**
 * The bytes in pieces of one length, the last but one: what is compressed depends on where a piece ends, and a disk hands out
 * as much as it likes.
 */
async function* inPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let piece = new Uint8Array(pieceBytes);
  let filled = 0;
  for await (const part of bytes) {
    for (let from = 0; from < part.length;) {
      const more = part.subarray(from, from + pieceBytes - filled);
      piece.set(more, filled);
      filled += more.length;
      from += more.length;
      if (filled < pieceBytes) continue;
      yield piece;
      piece = new Uint8Array(pieceBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.slice(0, filled);
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

function missing(path: string): Fault {
  return new Fault({
    code: faultCodes.datasetInvalid,
    message: `${path} is missing.`,
    remedy: 'Export again.',
    details: { path },
  });
}

function tooLarge(): Fault {
  return new Fault({
    code: faultCodes.datasetInvalid,
    message: 'The archive would be larger than 4 GB.',
    remedy: 'Export into a folder, or fewer formats.',
    details: { path: 'zip' },
  });
}
