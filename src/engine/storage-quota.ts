/**
 * The browser's storage quota as numbers and as a fault. Knows nothing of what is stored.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';

/** Free bytes of the origin's quota, or undefined where the browser does not tell. */
async function freeBytes(): Promise<number | undefined> {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
}

function storageFull(neededBytes: number, availableBytes: number | undefined, cause?: unknown): Fault {
  return new Fault(
    {
      code: faultCodes.storageFull,
      message: "The browser's storage for this site is too small for the model.",
      reason:
        availableBytes === undefined
          ? `${String(neededBytes)} bytes are needed.`
          : `${String(neededBytes)} bytes are needed, ${String(availableBytes)} are free.`,
      remedy: 'Free disk space or delete data of this site, then try again.',
      details: { neededBytes, ...(availableBytes === undefined ? {} : { availableBytes }) },
    },
    { cause },
  );
}

/** Throws a Fault `storage-full` where the browser says that `neededBytes` will not fit. */
export async function requireRoom(neededBytes: number): Promise<void> {
  const free = await freeBytes();
  if (free !== undefined && free < neededBytes) throw storageFull(neededBytes, free);
}

/** Runs work that stores `neededBytes`; where the browser refuses to store more, rejects with a Fault `storage-full`. */
export async function withinQuota<Result>(neededBytes: number, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
    // Chromium's estimate may be a fixed 10 GiB, whatever the real quota: a number that the refusal belies is not told.
    const free = await freeBytes();
    throw storageFull(neededBytes, free !== undefined && free < neededBytes ? free : undefined, error);
  }
}
