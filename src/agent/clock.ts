/**
 * The time of a run: one signal for the caller's stop and for the time budget, which stands still while a person is
 * asked. Knows time; nothing of what is done in it.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import { budgetFault } from './budget.ts';

export interface RunClock {
  /** Aborts with the caller's reason, or with Fault `budget-exhausted`. */
  readonly signal: AbortSignal;
  /** Waits for a person: the time is not counted. Rejects with `aborted` where the run is stopped meanwhile. */
  outside<Value>(work: Promise<Value>): Promise<Value>;
  /** Stops the clock and whatever still listens to its signal. */
  end(): void;
}

/** Starts the clock of a run. */
export function startClock(options: {
  readonly outer?: AbortSignal;
  readonly durationMs: number;
  /** Milliseconds of it that were used before; absent: none. */
  readonly usedMs?: number;
}): RunClock {
  const { outer, durationMs, usedMs = 0 } = options;
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let leftMs = durationMs - usedMs;
  let startedAt = 0;
  let waiting = 0;
  const stop = (): void => controller.abort(outer?.reason);
  const start = (): void => {
    startedAt = performance.now();
    timer = setTimeout(() => controller.abort(budgetFault('durationMs', durationMs)), Math.max(leftMs, 0));
  };
  if (outer?.aborted === true) stop();
  outer?.addEventListener('abort', stop, { once: true });
  start();
  return {
    signal: controller.signal,
    async outside(work) {
      if (waiting === 0) {
        clearTimeout(timer);
        leftMs -= performance.now() - startedAt;
      }
      waiting += 1;
      try {
        return await untilAborted(work, controller.signal);
      } finally {
        waiting -= 1;
        if (waiting === 0) start();
      }
    },
    end() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
      controller.abort();
    },
  };
}

async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const left = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(new Fault({ code: faultCodes.aborted, message: 'The run was stopped.' }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true, signal: left.signal });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    left.abort();
  }
}
