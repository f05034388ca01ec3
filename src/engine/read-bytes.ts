/**
 * Reads ranges of a file synchronously, because a runtime asks for weights in the middle of a call that cannot wait. In a
 * worker the file stays where it is; a page has no synchronous reads, so there its bytes are held. Knows bytes only.
 */

/** Bytes `[start, end)` of the file, at once. */
export type ReadBytes = (start: number, end: number) => Uint8Array;

/** Opens a file for synchronous reads. Rejects where the file cannot be read. */
export async function openBytes(file: Blob): Promise<ReadBytes> {
  // Only workers have it, whatever the types say.
  const { FileReaderSync: Reader } = globalThis as {
    readonly FileReaderSync?: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };
  };
  if (Reader !== undefined) {
    const reader = new Reader();
    return (start, end) => new Uint8Array(reader.readAsArrayBuffer(file.slice(start, end)));
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  return (start, end) => bytes.subarray(start, end);
}

/** Bytes as the floats that they are; without a copy where they begin at a multiple of four. */
export function floatsOf(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(buffer as ArrayBuffer, byteOffset, byteLength / 4);
}
