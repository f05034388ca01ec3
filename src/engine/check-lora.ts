/**
 * Whether a LoRA adapter was made for a base model: same architecture, and every matrix pair fits a matrix of the base.
 * Knows GGUF headers as llama.cpp's converter writes them; never reads a weight.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import { readGgufHeader } from './gguf.ts';
import type { GgufHeader, GgufTensor } from './gguf.ts';

const suffix = /\.lora_[ab]$/;

/** Sentence that says what is wrong with a tensor of the adapter, or undefined. */
function misfit(tensor: GgufTensor, base: ReadonlyMap<string, GgufTensor>): string | undefined {
  const target = tensor.name.replace(suffix, '');
  if (target === tensor.name) return `It holds the tensor ${tensor.name}, which is no part of a LoRA.`;
  const weight = base.get(target);
  if (weight === undefined) return `It changes ${target}, which the base model does not have.`;
  // Fastest-moving dimension first: a is [in, rank], b is [rank, out], the weight [in, out].
  const isFirst = tensor.name.endsWith('a');
  const side = isFirst ? 0 : 1;
  if (tensor.shape[side] === weight.shape[side]) return undefined;
  return `${tensor.name} has the shape ${tensor.shape.join(' x ')}; ${target} of the base model is ${weight.shape.join(' x ')}.`;
}

function findMisfit(adapter: GgufHeader, base: GgufHeader): string | undefined {
  const { metadata, tensors } = adapter;
  if (metadata.get('general.type') !== 'adapter' || metadata.get('adapter.type') !== 'lora') {
    return 'Its file is not a LoRA adapter.';
  }
  const [ours, theirs] = [base, adapter].map((header) => String(header.metadata.get('general.architecture')));
  if (ours !== theirs)
    return `It was made for a model of the kind ${String(theirs)}; this one is ${String(ours)}.`;
  if (tensors.length === 0) return 'It is empty.';
  const weights = new Map(base.tensors.map((tensor) => [tensor.name, tensor]));
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  for (const tensor of tensors) {
    const wrong = misfit(tensor, weights);
    if (wrong !== undefined) return wrong;
    const partner = tensor.name.replace(/[ab]$/, (letter) => (letter === 'a' ? 'b' : 'a'));
    const other = shapes.get(partner);
    if (other === undefined) return `${tensor.name} is there without ${partner}.`;
    const [rank, otherRank] = tensor.name.endsWith('a')
      ? [tensor.shape[1], other[0]]
      : [tensor.shape[0], other[1]];
    if (rank !== otherRank)
      return `${tensor.name} is of rank ${String(rank)}, ${partner} of ${String(otherRank)}.`;
  }
  return undefined;
}

/** Throws a Fault `model-rejected` that names the adapter and says why, where one was not made for the base model. */
export async function checkLora(options: {
  readonly base: Blob;
  readonly adapters: readonly { readonly id: string; readonly file: Blob }[];
}): Promise<void> {
  const base = await readGgufHeader(options.base);
  for (const { id, file } of options.adapters) {
    const reason = findMisfit(await readGgufHeader(file), base);
    if (reason === undefined) continue;
    throw new Fault({
      code: faultCodes.modelRejected,
      message: `The adapter ${id} does not belong to this model.`,
      reason,
      remedy: 'Load it beside the base model that it was trained on.',
      details: { adapter: id },
    });
  }
}
