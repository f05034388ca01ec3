/** An end to waiting for work that may never settle, such as a word from a tab that is gone. */
import { abortedFault } from '../protocol/fault.ts';

/** Settles as `work` does, or rejects with Fault `aborted` once the signal is aborted; the work goes on unheard. */
export async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  if (signal.aborted) throw abortedFault();
  return await new Promise<Result>((resolve, reject) => {
    const stop = (): void => reject(abortedFault());
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
