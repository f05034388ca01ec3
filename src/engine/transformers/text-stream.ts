/**
 * Bytes of tokens -> pieces of text, as they may be shown: whole characters only, and never a part of a stop text.
 * Knows nothing of tokens and requests.
 */

export interface TextStreamOptions {
  /** The text ends before any of these; empty ones are ignored. */
  readonly stop?: readonly string[];
}

/** Length of the longest end of `text` with which one of the stop texts begins. */
function heldBack(text: string, stops: readonly string[]): number {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (stops.some((stop) => stop.startsWith(end))) return length;
  }
  return 0;
}

export class TextStream {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #stops: readonly string[];
  /** What may be the beginning of a stop text. */
  #held = '';
  #stopped = false;

  constructor({ stop = [] }: TextStreamOptions = {}) {
    this.#stops = stop.filter((text) => text !== '');
  }

  /** True once a stop text was met: nothing follows. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Takes a token's bytes; the text that can be shown now, perhaps none. */
  push(bytes: Uint8Array): string {
    if (this.#stopped) return '';
    let shown = '';
    // Character by character: where a text ends must not depend on how it was cut into tokens.
    for (const character of this.#decoder.decode(bytes, { stream: true })) {
      const text = this.#held + character;
      const met = Math.max(0, ...this.#stops.map((stop) => (text.endsWith(stop) ? stop.length : 0)));
      if (met > 0) {
        this.#stopped = true;
        this.#held = '';
        return shown + text.slice(0, text.length - met);
      }
      const held = heldBack(text, this.#stops);
      this.#held = text.slice(text.length - held);
      shown += text.slice(0, text.length - held);
    }
    return shown;
  }

  /** The rest, once no token follows. A character whose last bytes never came is left out. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }
}
