/**
 * RMSNorm (arXiv:1910.07467) forth and back. Knows one norm; its weights are frozen.
 */
import type { GraphWriter } from './graph-writer.ts';

export interface NormTape {
  /** The input over its root mean square, before the weights. */
  readonly unit: string;
  /** The root mean square of each row. */
  readonly size: string;
  readonly weight: string;
  readonly output: string;
}

export function normForward(
  graph: GraphWriter,
  { input, weight, epsilon }: { readonly input: string; readonly weight: string; readonly epsilon: number },
): NormTape {
  const mean = graph.reduce('ReduceMean', graph.multiply(input, input));
  const size = graph.node('Sqrt', [graph.add(mean, graph.scalar(epsilon))]);
  const unit = graph.divide(input, size);
  return { unit, size, weight, output: graph.multiply(unit, weight) };
}

/** The gradient of the input, from that of the output. */
export function normBackward(graph: GraphWriter, { unit, size, weight }: NormTape, gradient: string): string {
  const ofUnit = graph.multiply(gradient, weight);
  const along = graph.reduce('ReduceMean', graph.multiply(ofUnit, unit));
  return graph.divide(graph.subtract(ofUnit, graph.multiply(unit, along)), size);
}
