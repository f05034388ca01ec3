/** Values handed from a callback to a loop: what is sent while nobody reads is kept, in order. */
export class Channel<Value> implements AsyncIterable<Value> {
  #waiting: Value[] = [];
  #closed = false;
  #wake: () => void = () => undefined;

  /** True once nothing more will come than what is waiting. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Hands over a value. After `close` it is dropped. */
  send(value: Value): void {
    if (this.#closed) return;
    this.#waiting.push(value);
    this.#wake();
  }

  /** Ends the loop once it has read what is waiting. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value, void> {
    for (;;) {
      const batch = this.#waiting;
      this.#waiting = [];
      yield* batch;
      if (this.#waiting.length > 0) continue;
      if (this.#closed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
