/**
 * Bytes of tokens -> pieces of text, as they may be shown: whole characters only, and never a part of a stop text.
 * Knows nothing of tokens and requests.
 */
import { StopGate } from '../../decode/stop-gate.ts';

export interface TextStreamOptions {
  /** The text ends before any of these; empty ones are ignored. */
  readonly stop?: readonly string[];
}

export class TextStream {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #gate: StopGate;

  constructor({ stop = [] }: TextStreamOptions = {}) {
    this.#gate = new StopGate(stop);
  }

  /** True once a stop text was met: nothing follows. */
  get stopped(): boolean {
    return this.#gate.stopped;
  }

  /** Takes a token's bytes; the text that can be shown now, perhaps none. */
  push(bytes: Uint8Array): string {
    return this.#gate.push(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The rest, once no token follows. A character whose last bytes never came is left out. */
  end(): string {
    return this.#gate.end();
  }
}
