/**
 * A file of an exported folder, and what is said where it is not what the manifest tells of it. Knows readers.
 */
import { Fault, faultCodes } from '../../../protocol/fault.ts';
import type { DatasetReader } from './folder.ts';

/** The file's bytes. Throws `dataset-invalid` where it is missing. */
export async function openFile(reader: DatasetReader, path: string): Promise<AsyncIterable<Uint8Array>> {
  const bytes = await reader.open(path);
  if (bytes === undefined) throw notWhatWasExported(path, 'It is missing.');
  return bytes;
}

export function notWhatWasExported(path: string, reason: string): Fault {
  return new Fault({
    code: faultCodes.datasetInvalid,
    message: `${path} is not what was exported.`,
    reason,
    remedy: 'Copy the folder again from where it was exported.',
    details: { path },
  });
}
