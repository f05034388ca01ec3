/**
 * A GGUF model, and the adapters beside it, laid into the kernel's memory. Knows tensor names and the kernel's tables; nothing of
 * running.
 */
import type { GgufHeader } from '../gguf.ts';
import { tensorTypes } from '../gguf.ts';
import { linearSides, rejectModel, tensorNamed } from '../onnx/llama-shape.ts';
import type { LlamaShape } from '../onnx/llama-shape.ts';
import type { LoraFile } from '../onnx/lora-file.ts';
import { ropeCaches } from '../onnx/rope-caches.ts';
import { describeMatrix, readFloatRows } from '../onnx/tensor-reader.ts';
import type { PackedMatrix } from '../onnx/tensor-reader.ts';
import type { ReadBytes } from '../read-bytes.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { blockTokens } from './kv-pages.ts';
import { packLora } from './pack-lora.ts';
import { isNarrow, packMatrix, packedBytes } from './pack-weights.ts';

export interface ModelSource {
  readonly header: GgufHeader;
  readonly fileBytes: number;
  readonly read: ReadBytes;
  readonly shape: LlamaShape;
}

/** Tokens that go through the layers at once, at most. */
export const mostTokens = 256;
/** Tokens that attend together in the kernel (workers/kernel/attention.ts). */
const tileTokens = 4;
/** Rows of logits made at once, at most. */
export const mostRows = 8;

/** The linears of a layer in the order of the kernel's tables; those that read the same row stand together. */
const readTogether = [
  ['attn_q', 'attn_k', 'attn_v'],
  ['attn_output'],
  ['ffn_gate', 'ffn_up'],
  ['ffn_down'],
] as const;
const linearNames = readTogether.flat();
const blockWeights = 32;

/** Whether the kernel can compute with this file: 4-bit linears, 8-bit embeddings, sides in whole blocks. */
export function fitsKernel(header: GgufHeader): boolean {
  const type = (name: string): number | undefined =>
    header.tensors.find((tensor) => tensor.name === name)?.type;
  const embeddings = type('token_embd.weight');
  return (
    embeddings === tensorTypes.q8_0 &&
    (type('output.weight') ?? embeddings) === tensorTypes.q8_0 &&
    header.tensors.every(
      ({ name, type: packed, shape: [columns = 0, rows = 0] }) =>
        !linearNames.some((linear) => name.endsWith(`.${linear}.weight`)) ||
        (isNarrow(packed) && columns % blockWeights === 0 && rows % 4 === 0),
    )
  );
}

/** Lays weights, tables and scratch into the memory. Throws a Fault: model-rejected, out-of-memory. */
export function placeModel(
  memory: KernelMemory,
  source: ModelSource,
  options: { readonly contextTokens: number; readonly threads: number; readonly lowStride: number },
): void {
  const { header, shape } = source;
  const { contextTokens, threads, lowStride } = options;
  const embeddings = placeMatrix(memory, source, 'token_embd.weight');
  const hasOutput = header.tensors.some(({ name }) => name === 'output.weight');
  const output = hasOutput ? placeMatrix(memory, source, 'output.weight') : embeddings;
  const table = placeLayers(memory, source);
  const ropes = ropeCaches(source, contextTokens);
  memory.set({
    threads,
    arrivals: 0,
    generation: 0,
    layers: shape.layers,
    hidden: shape.hidden,
    heads: shape.heads,
    keyHeads: shape.kvHeads,
    headSize: shape.headSize,
    feedForward: shape.feedForward,
    vocabulary: shape.vocabulary,
    epsilon: shape.epsilon,
    ropeTurnsNeighbours: shape.interleavedRope ? 1 : 0,
    embeddings,
    output,
    outputNorm: placeVector(memory, source, 'output_norm.weight') ?? 0,
    layerTable: table,
    cosines: memory.takeFloats(ropes.cos()),
    sines: memory.takeFloats(ropes.sin()),
    loraTable: 0,
  });
  placeScratch(memory, shape, { contextTokens, threads, lowStride });
}

/** An adapter in the memory. */
export interface PlacedLora {
  readonly table: number;
  /** The most that the ranks of linears which read the same row come to. */
  readonly highestRanks: number;
}

