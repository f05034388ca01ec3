/**
 * A model of the Llama family whose adapter can be trained: losses and gradients of a pack of tokens, on ONNX Runtime.
 * Weights are frozen floats, unpacked from the GGUF file one tensor at a time, straight into the runtime's memory.
 * Knows sessions and tensors; knows nothing of rows, optimisers or steps.
 */
import { faultCodes } from '../../protocol/fault.ts';
import { readGgufHeader } from '../gguf.ts';
import { EmbeddingTable } from '../onnx/embedding-table.ts';
import type { Feeds } from '../onnx/kv-cache.ts';
import { LazyBytes } from '../onnx/lazy-bytes.ts';
import type { GraphSource, LazyGraph } from '../onnx/llama-graph.ts';
import { readLlamaShape, tensorNamed } from '../onnx/llama-shape.ts';
import { onnxFault } from '../onnx/onnx-faults.ts';
import { encodeModel } from '../onnx/onnx-format.ts';
import type { OnnxRuntime } from '../onnx/onnx-runtime.ts';
import { OnnxSession } from '../onnx/onnx-session.ts';
import type { Gpu } from '../onnx/open-gpu.ts';
import { describeMatrix } from '../onnx/tensor-reader.ts';
import { openBytes } from '../read-bytes.ts';
import { gradientName } from './adapted-linear.ts';
import { layOutAdapter } from './adapter-layout.ts';
import type { AdapterMatrix } from './adapter-layout.ts';
import { headMatrix } from './base-weights.ts';
import { buildTrainingGraph, buildTrunkGraph, firstTrained, trainingNames } from './training-graph.ts';
import type { TrainingPlan } from './training-graph.ts';

/** Tokens of one pass. Rows of several examples may stand in it: the mask says which token sees which. */
export interface TokenPack {
  readonly ids: readonly number[];
  readonly positions: readonly number[];
  /** (tokens, tokens), row by row: 0 where the row's token sees the column's, else `unseen`. */
  readonly mask: Float32Array<ArrayBuffer>;
  /** Places whose next token counts, and which it is. A place may stand here more than once. */
  readonly predictedAt: readonly number[];
  readonly targets: readonly number[];
}

/** What stands in a mask where a token does not see another: the exponential of it is 0. */
export const unseen = -1e9;

export interface TrainableModelOptions {
  readonly runtime: OnnxRuntime;
  /** A GGUF model of the Llama family. */
  readonly file: Blob;
  readonly plan: TrainingPlan;
  /** Absent: WebAssembly computes. */
  readonly gpu?: Gpu;
}

interface Gradients {
  /** Surprise at each target (natural logarithm), in the pack's order. */
  readonly surprises: Float32Array;
}

async function openSession(options: TrainableModelOptions, graph: LazyGraph): Promise<OnnxSession> {
  const { runtime, gpu } = options;
  return await OnnxSession.open({
    runtime,
    graph: encodeModel(graph),
    gpu,
    options: {
      externalData: graph.weights.map(({ name, byteLength, make }) => ({
        path: name,
        data: new LazyBytes(byteLength, make),
      })),
      graphOptimizationLevel: 'all',
      // Packs differ in length: plans and pools of memory for each length would only pile up.
      enableMemPattern: false,
      enableCpuMemArena: false,
    },
  });
}

interface Parts {
  readonly runtime: OnnxRuntime;
  readonly plan: TrainingPlan;
  readonly hidden: number;
  readonly embeddings: EmbeddingTable;
  readonly head: EmbeddingTable;
  readonly trunk: OnnxSession | undefined;
  readonly session: OnnxSession;
}

export class TrainableModel {
  /** Where the adapter's matrices lie in the flat list of parameters. */
  readonly layout: readonly AdapterMatrix[];
  /** `general.architecture` of the file. */
  readonly architecture: string;
  readonly #parts: Parts;

  private constructor(parts: Parts, layout: readonly AdapterMatrix[], architecture: string) {
    this.#parts = parts;
    this.layout = layout;
    this.architecture = architecture;
  }

