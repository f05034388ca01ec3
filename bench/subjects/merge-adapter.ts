/** An adapter's product added to a graph's float weights, as one who ships one specialist would do it: W + A B. */
import { loraSlots } from '../../src/engine/onnx/llama-graph.ts';
import type { LazyGraph, LoraSlot } from '../../src/engine/onnx/llama-graph.ts';
import type { LlamaShape } from '../../src/engine/onnx/llama-shape.ts';
import { openLoraFile } from '../../src/engine/onnx/lora-file.ts';
import type { LoraMatrices } from '../../src/engine/onnx/lora-file.ts';

/** Adds A (from x rank) times B (rank x to) to `weights` (from x to), in place. */
function addProduct(weights: Float32Array, { rank, from, to, a, b }: LoraMatrices): void {
  for (let row = 0; row < from; row += 1) {
    const target = weights.subarray(row * to, (row + 1) * to);
    for (let middle = 0; middle < rank; middle += 1) {
      const factor = a[row * rank + middle] ?? 0;
      const source = b.subarray(middle * to, (middle + 1) * to);
      for (let place = 0; place < to; place += 1)
        target[place] = (target[place] ?? 0) + factor * (source[place] ?? 0);
    }
  }
}

/** A graph of float weights with the adapter in them. Throws where it has weights that the adapter cannot be added to. */
export async function mergeAdapter({
  graph,
  adapter,
  shape,
}: {
  readonly graph: LazyGraph;
  readonly adapter: Blob;
  readonly shape: LlamaShape;
}): Promise<LazyGraph> {
  const lora = await openLoraFile({ id: 'adapter', file: adapter, shape });
  const slots = Object.keys(loraSlots) as LoraSlot[];
  const linears = new Map<string, () => LoraMatrices>();
  for (let layer = 0; layer < shape.layers; layer += 1)
    for (const slot of slots)
      linears.set(`blk.${String(layer)}.${slot}.weight`, () => lora.join(layer, slot));
  const merged = graph.weights.map((tensor) => {
    const own = linears.get(tensor.name);
    if (own === undefined) return tensor;
    linears.delete(tensor.name);
    if (tensor.type !== 'float32') throw new Error(`${tensor.name} is packed.`);
    return {
      ...tensor,
      make: () => {
        const bytes = tensor.make();
        addProduct(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4), own());
        return bytes;
      },
    };
  });
  if (linears.size > 0)
    throw new Error(`The graph has no weights of the name ${[...linears.keys()].join(', ')}.`);
  return { ...graph, weights: merged };
}
