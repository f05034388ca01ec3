/**
 * Where each matrix of an adapter lies in one flat list of numbers: what is trained is a single Float32Array, so that an
 * optimiser, a checkpoint and a hash need to know no names. Knows names and sides.
 */
import { ggufName } from '../lora/lora-names.ts';
import { linearSides } from '../onnx/llama-shape.ts';
import type { LlamaShape } from '../onnx/llama-shape.ts';
import { firstTrained } from './training-graph.ts';
import type { TrainingPlan } from './training-graph.ts';

export interface AdapterMatrix {
  /** As GGUF names it: `blk.N.attn_q.weight.lora_a`. */
  readonly name: string;
  readonly side: 'a' | 'b';
  /** Rows, then columns: A is (rank, numbers in), B is (numbers out, rank). */
  readonly shape: readonly [rows: number, columns: number];
  /** The first of its numbers in the list; they stand row by row. */
  readonly start: number;
  readonly end: number;
}

/** The matrices of an adapter on all linears of the layers that are trained, one after the other. */
export function layOutAdapter(shape: LlamaShape, plan: TrainingPlan): readonly AdapterMatrix[] {
  const { rank } = plan;
  const matrices: AdapterMatrix[] = [];
  let start = 0;
  for (let layer = firstTrained(shape, plan); layer < shape.layers; layer += 1) {
    for (const [linear, [from, to]] of Object.entries(linearSides(shape))) {
      for (const side of ['a', 'b'] as const) {
        const sides = side === 'a' ? ([rank, from] as const) : ([to, rank] as const);
        const end = start + sides[0] * sides[1];
        matrices.push({ name: ggufName({ layer, linear, side }), side, shape: sides, start, end });
        start = end;
      }
    }
  }
  return matrices;
}
