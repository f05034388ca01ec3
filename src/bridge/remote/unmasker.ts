/**
 * Puts back what was masked, in an answer that arrives in pieces: a placeholder may begin in one piece and end in a later
 * one, so what could still become one is held back. Knows texts only.
 */

/** Puts originals back where their placeholders stand in a stream of pieces; the longest placeholder wins. */
export class Unmasker {
  readonly #originals: ReadonlyMap<string, string>;
  /** Longest first. */
  readonly #placeholders: readonly string[];
  #held = '';

  constructor(originals: ReadonlyMap<string, string>) {
    this.#originals = originals;
    this.#placeholders = [...originals.keys()]
      .filter((placeholder) => placeholder !== '')
      .toSorted((left, right) => right.length - left.length);
  }

  /** What may be passed on now, unmasked. */
  push(piece: string): string {
    return this.#replace(this.#held + piece, false);
  }

  /** What was held back, once no more will come. */
  end(): string {
    return this.#replace(this.#held, true);
  }

  #replace(text: string, whole: boolean): string {
    this.#held = '';
    let output = '';
    for (let at = 0; at < text.length;) {
      const rest = text.slice(at);
      const found = this.#placeholders.find((placeholder) => rest.startsWith(placeholder));
      const open = this.#placeholders.some(
        (placeholder) => placeholder.length > (found ?? rest).length && placeholder.startsWith(rest),
      );
      if (open && !whole) {
        this.#held = rest;
        return output;
      }
      output += found === undefined ? text.charAt(at) : (this.#originals.get(found) ?? '');
      at += found?.length ?? 1;
    }
    return output;
  }
}
