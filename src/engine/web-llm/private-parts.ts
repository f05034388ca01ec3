/**
 * What MLCEngine keeps to itself and is needed here: the tokenizer, the GPU device, the steps around a generation.
 * The only file that knows these names; it is held to one version of web-llm, which package-lock.json pins.
 */
import type { LogitProcessor, MLCEngine } from '@mlc-ai/web-llm';
import { Fault, faultCodes } from '../../protocol/fault.ts';

export interface Tokenizer {
  encode(text: string): Int32Array;
  decode(tokens: Int32Array): string;
  getVocabSize(): number;
}

/** The runtime that the model library is linked with. */
interface Runtime {
  readonly lib: { readonly webGPUContext?: { readonly device: GPUDevice } };
  beginScope(): void;
  endScope(): void;
  /** A function of the runtime; lives until the end of the scope. */
  getGlobalFunc(name: string): (...values: unknown[]) => unknown;
  scalar(value: number, type: 'int32' | 'int64'): unknown;
}

/** A loaded model of web-llm, as far as it is used here. */
export interface Pipeline {
  readonly tokenizer: Tokenizer;
  readonly tvm: Runtime;
  /** Called with the scores of every step where it is set; costs a copy from the GPU. */
  logitProcessor: LogitProcessor | undefined;
  /** `kv_cache` for a transformer; other kinds of state cannot be cut back. */
  readonly kvStateKind: string;
  readonly kvCache: unknown;
  /** Tokens whose keys and values are in the cache. */
  filledKVCacheLength: number;
  /** Tokens that were generated since the last prompt was read. */
  readonly outputIds: readonly number[];
  /** What has been said since the last prompt was read. */
  getMessage(): string;
  /** Empties the cache; called before a prompt is read, while `filledKVCacheLength` still tells its length. */
  resetKVCache(): void;
  /** The prompt's tokens (lists, one after the other) and how many they are; called once a prompt, after the reset. */
  getInputData(): Promise<[tokens: number[][], count: number, ...rest: unknown[]]>;
}

/** The loaded model. Throws Fault `engine-failed` where web-llm is built otherwise than this file knows. */
export function openPipeline(engine: MLCEngine, modelId: string): Pipeline {
  const pipeline = engine['loadedModelIdToPipeline'].get(modelId) as unknown as Partial<Pipeline> | undefined;
  const known =
    typeof pipeline?.tokenizer?.encode === 'function' &&
    typeof pipeline.getMessage === 'function' &&
    typeof pipeline.resetKVCache === 'function' &&
    typeof pipeline.getInputData === 'function' &&
    typeof pipeline.filledKVCacheLength === 'number' &&
    pipeline.tvm?.lib.webGPUContext?.device !== undefined;
  if (known) return pipeline as Pipeline;
  throw new Fault({
    code: faultCodes.engineFailed,
    message: 'This version of web-llm is not the one that the adapter was written for.',
    remedy: 'Install the version of @mlc-ai/web-llm that package-lock.json names.',
  });
}

/** The GPU device that holds the model. */
export function deviceOf({ tvm }: Pipeline): GPUDevice | undefined {
  return tvm.lib.webGPUContext?.device;
}
