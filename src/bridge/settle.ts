/**
 * Makes promises settle: bounded by silence, by a signal, by a deadline. Knows nothing of engines.
 */
import { abortedFault, Fault, faultCodes } from '../protocol/fault.ts';
import { AwakeTimer } from '../protocol/awake-timer.ts';

/** Why a signal was aborted: the fault given to it, else `aborted`. */
export function abortReason(signal: AbortSignal): Fault {
  return signal.reason instanceof Fault ? signal.reason : abortedFault();
}

/**
 * The work's outcome, or a rejection with what `onSilence` returns once nothing was heard of it for `silenceMs` in
 * which the page was awake. `run` gets a function to call at every sign of life.
 */
export async function boundSilence<Result>(options: {
  readonly silenceMs: number;
  readonly onSilence: () => Fault;
  readonly run: (heard: () => void) => Promise<Result>;
}): Promise<Result> {
  const { silenceMs, onSilence, run } = options;
  return await new Promise<Result>((resolve, reject) => {
    const timer = new AwakeTimer({ limitMs: silenceMs, onExpire: () => reject(onSilence()) });
    run(timer.touch)
      .then(resolve, reject)
      .finally(() => timer.stop());
  });
}

/** The signals' first abort ends the wait at once, whatever the work does then; its later outcome is dropped. */
export async function boundBySignal<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return await work;
  return await new Promise<Result>((resolve, reject) => {
    const giveUp = (): void => reject(abortReason(signal));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** A signal that aborts with the caller's, or with a Fault `deadline-exceeded` when the time is over. */
export interface DeadlineSignal {
  readonly signal: AbortSignal;
  /** Forgets timer and listener. */
  readonly release: () => void;
}

export function deadlineSignal(options: {
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number | undefined;
}): DeadlineSignal {
  const { signal, deadlineMs } = options;
  const controller = new AbortController();
  const stop = (): void => controller.abort(abortedFault());
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const expire = (): void =>
    controller.abort(
      new Fault({
        code: faultCodes.deadlineExceeded,
        message: 'The answer was not there in time.',
        reason: `It was wanted within ${String(deadlineMs)} ms.`,
        remedy: 'Allow more time, ask for a shorter answer, or give the request a higher priority.',
        details: { deadlineMs: deadlineMs ?? 0 },
      }),
    );
  const timer = deadlineMs === undefined ? undefined : setTimeout(expire, Math.max(0, deadlineMs));
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    },
  };
}
