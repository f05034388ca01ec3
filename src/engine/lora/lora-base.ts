/**
 * What converting an adapter needs to know of its base model: how many layers, how wide a head, and whether the
 * file's rows of q and k stand in the order of interleaved rope. Reads a GGUF header; no weights.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { GgufHeader } from '../gguf.ts';

export interface LoraBase {
  /** `general.architecture` of the GGUF file. */
  readonly architecture: string;
  readonly layers: number;
  /** Rows of q or k that are one head. */
  readonly headSize: number;
  /** True where llama.cpp's converter moved the rows of q and k (`LlamaModel.permute` in convert_hf_to_gguf.py). */
  readonly interleavedRope: boolean;
}

/** Architectures whose linears have the names that are known here. */
const interleaved: ReadonlyMap<string, boolean> = new Map([
  ['llama', true],
  ['qwen2', false],
  ['qwen3', false],
]);

/** Throws a Fault `unsupported` for a model whose adapters cannot be converted here. */
export function readLoraBase(header: GgufHeader): LoraBase {
  const architecture = String(header.metadata.get('general.architecture'));
  const read = (key: string): number => Number(header.metadata.get(`${architecture}.${key}`));
  const interleavedRope = interleaved.get(architecture);
  const ownSize = read('attention.key_length');
  const headSize = ownSize > 0 ? ownSize : read('embedding_length') / read('attention.head_count');
  const layers = read('block_count');
  if (interleavedRope === undefined || !Number.isInteger(headSize / 2) || !(layers > 0)) {
    throw new Fault({
      code: faultCodes.unsupported,
      message: `Adapters for models of the kind ${architecture} cannot be converted here.`,
      reason:
        interleavedRope === undefined
          ? `Known are: ${[...interleaved.keys()].join(', ')}.`
          : 'Its file does not say how many layers and heads it has.',
      remedy: "Convert the adapter with llama.cpp's convert_lora_to_gguf.py and bring the GGUF file.",
      details: { feature: 'adapter conversion', architecture },
    });
  }
  return { architecture, layers, headSize, interleavedRope };
}
