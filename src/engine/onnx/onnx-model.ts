/**
 * A decoder graph in an ONNX Runtime session, as a `CausalModel`: makes the inputs of a run from steps and caches and
 * takes its outputs apart. Steps of one token with one adapter run as one batch, whatever their lengths.
 * Knows names and shapes of the graph; knows no files and no choice of backend.
 */
import type { Tensor } from 'onnxruntime-web';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { CausalModel, ForwardResult, ForwardStep } from '../transformers/causal-model.ts';
import { checkStep, isBatch, usedAfterDispose } from '../transformers/check-step.ts';
import type { EmbeddingTable } from './embedding-table.ts';
import { KvBlockStore } from './kv-blocks.ts';
import { SequenceCache } from './kv-cache.ts';
import type { Feeds, KvStep, KvStore } from './kv-cache.ts';
import { KvRowStore } from './kv-rows.ts';
import { graphNames } from './llama-graph.ts';
import type { LlamaShape } from './llama-shape.ts';
import { onnxFault } from './onnx-faults.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';
import type { OnnxSession } from './onnx-session.ts';
import type { Gpu } from './open-gpu.ts';

export interface OnnxModelParts {
  readonly runtime: OnnxRuntime;
  readonly session: OnnxSession;
  readonly shape: LlamaShape;
  readonly contextTokens: number;
  readonly embeddings: EmbeddingTable;
  /** LoRA inputs of the base (id undefined) and of each adapter; empty feeds where the graph takes none. */
  readonly lora: ReadonlyMap<string | undefined, Feeds>;
  /** The GPU that blocks live on. Absent on WebAssembly. */
  readonly gpu?: Gpu;
}

/** A step with the cache as this room made it. */
type OwnStep = ForwardStep & { readonly cache: SequenceCache };

export class OnnxModel implements CausalModel {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly contextTokens: number;
  /** Ids of the adapters that steps may name. */
  readonly adapters: readonly string[];
  readonly #parts: OnnxModelParts;
  readonly #store: KvStore;
  readonly #caches = new Set<SequenceCache>();
  #running: Promise<unknown> | undefined;
  #disposed = false;

  constructor(parts: OnnxModelParts) {
    const { shape, contextTokens, lora, runtime, gpu } = parts;
    this.#parts = parts;
    this.vocabularySize = shape.vocabulary;
    this.hiddenSize = shape.hidden;
    this.contextTokens = contextTokens;
    this.adapters = [...lora.keys()].filter((id) => id !== undefined);
    const sides = { layers: shape.layers, heads: shape.kvHeads, headSize: shape.headSize };
    this.#store =
      gpu === undefined ? new KvRowStore(runtime, sides) : new KvBlockStore(runtime, sides, gpu.device);
  }

  createCache(): SequenceCache {
    return new SequenceCache(this.#caches);
  }

  async forward(steps: readonly ForwardStep[]): Promise<readonly ForwardResult[]> {
    const own = steps.map((step) => this.#check(step));
    if (this.#running !== undefined || this.#disposed) throw notReady(this.#disposed);
    const running = this.#runAll(own);
    this.#running = running;
    try {
      return await running;
    } catch (error) {
      throw onnxFault(error, faultCodes.engineFailed);
    } finally {
      this.#running = undefined;
    }
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    // A run under way still reads what is to be freed; whoever started it hears of its failure.
    await this.#running?.catch(() => undefined);
    await this.#parts.session.release(() => {
      for (const cache of this.#caches) cache.dispose();
      for (const feeds of this.#parts.lora.values()) {
        for (const tensor of Object.values(feeds)) tensor.dispose();
      }
    });
  }

  async #runAll(steps: readonly OwnStep[]): Promise<readonly ForwardResult[]> {
    const results: ForwardResult[] = [];
    for (const group of isBatch(steps) ? [steps] : steps.map((step) => [step])) {
      results.push(...(await this.#run(group)));
    }
    return results;
  }

  #check(step: ForwardStep): OwnStep {
    const { cache } = step;
    if (!(cache instanceof SequenceCache) || !this.#caches.has(cache)) throw usedAfterDispose();
    checkStep(step, { contextTokens: this.contextTokens, hasAdapter: this.#parts.lora.has(step.adapter) });
    return { ...step, cache };
  }

  /** Runs steps that read equally many tokens: one step, or many of one token. */
  async #run(group: readonly OwnStep[]): Promise<ForwardResult[]> {
    const { session, lora } = this.#parts;
    const steps = group.map(({ cache, tokens }): KvStep => ({ cache, count: tokens.length }));
    const inputs = this.#inputs(group);
    const past = this.#store.feed(steps);
    const feeds = { ...inputs, ...past.feeds, ...lora.get(group[0]?.adapter) };
    const outputs = await session.run(feeds, past.release);
    this.#store.settle(steps, outputs);
    return this.#results(group, outputs);
  }

  #inputs(group: readonly OwnStep[]): Record<string, Tensor> {
    const { Tensor: Make } = this.#parts.runtime;
    const width = group[0]?.tokens.length ?? 0;
    const lengths = group.map(({ cache, tokens }) => cache.length + tokens.length);
    const rows = group.flatMap(({ logits }, row) =>
      logits === 'last'
        ? [row * width + width - 1]
        : Array.from({ length: width }, (_, place) => row * width + place),
    );
    const embeds = this.#parts.embeddings.look(group.flatMap(({ tokens }) => tokens));
    return {
      [graphNames.embeds]: new Make('float32', embeds, [group.length, width, this.hiddenSize]),
      [graphNames.lastPositions]: new Make(
        'int32',
        Int32Array.from(lengths, (length) => length - 1),
        [group.length],
      ),
      [graphNames.totalLength]: new Make('int32', Int32Array.of(Math.max(...lengths)), []),
      [graphNames.rows]: new Make('int64', BigInt64Array.from(rows, BigInt), [rows.length]),
    };
  }

  #results(group: readonly OwnStep[], outputs: Feeds): ForwardResult[] {
    const logits = outputs[graphNames.logits]?.data as Float32Array;
    const hidden = outputs[graphNames.hidden]?.data as Float32Array;
    let row = 0;
    return group.map((step) => {
      const count = step.logits === 'last' ? 1 : step.tokens.length;
      const first = row;
      row += count;
      return {
        logits: cutRows(logits, { first, count, width: this.vocabularySize }),
        hidden: step.hidden === true ? cutRows(hidden, { first, count, width: this.hiddenSize }) : [],
      };
    });
  }
}

function cutRows(
  floats: Float32Array,
  rows: { readonly first: number; readonly count: number; readonly width: number },
): Float32Array[] {
  const { first, count, width } = rows;
  return Array.from({ length: count }, (_, row) =>
    floats.subarray((first + row) * width, (first + row + 1) * width),
  );
}

function notReady(disposed: boolean): Fault {
  return disposed
    ? new Fault({
        code: faultCodes.modelNotLoaded,
        message: 'The model was freed.',
        remedy: 'Load it again.',
      })
    : new Fault({
        code: faultCodes.engineFailed,
        message: 'A run began before the one before it ended.',
        remedy: 'Await each forward pass.',
      });
}
