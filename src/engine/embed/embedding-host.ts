/**
 * The embedding worker's side of the contract: one model store, one encoder at a time, a table of what can be cancelled.
 * A GPU is used where it gives the known answer; else, and where there is none, WebAssembly computes. Every error leaves
 * as a Fault. Knows how an encoder is opened; nothing of what the vectors are for.
 */
import type { LoadProgress } from '../../protocol/engine.ts';
import type {
  EmbedderLoadRequest,
  EmbeddingApi,
  Embeddings,
  EmbedProgress,
  LoadedEmbedder,
} from '../../protocol/embedding.ts';
import { Fault, faultCodes, notLoadedFault, toFault } from '../../protocol/fault.ts';
import type { Id } from '../../protocol/id.ts';
import type { EmbedderEntry, ModelFile } from '../../protocol/model.ts';
import type { DeviceFacts } from '../choose-backend.ts';
import type { ModelStore } from '../model-store.ts';
import type { OnnxBackend, OnnxRuntime } from '../onnx/onnx-runtime.ts';
import type { Gpu } from '../onnx/open-gpu.ts';
import { RunningCalls } from '../running-calls.ts';
import { useWasmUrls } from '../wasm-urls.ts';
import { SentenceEncoder } from './sentence-encoder.ts';
import type { SentenceEncoderOptions } from './sentence-encoder.ts';

export interface EmbeddingHostOptions {
  readonly store: ModelStore;
  /** What this device has; asked at each load. */
  readonly probe: () => Promise<DeviceFacts>;
  readonly loadRuntime: (backend: OnnxBackend, threads: number) => Promise<OnnxRuntime>;
  readonly openGpu: () => Promise<Gpu>;
}

type EncoderFiles = Pick<SentenceEncoderOptions, 'embedder' | 'weights' | 'tokenizer'>;

interface Choice {
  readonly backend: OnnxBackend;
  readonly reason: string;
}

const mostThreads = 4;
/** Cosine over the known beginning of a vector below which a GPU is not believed. */
const leastCosine = 0.999;

function chooseBackend(device: DeviceFacts, preferred: OnnxBackend | undefined): Choice {
  if (preferred !== undefined) return { backend: preferred, reason: `The caller asked for ${preferred}.` };
  if (device.webgpu === 'shader-f16' || device.webgpu === 'no-shader-f16') {
    return { backend: 'webgpu', reason: 'A GPU is there: WebGPU is the fastest path.' };
  }
  return onProcessor(device, 'No GPU is there');
}

function onProcessor({ crossOriginIsolated, hardwareConcurrency }: DeviceFacts, why: string): Choice {
  return crossOriginIsolated && hardwareConcurrency > 1
    ? { backend: 'wasm-threads', reason: `${why}: WebAssembly with threads.` }
    : { backend: 'wasm-single', reason: `${why}: WebAssembly with one thread.` };
}

/** Whether the encoder gives what is known to be right; true where nothing is known. */
async function isRight(encoder: SentenceEncoder, { knownAnswer }: EmbedderEntry): Promise<boolean> {
  if (knownAnswer === undefined) return true;
  const { text, beginning } = knownAnswer;
  const { values } = await encoder.embed([text]);
  let [product, known, own] = [0, 0, 0];
  for (const [at, expected] of beginning.entries()) {
    const value = values[at] ?? 0;
    product += expected * value;
    known += expected * expected;
    own += value * value;
  }
  return product >= leastCosine * Math.sqrt(known * own) && own > 0;
}

