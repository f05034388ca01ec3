/**
 * Keys and values on the GPU: blocks, each the `present` tensors of one run for all its sequences. A block never
 * changes, so caches share it freely. Sequences that come from different blocks are gathered into a new one, on the
 * GPU; a batch that goes on with the same members costs no copy.
 */
import type { Tensor } from 'onnxruntime-web';
import type { Feeds, KvPlace, KvSides, KvStep, KvStore } from './kv-cache.ts';
import { graphNames, kvKinds } from './llama-graph.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** One tensor per layer and kind, each of the shape (rows, heads, capacity, headSize). */
export class KvBlock implements KvPlace {
  readonly tensors: readonly Tensor[];
  readonly rows: number;
  /** Tokens that a row has room for. */
  readonly capacity: number;
  #holders = 0;

  constructor(tensors: readonly Tensor[]) {
    const [rows = 0, , capacity = 0] = tensors[0]?.dims ?? [];
    this.tensors = tensors;
    this.rows = rows;
    this.capacity = capacity;
  }

  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    for (const tensor of this.tensors) tensor.dispose();
  }
}

function blockOf({ cache }: KvStep): KvBlock | undefined {
  return cache.place instanceof KvBlock ? cache.place : undefined;
}

export class KvBlockStore implements KvStore {
  readonly #runtime: OnnxRuntime;
  readonly #sides: KvSides;
  readonly #device: GPUDevice;

  constructor(runtime: OnnxRuntime, sides: KvSides, device: GPUDevice) {
    this.#runtime = runtime;
    this.#sides = sides;
    this.#device = device;
  }

  feed(steps: readonly KvStep[]): { readonly feeds: Feeds; readonly release: () => void } {
    const block = this.#gather(steps);
    block.hold();
    const feeds: Record<string, Tensor> = {};
    for (const [index, tensor] of block.tensors.entries()) {
      feeds[graphNames.past(index >> 1, kvKinds[index % 2] ?? 'key')] = tensor;
    }
    return { feeds, release: () => block.release() };
  }

  settle(steps: readonly KvStep[], outputs: Feeds): void {
    const present = Array.from({ length: this.#sides.layers }, (_, layer) =>
      kvKinds.flatMap((kind) => outputs[graphNames.present(layer, kind)] ?? []),
    ).flat();
    const block = new KvBlock(present);
    block.hold();
    for (const [row, { cache, count }] of steps.entries()) {
      // A cache that was freed while the run was under way stays freed.
      if (!cache.disposed) cache.settle(block, row, cache.length + count);
    }
    block.release();
  }

  /** The block whose rows are the caches, in their order: their own where there is one, else a new one. */
  #gather(steps: readonly KvStep[]): KvBlock {
    const shared = steps[0] === undefined ? undefined : blockOf(steps[0]);
    const isWhole =
      shared?.rows === steps.length &&
      steps.every((step, row) => blockOf(step) === shared && step.cache.row === row);
    if (isWhole) return shared;
    const { heads, headSize, layers } = this.#sides;
    const capacity = Math.max(0, ...steps.map(({ cache }) => cache.length));
    const dims = [steps.length, heads, capacity, headSize];
    if (capacity === 0) {
      const empty = (): Tensor => new this.#runtime.Tensor('float32', new Float32Array(), dims);
      return new KvBlock(Array.from({ length: layers * kvKinds.length }, empty));
    }
    const encoder = this.#device.createCommandEncoder();
    const tensors = Array.from({ length: layers * kvKinds.length }, (_, index) => {
      const buffer = this.#device.createBuffer({
        size: Math.ceil((steps.length * heads * capacity * headSize) / 4) * 16,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      });
      this.#copyRows(steps, { index, capacity, buffer, encoder });
      return this.#runtime.Tensor.fromGpuBuffer(buffer, {
        dataType: 'float32',
        dims,
        dispose: () => buffer.destroy(),
      });
    });
    this.#device.queue.submit([encoder.finish()]);
    return new KvBlock(tensors);
  }

  #copyRows(
    steps: readonly KvStep[],
    to: {
      readonly index: number;
      readonly capacity: number;
      readonly buffer: GPUBuffer;
      readonly encoder: GPUCommandEncoder;
    },
  ): void {
    const { heads, headSize } = this.#sides;
    const tokenBytes = headSize * 4;
    for (const [row, step] of steps.entries()) {
      const block = blockOf(step);
      const source = block?.tensors[to.index];
      if (block === undefined || source === undefined) continue;
      for (let head = 0; head < heads; head += 1) {
        to.encoder.copyBufferToBuffer(
          source.gpuBuffer,
          (step.cache.row * heads + head) * block.capacity * tokenBytes,
          to.buffer,
          (row * heads + head) * to.capacity * tokenBytes,
          step.cache.length * tokenBytes,
        );
      }
    }
  }
}
