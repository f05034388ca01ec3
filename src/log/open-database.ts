/**
 * Opens the journal's database: finds out why it cannot be opened, waits for or refuses a blocked upgrade, and gives
 * way when another tab needs a newer version. Knows nothing of records.
 */
import { openDB } from 'idb';
import type { IDBPDatabase } from 'idb';
import type { Fault } from '../protocol/fault.ts';
import { databaseVersion, migrate } from './migrate.ts';
import type { JournalSchema } from './migrate.ts';
import { journalUnavailable, messageOf, nameOf, writtenByNewer } from './storage-fault.ts';

export interface OpenDatabaseOptions {
  readonly name: string;
  /** Another tab holds an older version open. With it, opening waits for that tab; without it, opening is refused. */
  readonly onBlocked?: (() => void) | undefined;
  /** The connection is gone for good; the fault says why. */
  readonly onLost: (fault: Fault) => void;
}

/**
 * Opens the database, upgrading it where it is older.
 * @throws Fault `journal-unavailable`: no IndexedDB, refused by the browser, newer version on disk, blocked upgrade.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<IDBPDatabase<JournalSchema>> {
  const { name, onBlocked, onLost } = options;
  if (typeof indexedDB === 'undefined') {
    throw journalUnavailable({
      reason: 'This browser, or its private mode, offers no IndexedDB.',
      remedy: 'Use a regular window of a current browser.',
    });
  }
  const blockage: { refuse?: (fault: Fault) => void } = {};
  const refused = new Promise<never>((_resolve, reject) => {
    blockage.refuse = reject;
  });
  const opening = openDB<JournalSchema>(name, databaseVersion, {
    upgrade: migrate,
    blocked: (currentVersion) => {
      if (onBlocked !== undefined) return onBlocked();
      return blockage.refuse?.(
        journalUnavailable({
          reason: `Another tab holds version ${currentVersion} of the journal open, and it must be upgraded to version ${databaseVersion}.`,
          remedy: 'Close the other tabs of this site and try again.',
          details: { found: currentVersion, supported: databaseVersion },
        }),
      );
    },
    blocking: (_currentVersion, _blockedVersion, event) => {
      (event.target as IDBDatabase).close();
      onLost(
        journalUnavailable({
          reason: 'Another tab upgraded or deleted the journal, and this tab gave way.',
          remedy: 'Reload the page.',
        }),
      );
    },
    terminated: () => {
      onLost(
        journalUnavailable({
          reason: 'The browser closed the database, as it does when the data of a site is cleared.',
          remedy: 'Reload the page.',
        }),
      );
    },
  });
  try {
    return await Promise.race([opening, refused]);
  } catch (error) {
    // An open request cannot be withdrawn: should it still succeed, its connection must not block anyone.
    void opening.then(
      (database) => database.close(),
      () => undefined,
    );
    throw await openFault(name, error);
  }
}

async function openFault(name: string, thrown: unknown): Promise<unknown> {
  switch (nameOf(thrown)) {
    case 'VersionError':
      return writtenByNewer('database', await versionOnDisk(name), databaseVersion);
    case 'InvalidStateError':
    case 'SecurityError':
    case 'UnknownError':
    case 'AbortError':
    case 'QuotaExceededError':
      return journalUnavailable({
        reason: `The browser did not open its database (${nameOf(thrown)}: ${messageOf(thrown)}).`,
        remedy:
          'Allow this site to store data, free some disk space, or leave private mode, then reload the page.',
        cause: thrown,
      });
    default:
      return thrown;
  }
}

/** The version found on disk: opening without a version takes what is there. */
async function versionOnDisk(name: string): Promise<number> {
  const database = await openDB(name);
  const { version } = database;
  database.close();
  return version;
}