export class EmbeddingHost implements EmbeddingApi {
  readonly #options: EmbeddingHostOptions;
  readonly #running = new RunningCalls();
  #encoder: SentenceEncoder | undefined;
  /** Loads, unloads and embeddings run one after the other; this is the last one's end. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: EmbeddingHostOptions) {
    this.#options = options;
  }

  async load(
    requestId: Id,
    request: EmbedderLoadRequest,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<LoadedEmbedder> {
    return await this.#running.run(requestId, (signal) =>
      this.#inTurn(async () => {
        signal.throwIfAborted();
        await this.#close();
        useWasmUrls(request.wasmUrls);
        const { embedder } = request;
        const weights = await this.#open(embedder.weights, request, signal, onProgress);
        const tokenizer = await this.#open(embedder.tokenizer, request, signal, onProgress);
        onProgress({ type: 'initialise-started' });
        const device = await this.#options.probe();
        const files = {
          embedder,
          weights,
          tokenizer: await tokenizer.text(),
        };
        const { encoder, choices } = await this.#build(files, device, request.backend);
        if (signal.aborted) await encoder.dispose();
        signal.throwIfAborted();
        this.#encoder = encoder;
        return {
          id: embedder.id,
          weightsHash: embedder.weights.sha256,
          dimensions: embedder.dimensions,
          backend: choices.at(-1)?.backend ?? 'wasm-single',
          choiceReasons: choices.map(({ reason }) => reason),
        };
      }),
    );
  }

  async embed(
    requestId: Id,
    texts: readonly string[],
    onProgress: (progress: EmbedProgress) => void,
  ): Promise<Embeddings> {
    return await this.#running.run(requestId, (signal) =>
      this.#inTurn(async () => {
        if (this.#encoder === undefined) throw notLoadedFault();
        return await this.#encoder.embed(texts, { signal, onProgress });
      }),
    );
  }

  cancel(requestId: Id): Promise<void> {
    this.#running.cancel(requestId);
    return Promise.resolve();
  }

  async unload(): Promise<void> {
    this.#running.cancelAll();
    await this.#inTurn(() => this.#close());
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }

  async #close(): Promise<void> {
    const encoder = this.#encoder;
    this.#encoder = undefined;
    await encoder?.dispose();
    this.#options.store.release();
  }

  async #open(
    file: ModelFile,
    { modelsUrl, downloadFrom }: EmbedderLoadRequest,
    signal: AbortSignal,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<Blob> {
    return await this.#options.store.open({
      file,
      modelsUrl,
      signal,
      onProgress,
      ...(downloadFrom === undefined ? {} : { downloadFrom }),
    });
  }

  /** The encoder, and what was tried for it in turn. */
  async #build(
    files: EncoderFiles,
    device: DeviceFacts,
    preferred: OnnxBackend | undefined,
  ): Promise<{ readonly encoder: SentenceEncoder; readonly choices: readonly Choice[] }> {
    const first = chooseBackend(device, preferred);
    if (first.backend === 'webgpu') {
      const trial = await this.#tryGpu(files);
      if (typeof trial !== 'string') return { encoder: trial, choices: [first] };
      if (preferred !== undefined) {
        throw new Fault({
          code: faultCodes.wrongResults,
          message: 'The sentence encoder cannot be used on this GPU.',
          reason: trial,
          remedy: 'Load it on WebAssembly.',
          details: { gpu: device.gpu },
        });
      }
      const second = onProcessor(device, trial);
      return { encoder: await this.#openOn(files, device, second.backend), choices: [first, second] };
    }
    return { encoder: await this.#openOn(files, device, first.backend), choices: [first] };
  }

  async #openOn(
    files: EncoderFiles,
    { hardwareConcurrency }: DeviceFacts,
    backend: OnnxBackend,
  ): Promise<SentenceEncoder> {
    const threads = Math.max(1, Math.min(mostThreads, hardwareConcurrency >> 1));
    const runtime = await this.#options.loadRuntime(backend, threads);
    return await SentenceEncoder.open({ ...files, runtime });
  }

  /** The encoder on the GPU, or why it cannot be there. */
  async #tryGpu(files: EncoderFiles): Promise<SentenceEncoder | string> {
    try {
      const runtime = await this.#options.loadRuntime('webgpu', 1);
      const gpu = await this.#options.openGpu();
      const encoder = await SentenceEncoder.open({ ...files, runtime, gpu });
      if (await isRight(encoder, files.embedder)) return encoder;
      await encoder.dispose();
      return 'The GPU did not give the known answer';
    } catch (error) {
      // A file that no backend takes is refused again on the processor.
      const { message } = toFault(error);
      return `The GPU failed (${message.replace(/\.$/, '')})`;
    }
  }
}
