/**
 * The frozen weights of a GGUF file as tensors of a graph: floats, in the order of the file, unpacked one tensor at a time
 * when the runtime takes them. Knows names and shapes; nothing of what is computed.
 */
import type { GraphSource } from '../onnx/llama-graph.ts';
import { linearSides, rejectModel, tensorNamed } from '../onnx/llama-shape.ts';
import { ropeCaches } from '../onnx/rope-caches.ts';
import { describeMatrix, readFloatRows } from '../onnx/tensor-reader.ts';
import type { PackedMatrix } from '../onnx/tensor-reader.ts';
import type { GraphWriter } from './graph-writer.ts';

export class BaseWeights {
  readonly #source: GraphSource;
  readonly #graph: GraphWriter;

  constructor(source: GraphSource, graph: GraphWriter) {
    this.#source = source;
    this.#graph = graph;
  }

  /** A linear's weights, (numbers out, numbers in). Throws a Fault `model-rejected` where the file has others. */
  linear(layer: number, name: string): string {
    const [from, to] = linearSides(this.#source.shape)[name] ?? [0, 0];
    return this.#matrix(`blk.${String(layer)}.${name}.weight`, [to, from]);
  }

  /** A linear's bias, or undefined where the file has none. */
  bias(layer: number, name: string): string | undefined {
    const title = `blk.${String(layer)}.${name}.bias`;
    const [, to] = linearSides(this.#source.shape)[name] ?? [0, 0];
    if (!this.#source.header.tensors.some((tensor) => tensor.name === title)) return undefined;
    return this.#matrix(title, [to]);
  }

  norm(name: string): string {
    return this.#matrix(`${name}.weight`, [this.#source.shape.hidden]);
  }

  /** The head's rows, (vocabulary, hidden): its own, or those of the embedding. */
  head(): string {
    const { shape } = this.#source;
    return this.#matrix(headMatrix(this.#source).name, [shape.vocabulary, shape.hidden]);
  }

  /** Cosines and sines of every position, (positions, half a head); `back` turns the other way. */
  rope(positions: number, direction: 'forth' | 'back'): readonly [cos: string, sin: string] {
    const caches = ropeCaches(this.#source, positions);
    const shape = [positions, this.#source.shape.headSize / 2];
    const sign = direction === 'forth' ? 1 : -1;
    return [
      this.#graph.weight('rope.cos', shape, caches.cos),
      this.#graph.weight(`rope.sin.${direction}`, shape, () => caches.sin().map((value) => sign * value)),
    ];
  }

  #matrix(name: string, shape: readonly number[]): string {
    const { header, fileBytes, read } = this.#source;
    const matrix = describeMatrix(header, tensorNamed(header, name), fileBytes);
    const [columns = 0, rows = 1] = shape.toReversed();
    if (matrix.rows !== rows || matrix.columns !== columns) {
      throw rejectModel(`${name} is ${String(matrix.rows)} x ${String(matrix.columns)}.`);
    }
    return this.#graph.weight(name, shape, () => readFloatRows(read, matrix, 0, matrix.rows));
  }
}

/** The matrix whose rows are the head's: `output.weight`, or the embedding where head and embedding are one. */
export function headMatrix({ header, fileBytes }: GraphSource): PackedMatrix {
  const own = header.tensors.find(({ name }) => name === 'output.weight');
  return describeMatrix(header, own ?? tensorNamed(header, 'token_embd.weight'), fileBytes);
}
