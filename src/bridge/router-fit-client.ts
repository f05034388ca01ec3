/**
 * The thread that learns a router, as the page asks it: begun for one fit, and ended with it. Knows its call; nothing of fits.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { RouterExample, RouterFit, RouterFitApi } from '../protocol/decision-facts.ts';
import { startFlywheelWorker } from './masking-client.ts';
import { WorkerThread } from './worker-thread.ts';

function workerGone(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The worker that learns from the log is gone.',
    reason,
    remedy: 'Try again; what was learned before is kept.',
  });
}

/** See `RouterFitApi.fitRouter`. Rejects with Fault `worker-died`. */
export async function fitInWorker(examples: readonly RouterExample[]): Promise<RouterFit | undefined> {
  const thread = new WorkerThread<RouterFitApi>({ start: startFlywheelWorker, gone: workerGone });
  try {
    return await thread.call(async (remote) => await remote.fitRouter(examples));
  } finally {
    thread.dispose();
  }
}
