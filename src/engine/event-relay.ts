/**
 * Sends events to a callback on the other thread and knows when all of them have arrived.
 * Across threads a callback returns a promise, whatever its type says; a local one returns nothing.
 */
import { untilAborted } from './until-aborted.ts';

export class EventRelay<Event> {
  readonly #callback: (event: Event) => unknown;
  readonly #arrivals: Promise<unknown>[] = [];

  constructor(callback: (event: Event) => unknown) {
    this.#callback = callback;
  }

  /** Bound, so that it can be handed on as a callback. */
  readonly send = (event: Event): void => {
    const arrival = Promise.resolve(this.#callback(event));
    // A failure is reported by `settle`; until then it must not count as unhandled.
    arrival.catch(() => undefined);
    this.#arrivals.push(arrival);
  };

  /**
   * The work's result, once every event sent meanwhile has arrived. The work's own error comes first. A listener that
   * is gone answers nothing for ever: once `gone` is aborted, its arrivals are not waited for.
   */
  async settle<Result>(work: Promise<Result>, gone?: AbortSignal): Promise<Result> {
    try {
      return await work;
    } finally {
      const arrived = Promise.allSettled(this.#arrivals);
      await (gone === undefined ? arrived : untilAborted(arrived, gone).catch(() => undefined));
    }
  }
}
