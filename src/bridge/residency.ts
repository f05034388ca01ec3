/**
 * Who leaves when a model wants in: the least recently used first, and never one that is in use.
 * Pure: sizes and times in, a decision out. Knows nothing of loading.
 */

export interface Resident {
  readonly id: string;
  readonly bytes: number;
  /** Milliseconds of any clock. */
  readonly lastUsedAt: number;
  /** It runs a request or is being loaded. */
  readonly inUse: boolean;
}

export type Admission =
  /** There is room once these have left; none of them is in use. */
  | { readonly type: 'fits'; readonly leaving: readonly string[] }
  /** There will be room once all of these are idle and have left: they should start nothing new. */
  | { readonly type: 'waits'; readonly leaving: readonly string[] }
  /** It is larger than the whole budget. */
  | { readonly type: 'never' };

export function planAdmission(options: {
  readonly wantedBytes: number;
  readonly budgetBytes: number;
  readonly residents: readonly Resident[];
}): Admission {
  const { wantedBytes, budgetBytes, residents } = options;
  if (wantedBytes > budgetBytes) return { type: 'never' };
  let free = budgetBytes - residents.reduce((sum, { bytes }) => sum + bytes, 0);
  const leaving: Resident[] = [];
  const idleFirst = residents.toSorted(
    (left, right) => Number(left.inUse) - Number(right.inUse) || left.lastUsedAt - right.lastUsedAt,
  );
  for (const resident of idleFirst) {
    if (free >= wantedBytes) break;
    leaving.push(resident);
    free += resident.bytes;
  }
  return {
    type: leaving.some(({ inUse }) => inUse) ? 'waits' : 'fits',
    leaving: leaving.map(({ id }) => id),
  };
}
