/**
 * The weights of a BERT encoder, by the names that Hugging Face's `BertModel` gives them, and the sides they have.
 * Every tensor is checked before a graph is built of it, and read when the runtime asks. Knows names and shapes; nothing
 * of operators.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { EmbedderEntry } from '../../protocol/model.ts';
import { floatsOf } from '../read-bytes.ts';
import type { ReadBytes } from '../read-bytes.ts';
import { describeSafetensors } from '../safetensors.ts';
import type { PlacedTensor } from '../safetensors.ts';

export interface BertShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Positions that have an embedding. */
  readonly positions: number;
  readonly epsilon: number;
}

export function rejectEncoder(reason: string): Fault {
  return new Fault({
    code: faultCodes.modelRejected,
    message: 'The file cannot be used as a sentence encoder.',
    reason,
    remedy: 'Use the safetensors file of a BERT encoder in 32-bit floats, as the catalogue names it.',
  });
}

/** Floats that lie in the file until they are asked for. */
export type LazyFloats = () => Float32Array<ArrayBuffer>;

export class BertWeights {
  readonly shape: BertShape;
  readonly #read: ReadBytes;
  readonly #tensors: ReadonlyMap<string, PlacedTensor>;

  /**
   * Throws a Fault `model-rejected` where the file is no safetensors, or tensors are missing, or fit neither each other nor
   * the entry.
   */
  constructor(
    file: { readonly read: ReadBytes; readonly bytes: number },
    {
      dimensions,
      maxTokens,
      heads,
      epsilon,
    }: Pick<EmbedderEntry, 'dimensions' | 'maxTokens' | 'heads' | 'epsilon'>,
  ) {
    this.#read = file.read;
    const { tensors } = describeSafetensors(file.read, file.bytes);
    this.#tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const sides = (name: string): readonly number[] => this.#named(name).shape;
    const [vocabulary = 0, hidden = 0] = sides('embeddings.word_embeddings.weight');
    const [positions = 0] = sides('embeddings.position_embeddings.weight');
    const [feedForward = 0] = sides('encoder.layer.0.intermediate.dense.weight');
    let layers = 0;
    while (this.#tensors.has(`encoder.layer.${String(layers)}.output.dense.weight`)) layers += 1;
    if (hidden !== dimensions || hidden % heads !== 0) {
      throw rejectEncoder(
        `It is ${String(hidden)} wide; ${String(dimensions)} in ${String(heads)} heads are expected.`,
      );
    }
    if (maxTokens > positions) throw rejectEncoder(`It knows ${String(positions)} positions only.`);
    this.shape = { layers, hidden, heads, feedForward, vocabulary, positions, epsilon };
  }

  /** The floats of a tensor, row by row. Throws a Fault `model-rejected` at once where it is missing or of another shape. */
  floats(name: string, shape: readonly number[]): LazyFloats {
    const { start, end } = this.place(name, shape);
    return () => floatsOf(this.#read(start, end));
  }

  /** Where the floats of a tensor lie in the file. Throws as `floats` does. */
  place(name: string, shape: readonly number[]): PlacedTensor {
    const tensor = this.#named(name);
    if (tensor.type !== 'F32' || tensor.shape.join() !== shape.join()) {
      throw rejectEncoder(
        `The tensor ${name} is ${tensor.type} of ${tensor.shape.join(' x ')}, not F32 of ${shape.join(' x ')}.`,
      );
    }
    return tensor;
  }

  #named(name: string): PlacedTensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw rejectEncoder(`It has no tensor ${name}.`);
    return tensor;
  }
}
