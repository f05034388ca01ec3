/**
 * Writes an ONNX graph operator by operator: each call adds a node and gives the name of what comes out.
 * Knows operators and their attributes; knows nothing of models, weights' places or runtimes.
 */
import { floatTensor } from '../onnx/linear-weights.ts';
import type { LazyTensor } from '../onnx/linear-weights.ts';
import type { LazyGraph } from '../onnx/llama-graph.ts';
import type { GraphNode, GraphValue } from '../onnx/onnx-format.ts';

type Attributes = Pick<GraphNode, 'integers' | 'floats' | 'lists' | 'extension'>;

/** A product of matrices of two sides: `alpha` (left x right) + `plus`. Sides are turned over first where it says so. */
export interface GemmOptions {
  readonly turnLeft?: boolean;
  readonly turnRight?: boolean;
  /** Absent: 1. */
  readonly alpha?: number;
  /** Added to the product; a vector is added to every row. */
  readonly plus?: string | undefined;
}

export class GraphWriter {
  readonly #inputs: GraphValue[] = [];
  readonly #outputs: GraphValue[] = [];
  readonly #nodes: GraphNode[] = [];
  readonly #weights = new Map<string, LazyTensor>();
  readonly #constants: Record<string, readonly number[]> = {};

  input(value: GraphValue): string {
    this.#inputs.push(value);
    return value.name;
  }

  /** Gives `from` out under the name of `value`. */
  output(value: GraphValue, from: string): void {
    this.#nodes.push({ operator: 'Identity', inputs: [from], outputs: [value.name] });
    this.#outputs.push(value);
  }

  /** Weights of the model, made when the runtime asks; the same name is the same tensor. */
  weight(name: string, shape: readonly number[], make: () => Float32Array<ArrayBuffer>): string {
    if (!this.#weights.has(name)) this.#weights.set(name, floatTensor(name, shape, make));
    return name;
  }

  node(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const name = `${operator}.${String(this.#nodes.length)}`;
    this.#nodes.push({ operator, inputs, outputs: [name], ...attributes });
    return name;
  }

  scalar(value: number): string {
    return this.weight(`scalar.${String(value)}`, [1], () => Float32Array.of(value));
  }

  multiply(left: string, right: string): string {
    return this.node('Mul', [left, right]);
  }

  add(left: string, right: string): string {
    return this.node('Add', [left, right]);
  }

  subtract(left: string, right: string): string {
    return this.node('Sub', [left, right]);
  }

  divide(left: string, right: string): string {
    return this.node('Div', [left, right]);
  }

  /** Product over the last two axes; the ones before them are the same on both sides. */
  product(left: string, right: string): string {
    return this.node('MatMul', [left, right]);
  }

  gemm(left: string, right: string, options: GemmOptions = {}): string {
    const { turnLeft = false, turnRight = false, alpha = 1, plus } = options;
    return this.node('Gemm', plus === undefined ? [left, right] : [left, right, plus], {
      integers: { transA: Number(turnLeft), transB: Number(turnRight) },
      floats: { alpha },
    });
  }

  transpose(tensor: string, order: readonly number[]): string {
    return this.node('Transpose', [tensor], { lists: { perm: order } });
  }

  /** One side may be -1: what is left. */
  reshape(tensor: string, shape: readonly number[]): string {
    return this.node('Reshape', [tensor, this.#constant(shape)]);
  }

  /** Along the last axis, which stays as one of length 1. */
  reduce(operator: 'ReduceMean' | 'ReduceSum' | 'ReduceMax', tensor: string): string {
    return this.node(operator, [tensor, this.#constant([-1])], { integers: { keepdims: 1 } });
  }

  finish(): LazyGraph {
    return {
      inputs: this.#inputs,
      outputs: this.#outputs,
      nodes: this.#nodes,
      weights: [...this.#weights.values()],
      constants: this.#constants,
    };
  }

  #constant(values: readonly number[]): string {
    const name = `constant.${values.join('_')}`;
    this.#constants[name] = values;
    return name;
  }
}
