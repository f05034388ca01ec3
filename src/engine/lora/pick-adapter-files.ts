/**
 * Which of the files that a user brings at once make an adapter, and in which form. Knows names and first lines of
 * files; nothing of what is in an adapter.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { readGgufHeader } from '../gguf.ts';

/** PEFT's two files, or one GGUF file. */
export type AdapterFiles =
  | { readonly type: 'gguf'; readonly file: File }
  | { readonly type: 'peft'; readonly config: File; readonly weights: File };

function rejected(reason: string, remedy: string): Fault {
  return new Fault({
    code: faultCodes.modelRejected,
    message: 'These files make no adapter.',
    reason,
    remedy,
  });
}

const bothFiles = 'Choose adapter_config.json and adapter_model.safetensors together, as PEFT saved them.';

/**
 * Undefined where the files are something else: a model, or nothing known. Other files of a PEFT folder may come along.
 * Throws a Fault `model-rejected` for half of a PEFT pair and for several adapters at once, and what the GGUF reader
 * throws for a file that is none.
 */
export async function pickAdapterFiles(files: readonly File[]): Promise<AdapterFiles | undefined> {
  const ending = (suffix: string): readonly File[] =>
    files.filter(({ name }) => name.toLowerCase().endsWith(suffix));
  const [weights, otherWeights] = ending('.safetensors');
  const [config, otherConfig] = ending('adapter_config.json');
  if (weights !== undefined && config !== undefined) {
    if (otherWeights === undefined && otherConfig === undefined) return { type: 'peft', config, weights };
    throw rejected('There is more than one of each.', 'Bring one adapter at a time.');
  }
  if (config !== undefined) throw rejected(`${config.name} came without the weights.`, bothFiles);
  if (weights !== undefined) throw rejected(`${weights.name} came without adapter_config.json.`, bothFiles);
  const [file, other] = files;
  if (file === undefined || other !== undefined) {
    throw rejected(`There are ${String(files.length)} files.`, `Bring one GGUF file at a time. ${bothFiles}`);
  }
  if (ending('.json').length > 0 || ending('.bin').length > 0) {
    throw rejected(`${file.name} is not a file that is known here.`, `Bring a GGUF file. ${bothFiles}`);
  }
  const { metadata } = await readGgufHeader(file);
  return metadata.get('general.type') === 'adapter' ? { type: 'gguf', file } : undefined;
}