/** Lays an adapter's matrices into the memory. */
export function placeLora(memory: KernelMemory, lora: LoraFile, layers: number): PlacedLora {
  const entries: number[] = [];
  let highestRanks = 0;
  for (let layer = 0; layer < layers; layer += 1) {
    for (const names of readTogether) {
      let ranks = 0;
      for (const name of names) {
        const linear = lora.linear(layer, name);
        if (linear === undefined) entries.push(0, 0, 0);
        else {
          const { rank, a, b } = packLora(linear);
          entries.push(rank, memory.takeBytes(a), memory.takeBytes(b));
          ranks += rank;
        }
      }
      highestRanks = Math.max(highestRanks, ranks);
    }
  }
  return { table: placeWords(memory, entries), highestRanks };
}

function placeLayers(memory: KernelMemory, source: ModelSource): number {
  const entries: number[] = [];
  for (let layer = 0; layer < source.shape.layers; layer += 1) {
    const name = (part: string): string => `blk.${String(layer)}.${part}`;
    const linear = (part: (typeof linearNames)[number]): number => placeLinear(memory, source, layer, part);
    const bias = (part: string): number => placeVector(memory, source, name(`${part}.bias`)) ?? 0;
    entries.push(
      placeVector(memory, source, name('attn_norm.weight')) ?? 0,
      ...(['attn_q', 'attn_k', 'attn_v', 'attn_output'] as const).map(linear),
      placeVector(memory, source, name('ffn_norm.weight')) ?? 0,
      ...(['ffn_gate', 'ffn_up', 'ffn_down'] as const).map(linear),
      ...['attn_q', 'attn_k', 'attn_v'].map(bias),
    );
  }
  return placeWords(memory, entries);
}

function placeLinear(memory: KernelMemory, source: ModelSource, layer: number, part: string): number {
  const name = `blk.${String(layer)}.${part}.weight`;
  const { columns, rows } = describe(source, name);
  const [from, to] = linearSides(source.shape)[part] ?? [0, 0];
  if (columns !== from || rows !== to) throw rejectModel(`${name} is ${String(rows)} x ${String(columns)}.`);
  return placeMatrix(memory, source, name);
}

function describe({ header, fileBytes }: ModelSource, name: string): PackedMatrix {
  return describeMatrix(header, tensorNamed(header, name), fileBytes);
}

function placeMatrix(memory: KernelMemory, source: ModelSource, name: string): number {
  const matrix = describe(source, name);
  const bytes = packedBytes(matrix);
  const at = memory.take(bytes);
  packMatrix(source.read, matrix, new Uint8Array(memory.memory.buffer, at, bytes));
  return at;
}

/** The address of a vector of floats; undefined where the file has none of that name. */
function placeVector(memory: KernelMemory, source: ModelSource, name: string): number | undefined {
  if (!source.header.tensors.some((tensor) => tensor.name === name)) return undefined;
  return memory.takeFloats(readFloatRows(source.read, describe(source, name), 0, 1));
}

function placeWords(memory: KernelMemory, entries: readonly number[]): number {
  const at = memory.take(4 * entries.length);
  memory.words(at, entries.length).set(entries);
  return at;
}

function placeScratch(
  memory: KernelMemory,
  shape: LlamaShape,
  { contextTokens, threads, lowStride }: { contextTokens: number; threads: number; lowStride: number },
): void {
  const { hidden, heads, kvHeads, headSize, feedForward, vocabulary } = shape;
  const widest = Math.max(hidden, heads * headSize, feedForward);
  const rows = (floats: number): number => memory.take(4 * floats * mostTokens);
  const scoresRow = 4 * blockTokens * Math.ceil(contextTokens / blockTokens);
  const scoresStride = tileTokens * (heads / kvHeads) * scoresRow;
  memory.set({
    states: rows(hidden),
    normed: rows(hidden),
    bytes: memory.take(widest * mostTokens),
    scales: rows(widest / blockWeights),
    sums: rows(widest / blockWeights),
    queries: rows(heads * headSize),
    keys: rows(kvHeads * headSize),
    values: rows(kvHeads * headSize),
    attended: rows(heads * headSize),
    gate: rows(feedForward),
    up: rows(feedForward),
    low: rows(Math.max(1, lowStride)),
    lowStride,
    scores: memory.take(threads * scoresStride),
    scoresStride,
    scoresRow,
    tokenIds: rows(1),
    positions: rows(1),
    blockLists: rows(1),
    rowPlaces: memory.take(4 * mostRows),
    logits: memory.take(4 * mostRows * Math.ceil(vocabulary / 4) * 4),
    hiddenOut: memory.take(4 * mostRows * hidden),
  });
}
