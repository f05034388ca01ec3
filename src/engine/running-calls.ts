/**
 * The calls under way, by the ids that whoever made them gave: an id crosses a thread, a signal does not. Knows no work.
 */
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';

export class RunningCalls {
  readonly #controllers = new Map<Id, AbortController>();

  /** Runs work that `cancel` stops; its errors leave as Faults. Rejects with Fault `unexpected` for an id in use. */
  async run<Result>(id: Id, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    if (this.#controllers.has(id)) {
      throw new Fault({ code: faultCodes.unexpected, message: `The request ${id} is already running.` });
    }
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    try {
      return await work(controller.signal);
    } catch (error) {
      throw toFault(error);
    } finally {
      this.#controllers.delete(id);
    }
  }

  /** Unknown ids are ignored. */
  cancel(id: Id): void {
    this.#controllers.get(id)?.abort();
  }

  cancelAll(): void {
    for (const controller of this.#controllers.values()) controller.abort();
  }
}
