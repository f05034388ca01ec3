/**
 * Opens the journal's database: finds out why it cannot be opened, waits for or refuses a blocked upgrade, and gives
 * way when another tab needs a newer version. Knows nothing of records.
 */
import { openDB } from 'idb';
import type { IDBPDatabase } from 'idb';
import { messageOf } from '../protocol/fault.ts';
import type { Fault } from '../protocol/fault.ts';
import { dataLossOf } from './lost-log.ts';
import { migrationSteps } from './migrate.ts';
import type { JournalSchema, MigrationStep } from './migrate.ts';
import { journalUnavailable, nameOf, writtenByNewer } from './storage-fault.ts';

export interface OpenDatabaseOptions {
  readonly name: string;
  /** Another tab holds an older version open. With it, opening waits for that tab; without it, opening is refused. */
  readonly onBlocked?: (() => void) | undefined;
  /** The connection is gone for good; the fault says why. */
  readonly onLost: (fault: Fault) => void;
  /** The browser found the database damaged, and made a new one; what it says of it. */
  readonly onDataLoss?: (said: string) => void;
  /** The steps that lead to the current version; the number of steps is the version. */
  readonly steps?: readonly MigrationStep[];
}

type Database = IDBPDatabase<JournalSchema>;

/**
 * Opens the database, upgrading it where it is older.
 * @throws Fault `journal-unavailable`: no IndexedDB, refused by the browser, newer version on disk, blocked upgrade.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { name, steps = migrationSteps } = options;
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
  const opening = requestDatabase(options, (fault) => blockage.refuse?.(fault));
  try {
    return await Promise.race([opening, refused]);
  } catch (error) {
    // An open request cannot be withdrawn: should it still succeed, its connection must not block anyone.
    void opening.then(
      (database) => database.close(),
      () => undefined,
    );
    throw await openFault(error, name, steps.length);
  }
}

/** Async, so that what `indexedDB.open` throws at once arrives like what it reports later. */
async function requestDatabase(
  { name, onBlocked, onLost, onDataLoss, steps = migrationSteps }: OpenDatabaseOptions,
  refuse: (fault: Fault) => void,
): Promise<Database> {
  return openDB<JournalSchema>(name, steps.length, {
    upgrade: (database, oldVersion, _newVersion, _transaction, event) => {
      const said = dataLossOf(event);
      if (said !== undefined) onDataLoss?.(said);
      for (const step of steps.slice(oldVersion)) step(database);
    },
    blocked: (currentVersion) => {
      if (onBlocked === undefined) refuse(blockedFault(currentVersion, steps.length));
      else onBlocked();
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
}

function blockedFault(found: number, wanted: number): Fault {
  return journalUnavailable({
    reason: `Another tab holds version ${found} of the journal open, and it must be upgraded to version ${wanted}.`,
    remedy: 'Close the other tabs of this site and try again.',
    details: { found, supported: wanted },
  });
}

async function openFault(thrown: unknown, name: string, supported: number): Promise<unknown> {
  switch (nameOf(thrown)) {
    case 'VersionError':
      return writtenByNewer('database', await versionOnDisk(name), supported);
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
