/**
 * Gathers rows of blocks into one block, in memory or on the GPU. Rows are shorter than the new block's capacity, each
 * as long as its sequence: the rest is never read, because every run says how many tokens of each row count.
 */
import type { Tensor } from 'onnxruntime-web';
import { KvBlock } from './kv-blocks.ts';
import type { SequenceCache } from './kv-blocks.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** Sides of the tensors of a block, which are the same for each. */
export interface KvShape {
  readonly tensors: number;
  readonly heads: number;
  readonly headSize: number;
}

export class KvMemory {
  readonly #runtime: OnnxRuntime;
  readonly #shape: KvShape;
  readonly #device: GPUDevice | undefined;

  /** Without a device, blocks live in memory. */
  constructor(runtime: OnnxRuntime, shape: KvShape, device?: GPUDevice) {
    this.#runtime = runtime;
    this.#shape = shape;
    this.#device = device;
  }

  /**
   * A block whose rows are the caches, in their order: their own where they stand in one already, else a new one with
   * room for the longest. It is held for whoever asked, who releases it.
   */
  gather(caches: readonly SequenceCache[]): KvBlock {
    const [first] = caches;
    const shared = first?.block;
    const isWhole =
      shared !== undefined &&
      shared.rows === caches.length &&
      caches.every((cache, row) => cache.block === shared && cache.row === row);
    if (isWhole) {
      shared.hold();
      return shared;
    }
    const capacity = Math.max(0, ...caches.map(({ length }) => length));
    const encoder = this.#device?.createCommandEncoder();
    const tensors = Array.from({ length: this.#shape.tensors }, (_, index) =>
      this.#device === undefined || encoder === undefined || capacity === 0
        ? this.#gatherInMemory(caches, index, capacity)
        : this.#gatherOnDevice(caches, index, { capacity, device: this.#device, encoder }),
    );
    if (encoder !== undefined) this.#device?.queue.submit([encoder.finish()]);
    const block = new KvBlock(tensors);
    block.hold();
    return block;
  }

  #gatherInMemory(caches: readonly SequenceCache[], index: number, capacity: number): Tensor {
    const { heads, headSize } = this.#shape;
    const output = new Float32Array(caches.length * heads * capacity * headSize);
    for (const [row, cache] of caches.entries()) {
      const source = cache.block?.tensors[index];
      if (source === undefined) continue;
      const floats = source.data as Float32Array;
      const from = cache.row * heads;
      for (let head = 0; head < heads; head += 1) {
        const start = (from + head) * (cache.block?.capacity ?? 0) * headSize;
        const piece = floats.subarray(start, start + cache.length * headSize);
        output.set(piece, (row * heads + head) * capacity * headSize);
      }
    }
    return new this.#runtime.Tensor('float32', output, [caches.length, heads, capacity, headSize]);
  }

  #gatherOnDevice(
    caches: readonly SequenceCache[],
    index: number,
    to: { readonly capacity: number; readonly device: GPUDevice; readonly encoder: GPUCommandEncoder },
  ): Tensor {
    const { heads, headSize } = this.#shape;
    const { capacity, device, encoder } = to;
    const rowBytes = headSize * 4;
    const buffer = device.createBuffer({
      size: Math.ceil((caches.length * heads * capacity * rowBytes) / 16) * 16,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    for (const [row, cache] of caches.entries()) {
      const source = cache.block?.tensors[index];
      if (source === undefined) continue;
      for (let head = 0; head < heads; head += 1) {
        encoder.copyBufferToBuffer(
          source.gpuBuffer,
          (cache.row * heads + head) * (cache.block?.capacity ?? 0) * rowBytes,
          buffer,
          (row * heads + head) * capacity * rowBytes,
          cache.length * rowBytes,
        );
      }
    }
    return this.#runtime.Tensor.fromGpuBuffer(buffer, {
      dataType: 'float32',
      dims: [caches.length, heads, capacity, headSize],
      dispose: () => buffer.destroy(),
    });
  }
}