  /** Rejects with a Fault: model-rejected, out-of-memory, device-lost. */
  static async open(options: TrainableModelOptions): Promise<TrainableModel> {
    const { file, plan } = options;
    const header = await readGgufHeader(file);
    const shape = readLlamaShape(header);
    const source: GraphSource = { header, fileBytes: file.size, read: await openBytes(file), shape };
    const table = describeMatrix(header, tensorNamed(header, 'token_embd.weight'), file.size);
    const headTable = headMatrix(source);
    try {
      const embeddings = new EmbeddingTable(source.read, table);
      const head = headTable.name === table.name ? embeddings : new EmbeddingTable(source.read, headTable);
      const trunk =
        firstTrained(shape, plan) === 0
          ? undefined
          : await openSession(options, buildTrunkGraph(source, plan));
      const session = await openSession(options, buildTrainingGraph(source, plan));
      const parts = { ...options, hidden: shape.hidden, embeddings, head, trunk, session };
      const architecture = String(header.metadata.get('general.architecture'));
      return new TrainableModel(parts, layOutAdapter(shape, plan), architecture);
    } catch (error) {
      throw onnxFault(error, faultCodes.modelRejected);
    }
  }

  get parameters(): number {
    return this.layout.at(-1)?.end ?? 0;
  }

  /**
   * States of a pack before the first layer that is trained, (tokens, hidden). They never change, so they may be kept.
   * Rejects with a Fault: engine-failed, out-of-memory, device-lost.
   */
  async states(pack: TokenPack): Promise<Float32Array> {
    const { embeddings, trunk } = this.#parts;
    const embedded = embeddings.look(pack.ids);
    if (trunk === undefined) return embedded;
    const outputs = await this.#run(trunk, this.#tokenFeeds(pack, embedded));
    return this.#take(outputs, trainingNames.trunk);
  }

  /**
   * Surprises at the pack's targets. The gradient of the sum of `weight` x surprise is added to `gradient`, a flat list
   * like `parameters`. Rejects as `states` does.
   */
  async addGradients(
    pack: TokenPack,
    step: {
      readonly states: Float32Array;
      readonly parameters: Float32Array<ArrayBuffer>;
      readonly weight: number;
      readonly gradient: Float32Array<ArrayBuffer>;
    },
  ): Promise<Gradients> {
    const { session, runtime } = this.#parts;
    const { states, parameters, weight, gradient } = step;
    const matrices = this.layout.map(
      ({ name, shape, start, end }) =>
        [name, new runtime.Tensor('float32', parameters.subarray(start, end), shape)] as const,
    );
    const outputs = await this.#run(session, {
      ...this.#tokenFeeds(pack, states),
      ...this.#targetFeeds(pack, weight),
      ...Object.fromEntries(matrices),
    });
    for (const { name, start } of this.layout) {
      const part = this.#take(outputs, gradientName(name));
      for (const [index, value] of part.entries())
        gradient[start + index] = (gradient[start + index] ?? 0) + value;
    }
    return { surprises: this.#take(outputs, trainingNames.surprises) };
  }

  /** Frees the weights. Never rejects. */
  async release(): Promise<void> {
    await this.#parts.trunk?.release();
    await this.#parts.session.release();
  }

  #tokenFeeds(pack: TokenPack, states: Float32Array): Feeds {
    const { Tensor } = this.#parts.runtime;
    const count = pack.ids.length;
    const positions = BigInt64Array.from(pack.positions, BigInt);
    return {
      [trainingNames.states]: new Tensor('float32', states, [count, this.#parts.hidden]),
      [trainingNames.positions]: new Tensor('int64', positions, [1, count]),
      [trainingNames.mask]: new Tensor('float32', pack.mask, [count, count]),
    };
  }

  #targetFeeds({ ids, predictedAt, targets }: TokenPack, weight: number): Feeds {
    const { runtime, head, hidden } = this.#parts;
    const count = targets.length;
    const picks = new Float32Array(count * ids.length);
    for (const [row, place] of predictedAt.entries()) picks[row * ids.length + place] = 1;
    return {
      [trainingNames.picks]: new runtime.Tensor('float32', picks, [count, ids.length]),
      [trainingNames.targets]: new runtime.Tensor('float32', head.look(targets), [count, hidden]),
      [trainingNames.counts]: new runtime.Tensor('float32', new Float32Array(count).fill(weight), [count, 1]),
    };
  }

  async #run(session: OnnxSession, feeds: Feeds): Promise<Feeds> {
    try {
      return await session.run(feeds);
    } catch (error) {
      throw onnxFault(error, faultCodes.engineFailed);
    }
  }

  #take(outputs: Feeds, name: string): Float32Array {
    const data = outputs[name]?.data;
    if (data instanceof Float32Array) return data;
    throw onnxFault(new Error(`The graph gave no ${name}.`), faultCodes.engineFailed);
  }
}
