/**
 * A model in the kernel's memory as a `CausalModel`: lays out the tokens of a step, lets the threads run, takes the logits out.
 * Knows the kernel's words; no files, no requests.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { LlamaShape } from '../onnx/llama-shape.ts';
import type { CausalModel, ForwardResult, ForwardStep } from '../transformers/causal-model.ts';
import { checkStep, usedAfterDispose } from '../transformers/check-step.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { blockTokens, KvPages, PagedCache } from './kv-pages.ts';
import { mostRows, mostTokens } from './place-model.ts';
import type { ThreadCrew } from './thread-crew.ts';

export interface KernelModelParts {
  readonly memory: KernelMemory;
  readonly crew: ThreadCrew;
  readonly shape: LlamaShape;
  readonly contextTokens: number;
  /** The address of each adapter's table, by id. */
  readonly lora: ReadonlyMap<string, number>;
}

type OwnStep = ForwardStep & { readonly cache: PagedCache };

/** Tokens of one sequence that go through the layers together with others. */
interface Piece {
  readonly cache: PagedCache;
  readonly tokens: readonly number[];
}

export class KernelModel implements CausalModel {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly contextTokens: number;
  readonly #parts: KernelModelParts;
  readonly #pages: KvPages;
  /** Where the lists of blocks of the sequences of a run stand. */
  readonly #lists: number;
  readonly #listWords: number;
  #disposed = false;

  constructor(parts: KernelModelParts) {
    const { shape, contextTokens, memory } = parts;
    this.#parts = parts;
    this.vocabularySize = shape.vocabulary;
    this.hiddenSize = shape.hidden;
    this.contextTokens = contextTokens;
    this.#pages = new KvPages(memory, 2 * shape.layers * shape.kvHeads * shape.headSize);
    this.#listWords = Math.ceil(contextTokens / blockTokens);
    this.#lists = memory.take(4 * this.#listWords * mostTokens);
  }

  createCache(): PagedCache {
    return new PagedCache(this.#pages);
  }

  async forward(steps: readonly ForwardStep[]): Promise<readonly ForwardResult[]> {
    const own = steps.map((step) => this.#check(step));
    return isOneRun(own) ? this.#readTogether(own) : own.map((step) => this.#readStep(step));
  }

  dispose(): Promise<void> {
    this.#disposed = true;
    this.#parts.crew.dismiss();
    return Promise.resolve();
  }

  #check(step: ForwardStep): OwnStep {
    const { cache, adapter } = step;
    if (this.#disposed) {
      throw new Fault({
        code: faultCodes.modelNotLoaded,
        message: 'The model was freed.',
        remedy: 'Load it again.',
      });
    }
    if (!(cache instanceof PagedCache) || cache.disposed) throw usedAfterDispose();
    const hasAdapter = adapter === undefined || this.#parts.lora.has(adapter);
    checkStep(step, { contextTokens: this.contextTokens, hasAdapter });
    return { ...step, cache };
  }

  /** All at once; of each the last token is judged. */
  #readTogether(steps: readonly OwnStep[]): ForwardResult[] {
    this.#read(steps, steps[0]?.adapter);
    let end = 0;
    const rows = this.#judge(steps.map(({ tokens }) => (end += tokens.length) - 1));
    return steps.map(({ hidden }, row) => pick(rows.slice(row, row + 1), hidden));
  }

  #readStep({ cache, tokens, adapter, logits, hidden }: OwnStep): ForwardResult {
    const rows: Row[] = [];
    for (let first = 0; first < tokens.length; first += mostTokens) {
      const piece = tokens.slice(first, first + mostTokens);
      this.#read([{ cache, tokens: piece }], adapter);
      const isLast = first + mostTokens >= tokens.length;
      if (logits === 'all') rows.push(...this.#judge(piece.map((_, row) => row)));
      else if (isLast) rows.push(...this.#judge([piece.length - 1]));
    }
    return pick(rows, hidden);
  }

  /** Tokens through the layers, into their caches. */
  #read(pieces: readonly Piece[], adapter: string | undefined): void {
    const { memory, crew, lora } = this.#parts;
    const count = pieces.reduce((sum, { tokens }) => sum + tokens.length, 0);
    // First, because it may make memory grow, and views end where memory ended.
    for (const { cache, tokens } of pieces) cache.reserve(tokens.length);
    const ids = memory.words(memory.get('tokenIds'), count);
    const positions = memory.words(memory.get('positions'), count);
    const lists = memory.words(memory.get('blockLists'), count);
    let at = 0;
    for (const [index, { cache, tokens }] of pieces.entries()) {
      const list = this.#lists + 4 * index * this.#listWords;
      memory.words(list, cache.blocks.length).set(cache.blocks);
      for (const [place, token] of tokens.entries()) {
        ids[at] = token;
        positions[at] = cache.length + place;
        lists[at] = list;
        at += 1;
      }
    }
    memory.set({ tokens: count, loraTable: adapter === undefined ? 0 : (lora.get(adapter) ?? 0) });
    crew.run('read');
    for (const { cache, tokens } of pieces) cache.append(tokens.length);
  }

  /** Logits and hidden states of tokens of the last run. */
  #judge(places: readonly number[]): Row[] {
    const { memory, crew } = this.#parts;
    const stride = Math.ceil(this.vocabularySize / 4) * 4;
    const rows: Row[] = [];
    for (let first = 0; first < places.length; first += mostRows) {
      const some = places.slice(first, first + mostRows);
      memory.words(memory.get('rowPlaces'), some.length).set(some);
      memory.set({ rows: some.length });
      crew.run('judge');
      for (const row of some.keys()) {
        rows.push({
          logits: memory.copyFloats(memory.get('logits') + 4 * row * stride, this.vocabularySize),
          hidden: memory.copyFloats(memory.get('hiddenOut') + 4 * row * this.hiddenSize, this.hiddenSize),
        });
      }
    }
    return rows;
  }
}

/** Whether steps can go through the layers at once: one adapter, no cache twice, one row of logits each, and room for them. */
function isOneRun(steps: readonly OwnStep[]): boolean {
  const [first] = steps;
  return (
    steps.length > 1 &&
    steps.reduce((sum, { tokens }) => sum + tokens.length, 0) <= mostTokens &&
    steps.every(
      ({ adapter, tokens, logits }) =>
        adapter === first?.adapter && (logits === 'last' || tokens.length === 1),
    ) &&
    new Set(steps.map(({ cache }) => cache)).size === steps.length
  );
}

interface Row {
  readonly logits: Float32Array;
  readonly hidden: Float32Array;
}

function pick(rows: readonly Row[], hidden: boolean | undefined): ForwardResult {
  return {
    logits: rows.map(({ logits }) => logits),
    hidden: hidden === true ? rows.map((row) => row.hidden) : [],
  };
}
