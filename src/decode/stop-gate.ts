/**
 * Ends a text that arrives in pieces before the first stop text in it: that may begin in one piece and end in a later one,
 * so what could still become one is held back. Where the text ends does not depend on how it was cut. Knows texts only.
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
