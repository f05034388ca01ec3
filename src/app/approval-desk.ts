/**
 * Where the agent's questions meet the user's answers. An answer may come before its question, because the screen
 * hears of a call before the agent asks. Knows ids only.
 */
import type { Id } from '../protocol/id.ts';

export class ApprovalDesk {
  readonly #waiting = new Map<Id, (approved: boolean) => void>();
  readonly #early = new Map<Id, boolean>();

  /** Resolves with the user's word; with false when the signal aborts first. */
  ask(callId: Id, signal: AbortSignal): Promise<boolean> {
    const early = this.#early.get(callId);
    if (early !== undefined || signal.aborted) {
      this.#early.delete(callId);
      return Promise.resolve(early ?? false);
    }
    return new Promise((resolve) => {
      const settle = (approved: boolean): void => {
        this.#waiting.delete(callId);
        signal.removeEventListener('abort', onAbort);
        resolve(approved);
      };
      const onAbort = (): void => settle(false);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(callId, settle);
    });
  }

  /** The user's word on one call. The first word counts. */
  decide(callId: Id, approved: boolean): void {
    const settle = this.#waiting.get(callId);
    if (settle !== undefined) settle(approved);
    else if (!this.#early.has(callId)) this.#early.set(callId, approved);
  }

  /** Forgets words on calls that never asked. */
  clear(): void {
    this.#early.clear();
  }
}
