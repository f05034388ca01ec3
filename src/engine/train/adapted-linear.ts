/**
 * One linear with its LoRA (arXiv:2106.09685): y = x Wt + s (x At) Bt, forth and back. W is frozen, so going back
 * gives the gradients of A, B and x. Knows one linear; nothing of the layer around it.
 */
import { ggufName } from '../lora/lora-names.ts';
import { linearSides } from '../onnx/llama-shape.ts';
import type { LlamaShape } from '../onnx/llama-shape.ts';
import type { BaseWeights } from './base-weights.ts';
import type { GraphWriter } from './graph-writer.ts';

/** What the layers of one graph share. */
export interface LayerContext {
  readonly graph: GraphWriter;
  readonly weights: BaseWeights;
  readonly shape: LlamaShape;
  /** Absent: no adapter, and nothing goes back. */
  readonly lora?: { readonly rank: number; readonly scale: number } | undefined;
}

/** What going back needs of going forth. */
export interface LinearTape {
  readonly layer: number;
  readonly name: string;
  readonly input: string;
  /** x At, (tokens, rank); absent without an adapter. */
  readonly narrow?: string;
  readonly output: string;
}

/** The name of the gradient of an adapter's matrix. */
export function gradientName(matrix: string): string {
  return `gradient.${matrix}`;
}

/** `input` is (tokens, numbers in); the output (tokens, numbers out). */
export function linearForward(
  context: LayerContext,
  place: { readonly layer: number; readonly name: string; readonly input: string },
): LinearTape {
  const { graph, weights, shape, lora } = context;
  const { layer, name, input } = place;
  const plain = graph.gemm(input, weights.linear(layer, name), {
    turnRight: true,
    plus: weights.bias(layer, name),
  });
  if (lora === undefined) return { ...place, output: plain };
  const [from, to] = linearSides(shape)[name] ?? [0, 0];
  const matrix = (side: 'a' | 'b'): string => ggufName({ layer, linear: name, side });
  graph.input({ name: matrix('a'), type: 'float32', shape: [lora.rank, from] });
  graph.input({ name: matrix('b'), type: 'float32', shape: [to, lora.rank] });
  const narrow = graph.gemm(input, matrix('a'), { turnRight: true });
  const output = graph.gemm(narrow, matrix('b'), { turnRight: true, alpha: lora.scale, plus: plain });
  return { ...place, narrow, output };
}

/**
 * Gives out the gradients of A and B, and returns that of the input added to `plus`; undefined where nobody asks for it.
 * `gradient` is that of the output.
 */
export function linearBackward(
  { graph, weights, shape, lora }: LayerContext,
  tape: LinearTape,
  back: { readonly gradient: string; readonly plus?: string | undefined; readonly wantsInput: boolean },
): string | undefined {
  const { layer, name, input, narrow } = tape;
  if (lora === undefined || narrow === undefined) return undefined;
  const { gradient, plus, wantsInput } = back;
  const [from, to] = linearSides(shape)[name] ?? [0, 0];
  const [a, b] = (['a', 'b'] as const).map((side) => ggufName({ layer, linear: name, side }));
  if (a === undefined || b === undefined) return undefined;
  const ofNarrow = graph.gemm(gradient, b, { alpha: lora.scale });
  graph.output(
    { name: gradientName(b), type: 'float32', shape: [to, lora.rank] },
    graph.gemm(gradient, narrow, { turnLeft: true, alpha: lora.scale }),
  );
  graph.output(
    { name: gradientName(a), type: 'float32', shape: [lora.rank, from] },
    graph.gemm(ofNarrow, input, { turnLeft: true }),
  );
  if (!wantsInput) return undefined;
  return graph.gemm(ofNarrow, a, { plus: graph.gemm(gradient, weights.linear(layer, name), { plus }) });
}
