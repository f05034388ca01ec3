/**
 * Where the agent's questions meet the user's answers. An answer may come before its question, because the screen
 * hears of a call before the agent asks. Knows ids only.
 */
import type { ApprovalAnswer } from '../agent/run-call.ts';
import type { Id } from '../protocol/id.ts';

export class ApprovalDesk {
  readonly #waiting = new Map<Id, (answer: ApprovalAnswer) => void>();
  readonly #early = new Map<Id, ApprovalAnswer>();

  /** Resolves with the user's word; with false when the signal aborts first. */
  ask(callId: Id, signal: AbortSignal): Promise<ApprovalAnswer> {
    const early = this.#early.get(callId);
    if (early !== undefined || signal.aborted) {
      this.#early.delete(callId);
      return Promise.resolve(early ?? false);
    }
    return new Promise((resolve) => {
      const settle = (answer: ApprovalAnswer): void => {
        this.#waiting.delete(callId);
        signal.removeEventListener('abort', onAbort);
        resolve(answer);
      };
      const onAbort = (): void => settle(false);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(callId, settle);
    });
  }

  /** The user's word on one call. The first word counts. */
  decide(callId: Id, answer: ApprovalAnswer): void {
    const settle = this.#waiting.get(callId);
    if (settle !== undefined) settle(answer);
    else if (!this.#early.has(callId)) this.#early.set(callId, answer);
  }

  /** Forgets words on calls that never asked. */
  clear(): void {
    this.#early.clear();
  }
}
