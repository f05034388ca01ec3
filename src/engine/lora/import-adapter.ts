/**
 * Brings an adapter of the user's into the model store: PEFT's files become GGUF, the base model is checked before a
 * byte is kept, and a file whose hash the catalogue knows is the catalogue's. Knows nothing of the page.
 */
import { inMegabytes } from '../../protocol/bytes.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { ImportProgress } from '../../protocol/model-files.ts';
import type { AdapterEntry, CatalogueEntry } from '../../protocol/model.ts';
import { checkLora } from '../check-lora.ts';
import { readGgufHeader } from '../gguf.ts';
import { keepCopy } from '../keep-copy.ts';
import { openModelFolder } from '../model-folder.ts';
import { readFile } from '../opfs-handles.ts';
import { adapterEnding, storedName } from '../stored-name.ts';
import { entryOfAdapter } from './adapter-entry.ts';
import { readAdapterFacts } from './adapter-metadata.ts';
import { checkBase } from './check-base.ts';
import { peftToGguf } from './convert-peft.ts';
import { readLoraBase } from './lora-base.ts';
import { pickAdapterFiles } from './pick-adapter-files.ts';

export interface AdapterImportOptions {
  readonly files: readonly File[];
  /** The model that the adapter is to stand beside. */
  readonly base: CatalogueEntry;
  /** Models whose weights have a name. */
  readonly models: readonly CatalogueEntry[];
  /** Adapters whose hashes are known. */
  readonly adapters: readonly AdapterEntry[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** PEFT files are converted in memory. Bytes. */
const largestPeft = 1e9;

/** The model's file in this browser; undefined where it was not fetched yet. */
export async function readKeptModel(model: CatalogueEntry): Promise<File | undefined> {
  const file = await readFile(await openModelFolder(), storedName(model.file.name));
  return file?.size === model.file.bytes ? file : undefined;
}

/** Throws a Fault `model-not-loaded` that says what the model is needed for. */
export function requireKept(file: File | undefined, model: CatalogueEntry, purpose: string): File {
  if (file !== undefined) return file;
  throw new Fault({
    code: faultCodes.modelNotLoaded,
    message: `${model.title} is not in this browser yet.`,
    reason: `${purpose} needs the sides of its matrices.`,
    remedy: 'Load the model first, then try again.',
    details: { model: model.id },
  });
}

/** The adapter as one GGUF file, and what to call it. */
async function asGguf(
  { files, base }: AdapterImportOptions,
  baseFile: File | undefined,
): Promise<{ readonly file: Blob; readonly fileName: string }> {
  const picked = await pickAdapterFiles(files);
  if (picked?.type === 'gguf') return { file: picked.file, fileName: picked.file.name };
  if (picked === undefined) {
    throw new Fault({
      code: faultCodes.modelRejected,
      message: `The file "${files[0]?.name ?? ''}" is a model, no adapter.`,
      remedy: 'Choose a GGUF file whose general.type is "adapter".',
    });
  }
  const { config, weights } = picked;
  if (weights.size > largestPeft) {
    throw new Fault({
      code: faultCodes.unsupported,
      message: `The adapter ${weights.name} is too large to be converted here.`,
      reason: `It has ${inMegabytes(weights.size)}; ${inMegabytes(largestPeft)} are the most.`,
      remedy: "Convert it with llama.cpp's convert_lora_to_gguf.py and bring the GGUF file.",
      details: { feature: 'adapter conversion' },
    });
  }
  const kept = requireKept(baseFile, base, 'Converting a PEFT adapter');
  const file = peftToGguf(
    { config: await config.text(), weights: new Uint8Array(await weights.arrayBuffer()) },
    readLoraBase(await readGgufHeader(kept)),
  );
  return { file: new Blob([file]), fileName: weights.name };
}

/** See `ModelFilesApi.importAdapter`. What a failed import copied is deleted. */
export async function importAdapter(options: AdapterImportOptions): Promise<AdapterEntry> {
  const { base, models, adapters, signal, onProgress } = options;
  const baseFile = await readKeptModel(base);
  const { file, fileName } = await asGguf(options, baseFile);
  signal.throwIfAborted();
  const facts = readAdapterFacts((await readGgufHeader(file)).metadata);
  const title = facts.name ?? fileName;
  checkBase({ adapter: { id: title, title }, facts, base, known: models });
  if (facts.baseSha256 === undefined || baseFile !== undefined) {
    const kept = requireKept(
      baseFile,
      base,
      'An adapter that does not name its base model is checked by shape, which',
    );
    await checkLora({ base: kept, adapters: [{ id: title, file }] });
  }
  return await keepCopy({
    file,
    signal,
    onProgress,
    decide: (sha256) => {
      const known = adapters.find((entry) => entry.file.sha256 === sha256 && entry.file.bytes === file.size);
      const entry = known ?? entryOfAdapter({ facts, base, bytes: file.size, sha256, fileName });
      return { entry, name: entry.file.name, ...(known === undefined ? { noteEnding: adapterEnding } : {}) };
    },
  });
}
