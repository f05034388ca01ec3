/** Bytes as texts, written alike on both sides of a thread: sizes in the sentences of faults and reasons, and hashes. */

/** Millions of bytes, whole, e.g. `98 MB`. */
export function inMegabytes(bytes: number): string {
  return `${String(Math.round(bytes / 1e6))} MB`;
}

/** Bytes in lower-case hexadecimal, two digits each. */
export function inHexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
