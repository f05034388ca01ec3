/**
 * What is measured: a runtime in its page, ours or a peer's, behind one small interface, so that a case is written once
 * and asks all of them the same. Knows no case and no runtime.
 */
import type { ChatMessage, ToolCall, ToolCallRow } from '../../src/index.ts';

/** What a peer runs: the model's file, and a GGUF LoRA where one is used. */
export interface Weights {
  readonly model: Blob;
  readonly adapter?: Blob;
}

export interface Ask {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature?: number;
  readonly seed?: number;
}

/** Milliseconds count from the request. */
export interface Told {
  readonly text: string;
  readonly promptTokens: number;
  /** Tokens of the prompt that no cache held; absent where the runtime does not say. */
  readonly readTokens?: number;
  readonly tokens: number;
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

export interface CallTold extends Told {
  /** Whether the calls are those that the row expects. */
  readonly right: boolean;
  /** Those that it wrote; empty: none that can be read. */
  readonly calls: readonly ToolCall[];
}

interface CallOptions {
  /** Calls that may be written. Absent: as many as the runtime finds right. A peer's schema allows for one in any case. */
  readonly mostCalls?: number;
}

export interface OpenOptions {
  /** Requests that may run side by side. */
  readonly slots: number;
  /** Tokens of context for each of them. */
  readonly contextTokens: number;
}

export interface Subject {
  /** Gets the runtime ready to answer; says in one line what it runs. */
  readonly open: (options: OpenOptions) => Promise<string>;
  readonly ask: (ask: Ask) => Promise<Told>;
  /** Which calls serve the row's request, in the way that the runtime is meant to be asked this. */
  readonly call: (row: ToolCallRow, options?: CallOptions) => Promise<CallTold>;
  /** Gives everything back. */
  readonly close: () => Promise<void>;
}

/** Notes when the first and the last piece of an answer came. */
export class Stopwatch {
  readonly #startedAt = performance.now();
  #firstTokenMs: number | undefined;

  piece(): void {
    this.#firstTokenMs ??= performance.now() - this.#startedAt;
  }

  told(counts: Pick<Told, 'text' | 'promptTokens' | 'readTokens' | 'tokens'>): Told {
    const totalMs = performance.now() - this.#startedAt;
    return { ...counts, firstTokenMs: this.#firstTokenMs ?? totalMs, totalMs };
  }
}
