/**
 * Whether a file is the catalogue's, and if not, where it is wrong. Knows hashes; nothing of where files lie.
 */
import type { ModelFile } from '../protocol/model.ts';
import { hashFile } from './hash-file.ts';
import type { Span } from './spans.ts';

/** What a file is instead of what it should be. */
export interface Mismatch {
  readonly expected: string;
  readonly actual: string;
}

/** Undefined where the file is right. */
export async function findMismatch(
  blob: Blob,
  file: ModelFile,
  signal: AbortSignal,
): Promise<Mismatch | undefined> {
  if (blob.size !== file.bytes) {
    return { expected: `${String(file.bytes)} bytes`, actual: `${String(blob.size)} bytes` };
  }
  const actual = await hashFile(blob, signal);
  return actual === file.sha256 ? undefined : { expected: file.sha256, actual };
}

/**
 * The parts of a file that are wrong, where the catalogue names a hash for each part of it and the file has the right
 * length; undefined where that cannot be told, or no part is.
 */
export async function findDamage(
  blob: Blob,
  file: ModelFile,
  signal: AbortSignal,
): Promise<readonly Span[] | undefined> {
  const { chunks, bytes } = file;
  if (chunks === undefined || blob.size !== bytes) return undefined;
  if (Math.ceil(bytes / chunks.bytes) !== chunks.sha256.length) return undefined;
  const wrong: Span[] = [];
  for (const [index, expected] of chunks.sha256.entries()) {
    const span = { start: index * chunks.bytes, end: Math.min(bytes, (index + 1) * chunks.bytes) };
    if ((await hashFile(blob.slice(span.start, span.end), signal)) !== expected) wrong.push(span);
  }
  return wrong.length === 0 ? undefined : wrong;
}
