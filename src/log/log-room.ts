/**
 * Room for the log before a run begins: a run that finds the disk full half-way is a run whose last calls nobody wrote down.
 * Knows what the browser tells of its storage; knows nothing of what is stored.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import { inMegabytes } from '../protocol/bytes.ts';

/** More than a long run writes. */
const neededBytes = 5_000_000;

export interface LogRoom {
  /** The browser does not evict this site's data by itself. */
  readonly isPersisted: boolean;
  /** Undefined where the browser does not tell. */
  readonly availableBytes: number | undefined;
}

/**
 * Asks the browser to keep what is stored, and looks whether a run fits.
 * @throws Fault `storage-full` where the browser says that it does not. Where it says nothing, or more than it keeps, the
 * write itself is refused later, and nothing of it is stored.
 */
export async function requireLogRoom(): Promise<LogRoom> {
  if (typeof navigator === 'undefined' || navigator.storage === undefined) {
    return { isPersisted: false, availableBytes: undefined };
  }
  const { storage } = navigator;
  const isPersisted = (await storage.persisted()) || (await storage.persist());
  const { quota, usage } = await storage.estimate();
  const availableBytes = quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
  if (availableBytes === undefined || availableBytes >= neededBytes) return { isPersisted, availableBytes };
  throw new Fault({
    code: faultCodes.storageFull,
    message: 'There is no room left to write a run down.',
    reason: `The browser has ${inMegabytes(availableBytes)} left for this site; a run may need ${inMegabytes(neededBytes)}.`,
    remedy: 'Export the log, then delete runs or downloaded models, or free disk space, and try again.',
    details: { neededBytes, availableBytes },
  });
}
