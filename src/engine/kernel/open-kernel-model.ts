/**
 * Opens a packed GGUF model on our own kernel, one program for WebAssembly with relaxed SIMD: the weights stay as they are in the
 * file. Knows how kernel, memory, threads and files come together.
 */
import { readGgufHeader } from '../gguf.ts';
import { readLlamaShape } from '../onnx/llama-shape.ts';
import { openLoraFile } from '../onnx/lora-file.ts';
import { openBytes } from '../read-bytes.ts';
import { KernelMemory } from './kernel-memory.ts';
import { KernelModel } from './kernel-model.ts';
import { placeLora, placeModel } from './place-model.ts';
import { ThreadCrew } from './thread-crew.ts';

export interface KernelModelOptions {
  /** A GGUF model of the Llama family for which `fitsKernel`. */
  readonly file: Blob;
  /** Tokens of context at most; no more than the model's window. */
  readonly contextTokens: number;
  /** LoRA adapters in GGUF that steps may name. */
  readonly adapters?: readonly { readonly id: string; readonly file: Blob }[];
  readonly threads: number;
  readonly module: WebAssembly.Module;
  /** Starts a worker that serves (thread-crew). */
  readonly startHelper: () => Worker;
  readonly signal?: AbortSignal;
}

/** Rejects with a Fault: model-rejected, out-of-memory, engine-failed, or with the signal's reason. */
export async function openKernelModel(options: KernelModelOptions): Promise<KernelModel> {
  const { file, adapters = [], threads, module, startHelper, signal } = options;
  const header = await readGgufHeader(file);
  const shape = readLlamaShape(header);
  const contextTokens = Math.min(options.contextTokens, shape.contextWindow);
  const opened = [];
  for (const { id, file: adapter } of adapters)
    opened.push([id, await openLoraFile({ id, file: adapter, shape })] as const);
  const memory = new KernelMemory();
  const source = { header, fileBytes: file.size, read: await openBytes(file), shape };
  signal?.throwIfAborted();
  const placed = opened.map(([id, lora]) => [id, placeLora(memory, lora, shape.layers)] as const);
  placeModel(memory, source, {
    contextTokens,
    threads,
    lowStride: Math.max(0, ...placed.map(([, { highestRanks }]) => highestRanks)),
  });
  const lora = new Map(placed.map(([id, { table }]) => [id, table] as const));
  signal?.throwIfAborted();
  const crew = await ThreadCrew.gather({ module, memory: memory.memory, threads, startHelper });
  if (signal?.aborted === true) crew.dismiss();
  signal?.throwIfAborted();
  return new KernelModel({ memory, crew, shape, contextTokens, lora });
}
