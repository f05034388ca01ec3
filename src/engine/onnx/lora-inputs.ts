/**
 * The LoRA inputs of a run for each adapter and for the base, made once and kept beside the weights.
 * Knows tensors and where they live; knows no files.
 */
import type { Tensor } from 'onnxruntime-web';
import type { Feeds } from './kv-cache.ts';
import { graphNames, loraSlots } from './llama-graph.ts';
import type { LoraSlot } from './llama-graph.ts';
import type { LoraMatrices } from './lora-file.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';

const slots = Object.keys(loraSlots) as readonly LoraSlot[];

/** A tensor on the GPU with a copy of the floats, freed by `dispose`. */
function uploadFloats(
  runtime: OnnxRuntime,
  device: GPUDevice,
  floats: Float32Array<ArrayBuffer>,
  dims: readonly number[],
): Tensor {
  const buffer = device.createBuffer({
    size: Math.max(16, Math.ceil(floats.byteLength / 16) * 16),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(buffer, 0, floats);
  return runtime.Tensor.fromGpuBuffer(buffer, {
    dataType: 'float32',
    dims,
    dispose: () => buffer.destroy(),
  });
}

/**
 * The feeds of one adapter. A linear that it leaves alone gets matrices of rank `idleRank`, full of zeros.
 */
export function loraFeeds(options: {
  readonly runtime: OnnxRuntime;
  readonly layers: number;
  readonly matrices: (layer: number, slot: LoraSlot) => LoraMatrices;
  readonly idleRank: number;
  readonly device?: GPUDevice;
}): Feeds {
  const { runtime, layers, matrices, idleRank, device } = options;
  const feeds: Record<string, Tensor> = {};
  for (let layer = 0; layer < layers; layer += 1) {
    for (const slot of slots) {
      const { rank, from, to, a, b } = matrices(layer, slot);
      const used = Math.max(rank, idleRank);
      const pieces = {
        a: { floats: rank === 0 ? new Float32Array(from * used) : a, dims: [from, used] },
        b: { floats: rank === 0 ? new Float32Array(used * to) : b, dims: [used, to] },
      };
      for (const side of ['a', 'b'] as const) {
        const { floats, dims } = pieces[side];
        feeds[graphNames.lora(layer, slot, side)] =
          device === undefined || floats.length === 0
            ? new runtime.Tensor('float32', floats, dims)
            : uploadFloats(runtime, device, floats, dims);
      }
    }
  }
  return feeds;
}
