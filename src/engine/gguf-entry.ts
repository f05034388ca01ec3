/**
 * What a GGUF file says of itself, as a catalogue entry: for files that the user brings. Pure.
 * Knows which files this runtime can use; nothing of where they lie.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { CatalogueEntry } from '../protocol/model.ts';
import type { GgufHeader } from './gguf.ts';

/** Decoders for text that the engine runs, by their names in GGUF. */
const architectures: ReadonlySet<string> = new Set([
  'gemma2',
  'gemma3',
  'llama',
  'phi2',
  'qwen2',
  'qwen3',
  'smollm3',
  'stablelm',
]);

/** Names of `general.file_type`. */
const fileTypes: ReadonlyMap<number, string> = new Map([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [7, 'Q8_0'],
  [8, 'Q5_0'],
  [9, 'Q5_1'],
  [10, 'Q2_K'],
  [11, 'Q3_K_S'],
  [12, 'Q3_K_M'],
  [13, 'Q3_K_L'],
  [14, 'Q4_K_S'],
  [15, 'Q4_K_M'],
  [16, 'Q5_K_S'],
  [17, 'Q5_K_M'],
  [18, 'Q6_K'],
  [25, 'IQ4_NL'],
  [30, 'IQ4_XS'],
  [32, 'BF16'],
]);

function unsupported(fileName: string, reason: string, remedy: string): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `The model file "${fileName}" cannot be used here.`,
    reason,
    remedy,
    details: { feature: 'model file', file: fileName },
  });
}

/** Throws Fault `unsupported`, which says what about the file is, where this runtime has no use for it. */
export function requireUsable(header: GgufHeader, fileName: string): void {
  const { metadata } = header;
  const kind = metadata.get('general.type');
  if (kind !== undefined && kind !== 'model') {
    throw unsupported(fileName, `It is of the type "${String(kind)}", no model.`, 'Choose the model itself.');
  }
  const parts = Number(metadata.get('split.count') ?? 1);
  if (parts > 1) {
    const reason = `It is one of ${String(parts)} parts of a model.`;
    throw unsupported(fileName, reason, 'Merge the parts with llama-gguf-split first.');
  }
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string' || !architectures.has(architecture)) {
    const reason = `Its architecture "${String(architecture ?? 'none')}" is not supported.`;
    throw unsupported(fileName, reason, `Choose a model of one of these: ${[...architectures].join(', ')}.`);
  }
  const template = metadata.get('tokenizer.chat_template');
  if (typeof template === 'string' && !template.includes('<|im_start|>')) {
    throw unsupported(
      fileName,
      'It was trained on another chat format than ChatML.',
      'Choose a ChatML model.',
    );
  }
}

/** The entry of a file that no catalogue knows. Context in tokens; `name` is the file's name in the store. */
export function entryOfHeader(
  header: GgufHeader,
  file: { readonly name: string; readonly bytes: number; readonly sha256: string; readonly fileName: string },
): CatalogueEntry {
  const { metadata, tensors } = header;
  const text = (key: string): string | undefined => {
    const value = metadata.get(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 120) : undefined;
  };
  const context = Number(metadata.get(`${text('general.architecture') ?? ''}.context_length`));
  const { name, bytes, sha256, fileName } = file;
  return {
    id: `imported-${sha256.slice(0, 16)}`,
    title: text('general.name') ?? fileName.replace(/\.gguf$/i, ''),
    parameters: tensors.reduce(
      (sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1),
      0,
    ),
    contextWindow: Number.isInteger(context) && context > 0 ? context : 2048,
    licence: text('general.license') ?? 'unknown',
    quantisation: fileTypes.get(Number(metadata.get('general.file_type') ?? -1)) ?? 'unknown',
    chatTemplate: 'chatml',
    engines: ['wllama'],
    file: { name, bytes, sha256, sources: [] },
    unverified: true,
  };
}
