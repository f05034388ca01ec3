/**
 * Sends events to a callback, on this thread or another, and knows when all of them have arrived.
 * A comlink proxy returns a promise, whatever its type says; a local callback and one of an event port return nothing.
 */
import { eventsArrived } from '../protocol/event-port.ts';
import { untilAborted } from './until-aborted.ts';

export class EventRelay<Event> {
  readonly #callback: (event: Event) => unknown;
  readonly #arrivals: Promise<unknown>[] = [];

  constructor(callback: (event: Event) => unknown) {
    this.#callback = callback;
  }

  /** Bound, so that it can be handed on as a callback. */
  readonly send = (event: Event): void => {
    const heard = this.#callback(event);
    if (!(heard instanceof Promise)) return;
    // A failure is reported by `settle`; until then it must not count as unhandled.
    heard.catch(() => undefined);
    this.#arrivals.push(heard);
  };

  /**
   * The work's result, once every event sent meanwhile has arrived. The work's own error comes first. A listener that
   * is gone answers nothing for ever: once `gone` is aborted, its arrivals are not waited for.
   */
  async settle<Result>(work: Promise<Result>, gone?: AbortSignal): Promise<Result> {
    try {
      return await work;
    } finally {
      const arrived = Promise.allSettled([...this.#arrivals, eventsArrived(this.#callback)]);
      await (gone === undefined ? arrived : untilAborted(arrived, gone).catch(() => undefined));
    }
  }
}
