/**
 * A decoder as the hub's ONNX exports have it (`input_ids`, `attention_mask`, `past_key_values.N.key` in; `logits`,
 * `present.N.key` out) as a `CausalModel`. One sequence a run; no hidden states and no adapters, because such files
 * have none. Knows names and shapes; nothing of files.
 */
import type { Tensor } from 'onnxruntime-web';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { onnxFault } from '../onnx/onnx-faults.ts';
import type { OnnxRuntime } from '../onnx/onnx-runtime.ts';
import type { OnnxSession } from '../onnx/onnx-session.ts';
import type { CausalModel, ForwardResult, ForwardStep } from './causal-model.ts';
import { HubCache, PresentTensors } from './hub-cache.ts';

export interface HubModelParts {
  readonly runtime: OnnxRuntime;
  readonly session: OnnxSession;
  readonly layers: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly hiddenSize: number;
  readonly vocabularySize: number;
  readonly contextTokens: number;
}

function unsupported(what: string): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `This build of the model has no ${what}.`,
    reason: "The hub's ONNX files do not carry them.",
    remedy: 'Load the GGUF build of the model.',
    details: { feature: what },
  });
}

export class HubModel implements CausalModel {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly contextTokens: number;
  readonly #parts: HubModelParts;
  /** Inputs and outputs of keys and values, in one order. */
  readonly #past: readonly string[];
  readonly #present: readonly string[];
  readonly #isHalf: boolean;

  constructor(parts: HubModelParts) {
    this.#parts = parts;
    this.vocabularySize = parts.vocabularySize;
    this.hiddenSize = parts.hiddenSize;
    this.contextTokens = parts.contextTokens;
    const parted = Array.from({ length: parts.layers }, (_, layer) =>
      ['key', 'value'].map((kind) => `${String(layer)}.${kind}`),
    ).flat();
    this.#past = parted.map((name) => `past_key_values.${name}`);
    this.#present = parted.map((name) => `present.${name}`);
    const types = parts.session.inputMetadata.map((input) => (input.isTensor ? input.type : ''));
    this.#isHalf = types.includes('float16');
  }

  createCache(): HubCache {
    return new HubCache();
  }

  async forward(steps: readonly ForwardStep[]): Promise<readonly ForwardResult[]> {
    try {
      const results: ForwardResult[] = [];
      for (const step of steps) results.push(await this.#run(step));
      return results;
    } catch (error) {
      throw onnxFault(error, faultCodes.engineFailed);
    }
  }

  async dispose(): Promise<void> {
    await this.#parts.session.release();
  }

  async #run({ cache, tokens, adapter, logits: rows, hidden }: ForwardStep): Promise<ForwardResult> {
    if (adapter !== undefined) throw unsupported('adapters');
    if (hidden === true) throw unsupported('hidden states');
    if (!(cache instanceof HubCache)) throw new Error('The cache is not of this model.');
    const past = await this.#tensorsOf(cache);
    const outputs = await this.#parts.session.run({ ...this.#inputs(cache.length, tokens), ...past });
    const present = new PresentTensors(this.#present.map((name) => outputs[name] as Tensor));
    cache.settle(present, cache.length + tokens.length);
    const logits = outputs['logits']?.data as Float32Array;
    const width = this.vocabularySize;
    const first = rows === 'last' ? tokens.length - 1 : 0;
    return {
      logits: tokens
        .slice(first)
        .map((_, row) => logits.slice((first + row) * width, (first + row + 1) * width)),
      hidden: [],
    };
  }

  #inputs(before: number, tokens: readonly number[]): Record<string, Tensor> {
    const { runtime, session } = this.#parts;
    const make = (values: readonly number[]): Tensor =>
      new runtime.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const inputs: Record<string, Tensor> = {
      input_ids: make(tokens),
      attention_mask: make(Array.from({ length: before + tokens.length }, () => 1)),
      position_ids: make(tokens.map((_, index) => before + index)),
    };
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => session.inputNames.includes(name)));
  }

  /** What the cache holds, as the inputs of a run: nothing at all is a tensor of length 0. */
  async #tensorsOf(cache: HubCache): Promise<Record<string, Tensor>> {
    const feeds: Record<string, Tensor> = {};
    for (const [index, name] of this.#past.entries()) {
      const tensor = cache.tensors?.[index];
      feeds[name] = tensor === undefined ? this.#make([], 0) : await this.#cut(tensor, cache.length);
    }
    return feeds;
  }

  /** The first `length` tokens of a tensor (1, heads, tokens, head size); itself where it has no more. */
  async #cut(tensor: Tensor, length: number): Promise<Tensor> {
    const { kvHeads, headSize } = this.#parts;
    const [, , held = 0] = tensor.dims;
    if (held === length) return tensor;
    const data = (await tensor.getData()) as Float32Array | Uint16Array;
    const heads = Array.from({ length: kvHeads }, (_, head) => {
      const start = head * held * headSize;
      return data.subarray(start, start + length * headSize);
    });
    return this.#make(heads, length);
  }

  #make(heads: readonly (Float32Array | Uint16Array)[], length: number): Tensor {
    const { runtime, kvHeads, headSize } = this.#parts;
    const count = kvHeads * length * headSize;
    const data = this.#isHalf ? new Uint16Array(count) : new Float32Array(count);
    for (const [head, values] of heads.entries()) data.set(values, head * length * headSize);
    const sides = [1, kvHeads, length, headSize];
    return data instanceof Uint16Array
      ? new runtime.Tensor('float16', data, sides)
      : new runtime.Tensor('float32', data, sides);
  }
}
