/**
 * Brings a model of the user's into the model store: refused before a byte is copied where it is of no use, and kept
 * under the catalogue's name where its hash is known there. Knows nothing of the page.
 */
import type { ImportProgress } from '../protocol/model-files.ts';
import type { CatalogueEntry } from '../protocol/model.ts';
import { entryOfHeader, requireUsable } from './gguf-entry.ts';
import { readGgufHeader } from './gguf.ts';
import type { GgufHeader } from './gguf.ts';
import { keepCopy } from './keep-copy.ts';
import { entryEnding } from './stored-name.ts';

export interface ImportOptions {
  readonly file: File;
  /** Models whose hashes are known. */
  readonly catalogue: readonly CatalogueEntry[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

function entryFor(header: GgufHeader, { file, catalogue }: ImportOptions, sha256: string): CatalogueEntry {
  const known = catalogue.find((entry) => entry.file.sha256 === sha256 && entry.file.bytes === file.size);
  if (known !== undefined) return known;
  requireUsable(header, file.name);
  const name = `imported/${sha256.slice(0, 16)}.gguf`;
  return entryOfHeader(header, { name, bytes: file.size, sha256, fileName: file.name });
}

/** See `ModelFilesApi.importFile`. What a failed import copied is deleted. */
export async function importModel(options: ImportOptions): Promise<CatalogueEntry> {
  const { file, catalogue, signal, onProgress } = options;
  const header = await readGgufHeader(file);
  // A catalogue's own file needs no judgement; whether it is one shows only when all of it was read.
  if (!catalogue.some((entry) => entry.file.bytes === file.size)) requireUsable(header, file.name);
  return await keepCopy({
    file,
    signal,
    onProgress,
    decide: (sha256) => {
      const entry = entryFor(header, options, sha256);
      const { name } = entry.file;
      return { entry, name, ...(entry.unverified === true ? { noteEnding: entryEnding } : {}) };
    },
  });
}
