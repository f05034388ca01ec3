/**
 * The time that one request may take: until the server answers, between pieces of the answer, and in all. One signal
 * for all of them and for the caller's own stop. Knows time; nothing of HTTP.
 */
import { abortedFault, Fault, faultCodes } from '../../protocol/fault.ts';
import { tooSlow } from './remote-faults.ts';
import type { SlowStage } from './remote-faults.ts';

export interface RemoteTimeouts {
  /** Milliseconds until the server begins to answer. */
  readonly connectMs: number;
  /** Milliseconds between two pieces of the answer. */
  readonly idleMs: number;
  /** Milliseconds of a whole request, with its retries. */
  readonly totalMs: number;
}

export const defaultTimeouts: RemoteTimeouts = { connectMs: 60_000, idleMs: 60_000, totalMs: 600_000 };

/** A clock of stages. `end` must be called. */
export class Deadline {
  readonly #origin: string;
  readonly #controller = new AbortController();
  readonly #timers = new Map<SlowStage, ReturnType<typeof setTimeout>>();
  readonly #left = new AbortController();

  constructor(options: {
    readonly origin: string;
    /** Each stops this clock. */
    readonly signals: readonly AbortSignal[];
  }) {
    this.#origin = options.origin;
    for (const signal of options.signals) {
      const stop = (): void => this.#abort(stopReason(signal));
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true, signal: this.#left.signal });
    }
  }

  /** Aborts with a Fault: `aborted`, `worker-died`, or `remote-unreachable` where time is up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Gives a stage its time from now on; the time it had before is forgotten. */
  expect(stage: SlowStage, milliseconds: number): void {
    this.met(stage);
    const late = (): void => this.#abort(tooSlow(this.#origin, stage, milliseconds));
    this.#timers.set(stage, setTimeout(late, milliseconds));
  }

  /** A stage is over. */
  met(stage: SlowStage): void {
    clearTimeout(this.#timers.get(stage));
    this.#timers.delete(stage);
  }

  /** Stops every timer, and lets go of the caller's signals. */
  end(): void {
    for (const stage of this.#timers.keys()) this.met(stage);
    this.#left.abort();
  }

  #abort(fault: Fault): void {
    this.#controller.abort(fault);
  }
}

/** What the engine's own signals say; a caller's reason is the caller's. */
const passedOn: ReadonlySet<string> = new Set([faultCodes.workerDied, faultCodes.remoteUnreachable]);

function stopReason(signal: AbortSignal): Fault {
  const reason: unknown = signal.reason;
  if (reason instanceof Fault && passedOn.has(reason.code)) return reason;
  return abortedFault();
}
