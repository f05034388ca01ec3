/**
 * How surprised a model with an adapter is by whole completions, on the graph that trains. Knows rows and packs.
 */
import type { TrainableModel } from '../../engine/train/trainable-model.ts';
import { makePack } from './packs.ts';
import type { TokenRow } from './packs.ts';

/** Rows of one pass: those that are compared begin alike, so that a pass of so many is no longer than one of other rows. */
const rowsTogether = 32;

/**
 * The sum of the surprises at each row's completion (natural logarithm). `rows` should have one prompt. Rejects with a Fault as
 * `TrainableModel.addGradients` does.
 */
export async function rowSurprises(
  model: Pick<TrainableModel, 'states' | 'addGradients'>,
  parameters: Float32Array<ArrayBuffer>,
  rows: readonly TokenRow[],
): Promise<number[]> {
  const sums: number[] = [];
  // The graph that trains always has gradients; these are nobody's.
  const gradient = new Float32Array(parameters.length);
  for (let first = 0; first < rows.length; first += rowsTogether) {
    const some = rows.slice(first, first + rowsTogether);
    const pack = makePack([some]);
    const states = await model.states(pack);
    const { surprises } = await model.addGradients(pack, { states, parameters, weight: 0, gradient });
    let at = 0;
    for (const { completion } of some) {
      let sum = 0;
      for (const end = at + completion.length; at < end; at += 1) sum += surprises[at] ?? Number.NaN;
      sums.push(sum);
    }
  }
  return sums;
}
