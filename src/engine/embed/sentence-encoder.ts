/**
 * Texts to vectors: tokenised, put into batches of like length, run, and put back into their order. The same code in a
 * worker and in Node. Knows tensors; where files and runtimes come from is the caller's.
 */
import type { EmbedProgress, Embeddings } from '../../protocol/embedding.ts';
import { faultCodes } from '../../protocol/fault.ts';
import type { EmbedderEntry } from '../../protocol/model.ts';
import { LazyBytes } from '../onnx/lazy-bytes.ts';
import { encodeModel } from '../onnx/onnx-format.ts';
import { onnxFault } from '../onnx/onnx-faults.ts';
import type { OnnxRuntime } from '../onnx/onnx-runtime.ts';
import { OnnxSession } from '../onnx/onnx-session.ts';
import type { Gpu } from '../onnx/open-gpu.ts';
import { openBytes } from '../read-bytes.ts';
import { buildBertGraph, encoderNames } from './bert-graph.ts';
import { BertWeights } from './bert-weights.ts';
import { planBatches } from './length-batches.ts';
import type { Batch } from './length-batches.ts';
import { SentenceTokenizer } from './sentence-tokenizer.ts';
import { WordTable } from './word-table.ts';

export interface SentenceEncoderOptions {
  readonly runtime: OnnxRuntime;
  readonly embedder: EmbedderEntry;
  /** The file `embedder.weights`; read from as long as the encoder lives. */
  readonly weights: Blob;
  /** Text of `embedder.tokenizer`. */
  readonly tokenizer: string;
  /** Absent: WebAssembly computes. */
  readonly gpu?: Gpu;
}

export interface EmbedOptions {
  /** Heard between two batches. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EmbedProgress) => void;
}

/** Added to a score before the softmax: what is this far below the others gets no share that a float could hold. */
const farBelow = -10_000;

/** WebAssembly holds its thread without a break; a cancel arrives as a message, and those wait for one. */
async function letMessagesIn(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve);
  });
}

export class SentenceEncoder {
  readonly #runtime: OnnxRuntime;
  readonly #session: OnnxSession;
  readonly #tokenizer: SentenceTokenizer;
  readonly #words: WordTable;
  readonly #dimensions: number;

  private constructor(parts: {
    readonly runtime: OnnxRuntime;
    readonly session: OnnxSession;
    readonly tokenizer: SentenceTokenizer;
    readonly words: WordTable;
    readonly dimensions: number;
  }) {
    this.#runtime = parts.runtime;
    this.#session = parts.session;
    this.#tokenizer = parts.tokenizer;
    this.#words = parts.words;
    this.#dimensions = parts.dimensions;
  }

  /** Rejects with a Fault: model-rejected, out-of-memory, device-lost, engine-failed. */
  static async open(options: SentenceEncoderOptions): Promise<SentenceEncoder> {
    const { runtime, embedder, weights: file, gpu } = options;
    const tokenizer = new SentenceTokenizer(options.tokenizer, embedder.maxTokens);
    const read = await openBytes(file);
    const weights = new BertWeights({ read, bytes: file.size }, embedder);
    const { vocabulary, hidden } = weights.shape;
    const { start } = weights.place('embeddings.word_embeddings.weight', [vocabulary, hidden]);
    const words = new WordTable({ read, start, rows: vocabulary, columns: hidden });
    const graph = buildBertGraph(weights);
    try {
      const session = await OnnxSession.open({
        runtime,
        graph: encodeModel(graph),
        options: {
          externalData: graph.weights.map(({ name, byteLength, make }) => ({
            path: name,
            data: new LazyBytes(byteLength, make),
          })),
          graphOptimizationLevel: 'all',
          // An arena grows by doubling and gives nothing back; without it the same work is as fast in less memory.
          enableCpuMemArena: false,
          enableMemPattern: false,
        },
        gpu,
      });
      return new SentenceEncoder({ runtime, session, tokenizer, words, dimensions: embedder.dimensions });
    } catch (error) {
      throw onnxFault(error, faultCodes.modelRejected);
    }
  }

  /**
   * One vector a text: (texts, dimensions). No text gives no vector; an empty one has a vector too.
   * Rejects with a Fault (out-of-memory, device-lost, engine-failed) or with the signal's reason.
   */
  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Embeddings> {
    const { signal, onProgress = () => undefined } = options;
    signal?.throwIfAborted();
    const tokenised = texts.map((text) => this.#tokenizer.encode(text));
    const values = new Float32Array(texts.length * this.#dimensions);
    let doneTexts = 0;
    for (const batch of planBatches(tokenised.map(({ tokens }) => tokens.length))) {
      signal?.throwIfAborted();
      const rows = await this.#run(
        batch,
        batch.places.map((place) => tokenised[place]?.tokens ?? []),
      );
      for (const [row, place] of batch.places.entries()) {
        values.set(
          rows.subarray(row * this.#dimensions, (row + 1) * this.#dimensions),
          place * this.#dimensions,
        );
      }
      doneTexts += batch.places.length;
      onProgress({ doneTexts, totalTexts: texts.length });
      await letMessagesIn();
    }
    return {
      count: texts.length,
      dimensions: this.#dimensions,
      values,
      truncated: tokenised.filter(({ truncated }) => truncated).length,
    };
  }

  /** Frees the model's memory. Never rejects. */
  async dispose(): Promise<void> {
    await this.#session.release();
  }

  async #run({ tokens: width }: Batch, rows: readonly (readonly number[])[]): Promise<Float32Array> {
    const { Tensor } = this.#runtime;
    const hidden = this.#dimensions;
    const words = new Float32Array(rows.length * width * hidden);
    const mask = new Float32Array(rows.length * width).fill(farBelow);
    const shares = new Float32Array(rows.length * width);
    for (const [row, ids] of rows.entries()) {
      const start = row * width;
      for (const [at, id] of ids.entries()) {
        this.#words.copyRow(id, words.subarray((start + at) * hidden, (start + at + 1) * hidden));
      }
      mask.fill(0, start, start + ids.length);
      shares.fill(1 / ids.length, start, start + ids.length);
    }
    const feeds = {
      [encoderNames.words]: new Tensor('float32', words, [rows.length, width, hidden]),
      [encoderNames.positions]: new Tensor(
        'int32',
        Int32Array.from({ length: width }, (_, at) => at),
        [width],
      ),
      [encoderNames.mask]: new Tensor('float32', mask, [rows.length, 1, 1, width]),
      [encoderNames.shares]: new Tensor('float32', shares, [rows.length, 1, width]),
    };
    try {
      const { [encoderNames.vectors]: vectors } = await this.#session.run(feeds);
      return (await vectors?.getData()) as Float32Array;
    } catch (error) {
      throw onnxFault(error, faultCodes.engineFailed);
    }
  }
}
