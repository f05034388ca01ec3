/**
 * Lets a prompt that begins like the one before it be read from where they part. By itself web-llm empties its KV cache
 * before every prompt; here the emptying waits until the prompt's tokens are known, and then only the rest is cut off.
 * Knows tokens and the two steps of web-llm that are put off; nothing of requests.
 */
import type { Pipeline } from './private-parts.ts';

const cut = 'vm.builtin.kv_state_popn';
/** web-llm's one conversation. */
const sequence = 0;

function commonLength(left: readonly number[], right: readonly number[]): number {
  let length = 0;
  while (length < left.length && length < right.length && left[length] === right[length]) length += 1;
  return length;
}

export class PrefixCache {
  readonly #pipeline: Pipeline;
  readonly #empty: () => void;
  #prompt: readonly number[] = [];
  /** What the cache holds while an emptying is put off; undefined where none is. */
  #held: readonly number[] | undefined;
  #trusted = true;
  #reused = 0;

  /** Takes hold of a freshly loaded model, whose cache is empty. */
  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
    this.#empty = pipeline.resetKVCache.bind(pipeline);
    if (pipeline.kvStateKind !== 'kv_cache') return;
    const read = pipeline.getInputData.bind(pipeline);
    pipeline.resetKVCache = () => {
      this.#held ??= this.#contents();
    };
    pipeline.getInputData = async () => {
      const [tokens, , ...rest] = await read();
      const prompt = tokens.flat();
      this.#reused = this.#cutBack(prompt);
      this.#prompt = prompt;
      return [[prompt.slice(this.#reused)], prompt.length - this.#reused, ...rest];
    };
  }

  /** Tokens of the last prompt that were found in the cache and not read again. */
  get reused(): number {
    return this.#reused;
  }

  /** After a failure nobody knows how far the cache was filled: the next prompt is read whole. */
  distrust(): void {
    this.#trusted = false;
  }

  #contents(): readonly number[] {
    const { outputIds, filledKVCacheLength } = this.#pipeline;
    return [...this.#prompt, ...outputIds].slice(0, filledKVCacheLength);
  }

  /** Leaves in the cache what the prompt begins with; at least its last token is always read. */
  #cutBack(prompt: readonly number[]): number {
    const held = this.#held ?? this.#contents();
    this.#held = undefined;
    const common = this.#trusted ? Math.min(commonLength(held, prompt), prompt.length - 1) : 0;
    this.#trusted = true;
    const pipeline = this.#pipeline;
    if (common <= 0) this.#empty();
    else if (common < held.length) {
      const { tvm, kvCache } = pipeline;
      tvm.beginScope();
      try {
        tvm.getGlobalFunc(cut)(
          kvCache,
          tvm.scalar(sequence, 'int64'),
          tvm.scalar(held.length - common, 'int32'),
        );
      } finally {
        tvm.endScope();
      }
    }
    pipeline.filledKVCacheLength = Math.max(common, 0);
    return Math.max(common, 0);
  }
}
