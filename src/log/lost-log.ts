/**
 * Notices that the browser lost a log. A name beside the database, in local storage, says which log was here last; a new
 * database where a name stands is a loss, and not a first visit. Chromium has such losses: killed in the middle of a write,
 * its LevelDB goes on behind the torn record, and takes all of it for corrupt at the start after the next kill.
 * Knows nothing of what a log holds.
 */

/** A log that was here and is gone with all of its runs. */
export interface LogLoss {
  /** Undefined: the browser says that it lost its databases, and no name says which log there was. */
  readonly vaultId: string | undefined;
  /** What the browser says of it, in English. */
  readonly reason: string;
}

const keyPrefix = 'smallworks-log-';

/** The id of the log that was here last; undefined: none, or this place has no local storage. */
export function rememberedLog(name: string): string | undefined {
  try {
    return localStorage.getItem(keyPrefix + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Notes which log is here. Without local storage, as in a worker, a loss goes unnoticed. */
export function rememberLog(name: string, vaultId: string): void {
  try {
    if (localStorage.getItem(keyPrefix + name) !== vaultId) localStorage.setItem(keyPrefix + name, vaultId);
  } catch {
    // Kept by the browser or not at all.
  }
}

/** What is gone, where the log of this name had to be made anew. `said` is what the browser said when it opened. */
export function findLoss(name: string, said: string | undefined): LogLoss | undefined {
  const vaultId = rememberedLog(name);
  if (vaultId === undefined && said === undefined) return undefined;
  return { vaultId, reason: said ?? 'The browser does not have it any more.' };
}

/** What Chromium tells, beyond the standard, where it found a database corrupt and began it anew. */
export function dataLossOf(event: Event): string | undefined {
  const { dataLoss, dataLossMessage } = event as { dataLoss?: unknown; dataLossMessage?: unknown };
  if (dataLoss !== 'total') return undefined;
  return typeof dataLossMessage === 'string' && dataLossMessage !== '' ? dataLossMessage : 'It was corrupt.';
}
