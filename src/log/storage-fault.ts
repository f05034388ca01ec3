/**
 * What IndexedDB throws, as faults that say what to do. Knows the names of DOM exceptions and what they mean for a
 * journal; knows nothing of stores and records.
 */
import { Fault, faultCodes, messageOf } from '../protocol/fault.ts';
import type { JsonObject } from '../protocol/json.ts';

/** The journal cannot be used, with the reason and the way out. */
export function journalUnavailable(data: {
  readonly reason: string;
  readonly remedy: string;
  readonly details?: JsonObject;
  readonly cause?: unknown;
}): Fault {
  const { reason, remedy, details = {}, cause } = data;
  return new Fault(
    { code: faultCodes.journalUnavailable, message: 'The journal cannot be used.', reason, remedy, details },
    { cause },
  );
}

/** Something in the journal was written by a newer version of this software. */
export function writtenByNewer(what: 'database' | 'record', found: number, supported: number): Fault {
  return journalUnavailable({
    reason: `A ${what} of version ${found} was written by a newer version of this page; this one reads up to version ${supported}.`,
    remedy: 'Reload the page to get its newest version. Nothing was changed.',
    details: { what, found, supported },
  });
}

/** A failed write as a fault: a full disk becomes `storage-full`, a lost connection `journal-unavailable`; the rest stays. */
export async function writeFault(thrown: unknown): Promise<unknown> {
  if (nameOf(thrown) === 'QuotaExceededError') {
    return new Fault(
      {
        code: faultCodes.storageFull,
        message: 'The journal could not store this entry, because the storage of this site is full.',
        reason:
          'The browser gives each site a limited space on disk, and it is used up. Every earlier entry is kept.',
        remedy: 'Export the log, then delete runs or downloaded models, or free disk space, and try again.',
        details: await storageDetails(),
      },
      { cause: thrown },
    );
  }
  return readFault(thrown);
}

/** A failed read as a fault: a lost connection becomes `journal-unavailable`; the rest stays as it is. */
export function readFault(thrown: unknown): unknown {
  const name = nameOf(thrown);
  if (name !== 'InvalidStateError' && name !== 'UnknownError' && name !== 'AbortError') return thrown;
  return journalUnavailable({
    reason: `The browser stopped the access to its database (${name}: ${messageOf(thrown)}).`,
    remedy: 'Reload the page. Entries that were acknowledged before are on disk.',
    cause: thrown,
  });
}

export function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : '';
}

/** Bytes left for this site, where the browser tells. */
async function storageDetails(): Promise<JsonObject> {
  if (typeof navigator === 'undefined' || navigator.storage === undefined) return {};
  const { quota, usage } = await navigator.storage.estimate();
  if (quota === undefined || usage === undefined) return {};
  return { availableBytes: Math.max(0, quota - usage), quotaBytes: quota, usedBytes: usage };
}
