/**
 * Text that arrives in pieces and has to be looked through for certain words before it is passed on: a word may begin
 * in one piece and end in a later one, so what could still become one is held back. Knows texts only.
 */

/** Length of the longest end of a text that a needle begins with, the needle itself being longer. */
function openEnd(text: string, needles: readonly string[]): number {
  const longest = Math.max(0, ...needles.map((needle) => needle.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (needles.some((needle) => needle.length > length && needle.startsWith(end))) return length;
  }
  return 0;
}

/** Where the needle begins that is the first to stand whole in a text; of several that end together, the longest. */
function firstWhole(text: string, needles: readonly string[]): number | undefined {
  let best: { readonly start: number; readonly end: number } | undefined;
  for (const needle of needles) {
    const start = text.indexOf(needle);
    if (start < 0) continue;
    const end = start + needle.length;
    if (best === undefined || end < best.end || (end === best.end && start < best.start))
      best = { start, end };
  }
  return best?.start;
}

/** Ends a stream of pieces before the first stop text in it. */
export class StopGate {
  readonly #stops: readonly string[];
  #held = '';
  #stopped = false;

  /** Empty texts stop nothing. */
  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== '');
  }

  /** Whether a stop text has come; nothing is passed on after it. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** What may be passed on now. */
  push(piece: string): string {
    if (this.#stopped) return '';
    const text = this.#held + piece;
    const place = firstWhole(text, this.#stops);
    if (place !== undefined) {
      this.#stopped = true;
      this.#held = '';
      return text.slice(0, place);
    }
    const held = openEnd(text, this.#stops);
    this.#held = text.slice(text.length - held);
    return text.slice(0, text.length - held);
  }

  /** What was held back, once no more will come. */
  end(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }
}

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
