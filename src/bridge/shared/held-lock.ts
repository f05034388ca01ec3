/**
 * Web Locks that are held until told, and a way to hear that another's is free: a tab that ends in whatever way lets
 * go of its locks, which is how others learn of it. Knows nothing of what locks stand for.
 */

/** Resolves with the function that lets go, once the lock is held. Rejects with the signal's reason while waiting. */
export async function holdLock(name: string, signal?: AbortSignal): Promise<() => void> {
  return await new Promise<() => void>((resolve, reject) => {
    navigator.locks
      .request(name, signal === undefined ? {} : { signal }, async () => {
        await new Promise<void>((release) => resolve(release));
      })
      // After it was held, the end of the request is nobody's concern.
      .catch(reject);
  });
}

/** Resolves when the lock that another holds is free. Rejects with the signal's reason. */
export async function waitForRelease(name: string, signal: AbortSignal): Promise<void> {
  await navigator.locks.request(name, { mode: 'shared', signal }, () => undefined);
}
