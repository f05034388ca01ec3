/** Sizes in the sentences that faults and reasons carry, written alike on both sides of a thread. */

/** Millions of bytes, whole, e.g. `98 MB`. */
export function inMegabytes(bytes: number): string {
  return `${String(Math.round(bytes / 1e6))} MB`;
}
