/**
 * Builds a GGUF model in a runtime that is there: reads the shape, writes the graph, lets the runtime take the weights
 * one by one, and makes the adapters' inputs. Floats on WebAssembly, whose packed kernels are slow; packed on the GPU.
 * Knows no backend and no assets.
 */
import type { WeightsLayout } from '../../protocol/engine.ts';
import { faultCodes } from '../../protocol/fault.ts';
import { readGgufHeader } from '../gguf.ts';
import { openBytes } from '../read-bytes.ts';
import { EmbeddingTable } from './embedding-table.ts';
import type { Feeds } from './kv-cache.ts';
import { LazyBytes } from './lazy-bytes.ts';
import { buildLlamaGraph, graphNames, kvKinds } from './llama-graph.ts';
import type { GraphSource, LazyGraph } from './llama-graph.ts';
import { readLlamaShape, tensorNamed } from './llama-shape.ts';
import type { LlamaShape } from './llama-shape.ts';
import { openLoraFile } from './lora-file.ts';
import type { LoraFile } from './lora-file.ts';
import { loraFeeds } from './lora-inputs.ts';
import { encodeModel } from './onnx-format.ts';
import { onnxFault } from './onnx-faults.ts';
import { OnnxModel } from './onnx-model.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';
import { OnnxSession } from './onnx-session.ts';
import type { Gpu } from './open-gpu.ts';
import { describeMatrix } from './tensor-reader.ts';

export interface OnnxModelOptions {
  /** A GGUF model of the Llama family. */
  readonly file: Blob;
  /** Tokens of context at most; no more than the model's window. */
  readonly contextTokens: number;
  /** LoRA adapters in GGUF that steps may name. Absent: none, and the graph has no place for any. */
  readonly adapters?: readonly { readonly id: string; readonly file: Blob }[];
  /** Absent: `float32` on WebAssembly, `quantised` on the GPU. */
  readonly weights?: WeightsLayout;
  readonly signal?: AbortSignal;
}

/** Names of the outputs that stay on the GPU from run to run. */
function keepOnGpu(layers: number): Record<string, 'gpu-buffer'> {
  return Object.fromEntries(
    Array.from({ length: layers }, (_, layer) =>
      kvKinds.map((kind) => [graphNames.present(layer, kind), 'gpu-buffer'] as const),
    ).flat(),
  );
}

async function openSession(
  runtime: OnnxRuntime,
  graph: LazyGraph,
  layers: number,
  gpu?: Gpu,
): Promise<OnnxSession> {
  const externalData = graph.weights.map(({ name, byteLength, make }) => ({
    path: name,
    data: new LazyBytes(byteLength, make),
  }));
  return await OnnxSession.open({
    runtime,
    graph: encodeModel(graph),
    options: {
      ...(gpu === undefined ? {} : { preferredOutputLocation: keepOnGpu(layers) }),
      externalData,
      graphOptimizationLevel: 'all',
    },
    gpu,
  });
}

async function readAdapters(
  options: OnnxModelOptions,
  parts: { readonly runtime: OnnxRuntime; readonly shape: LlamaShape; readonly device?: GPUDevice },
): Promise<ReadonlyMap<string | undefined, Feeds>> {
  const { adapters = [] } = options;
  const { runtime, shape, device } = parts;
  const feeds = new Map<string | undefined, Feeds>([[undefined, {}]]);
  if (adapters.length === 0) return feeds;
  for (const { id, file } of adapters) {
    const lora = await openLoraFile({ id, file, shape });
    const matrices: LoraFile['join'] = (layer, slot) => lora.join(layer, slot);
    const made = { runtime, layers: shape.layers, idleRank: 1, ...(device === undefined ? {} : { device }) };
    feeds.set(id, loraFeeds({ ...made, matrices }));
    if (Object.keys(feeds.get(undefined) ?? {}).length > 0) continue;
    const idle = (layer: number, slot: Parameters<typeof matrices>[1]): ReturnType<typeof matrices> => {
      const { from, to } = matrices(layer, slot);
      return { rank: 0, from, to, a: new Float32Array(), b: new Float32Array() };
    };
    feeds.set(undefined, loraFeeds({ ...made, matrices: idle }));
  }
  return feeds;
}

/**
 * Builds the model in a runtime that is there. `gpu` decides where weights and caches live.
 * Rejects with a Fault: model-rejected, out-of-memory, device-lost, or with the signal's reason.
 */
export async function buildOnnxModel(
  runtime: OnnxRuntime,
  options: OnnxModelOptions,
  gpu?: Gpu,
): Promise<OnnxModel> {
  const { file, signal } = options;
  const header = await readGgufHeader(file);
  const shape = readLlamaShape(header);
  const contextTokens = Math.min(options.contextTokens, shape.contextWindow);
  const source: GraphSource = { header, fileBytes: file.size, read: await openBytes(file), shape };
  const packed = (options.weights ?? (gpu === undefined ? 'float32' : 'quantised')) === 'quantised';
  const graph = buildLlamaGraph(source, {
    packed,
    contextTokens,
    // On the GPU they never leave it.
    freshOnly: gpu === undefined,
    adapters: (options.adapters ?? []).length > 0,
  });
  signal?.throwIfAborted();
  const table = describeMatrix(header, tensorNamed(header, 'token_embd.weight'), file.size);
  try {
    const embeddings = new EmbeddingTable(source.read, table);
    const lora = await readAdapters(options, {
      runtime,
      shape,
      ...(gpu === undefined ? {} : { device: gpu.device }),
    });
    const session = await openSession(runtime, graph, shape.layers, gpu);
    const model = new OnnxModel({
      runtime,
      session,
      shape,
      contextTokens,
      embeddings,
      lora,
      ...(gpu === undefined ? {} : { gpu }),
    });
    if (signal?.aborted === true) await model.dispose();
    signal?.throwIfAborted();
    return model;
  } catch (error) {
    signal?.throwIfAborted();
    throw onnxFault(error, faultCodes.modelRejected);
  }
}
