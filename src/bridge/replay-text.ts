/**
 * A text that survives its engine: the caller has some of it, another engine says it again from the start, and the
 * caller hears only what is new. Notices where the second telling differs from the first.
 * Pure: knows strings; nothing of engines. Pieces may be cut anywhere, also within a character's two halves.
 */
export class ReplayText {
  /** The telling under way begins behind this much of the text. */
  #base = '';
  #delivered = '';
  #position = 0;

  /** Everything the caller has heard. */
  get delivered(): string {
    return this.#delivered;
  }

  /** What the telling under way takes as said: it starts behind it. */
  get base(): string {
    return this.#base;
  }

  /** True where the telling under way has repeated, or gone beyond, all that was delivered. */
  get caughtUp(): boolean {
    return this.#position >= this.#delivered.length;
  }

  /** A new telling starts behind the base. */
  begin(): void {
    this.#position = this.#base.length;
  }

  /** From here on, tellings start behind all that was delivered. */
  rebase(): void {
    this.#base = this.#delivered;
  }

  /** The part of a piece that the caller has not heard; undefined where the piece contradicts what was delivered. */
  take(piece: string): string | undefined {
    const heard = this.#delivered.slice(this.#position, this.#position + piece.length);
    if (!piece.startsWith(heard)) return undefined;
    this.#position += piece.length;
    const fresh = piece.slice(heard.length);
    this.#delivered += fresh;
    return fresh;
  }
}
