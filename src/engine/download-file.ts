/**
 * Streams one model file from the page's origin into a file handle, and goes on where an earlier try stopped.
 * Knows HTTP and quotas; leaves the judgement on the bytes to the model store.
 */
import type { LoadProgress } from '../protocol/engine.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { ModelFile } from '../protocol/model.ts';
import type { SyncAccessHandle, WorkerFileHandle } from './opfs-handles.ts';
import { requireRoom } from './storage-quota.ts';

interface DownloadOptions {
  readonly file: ModelFile;
  readonly modelsUrl: string;
  readonly handle: WorkerFileHandle;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** A report at most this often: every chunk would be a message across threads. */
const reportEveryMs = 100;

function unavailable(url: string, reason: string, status: number): Fault {
  return new Fault({
    code: faultCodes.modelUnavailable,
    message: 'The model file could not be fetched.',
    reason,
    remedy:
      'Check the connection and that the file lies on the server, then try again: what has arrived is kept.',
    details: { url, status },
  });
}

/** Where the body starts in the file: after what is there, or at 0 where the server sends everything. */
async function request(
  url: string,
  have: number,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly start: number }> {
  let response: Response;
  try {
    response = await fetch(url, {
      signal,
      // The file is kept in OPFS: a second copy in the HTTP cache would take its room twice.
      cache: 'no-store',
      ...(have > 0 ? { headers: { Range: `bytes=${String(have)}-` } } : {}),
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw unavailable(url, `The network or the server failed: ${error.message}.`, 0);
  }
  if (response.status === 416) return await request(url, 0, signal);
  if (!response.ok)
    throw unavailable(url, `The server answered ${String(response.status)}.`, response.status);
  if (response.headers.get('Content-Type')?.startsWith('text/html') === true) {
    throw unavailable(url, 'The server answered with a page instead of the file.', response.status);
  }
  const range = /^bytes (\d+)-/.exec(response.headers.get('Content-Range') ?? '');
  if (response.status === 206 && Number(range?.[1]) !== have) {
    await response.body?.cancel();
    return await request(url, 0, signal);
  }
  return { response, start: response.status === 206 ? have : 0 };
}

async function pour(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  file: SyncAccessHandle,
  options: DownloadOptions & { readonly start: number; readonly url: string },
): Promise<void> {
  const { onProgress, start, url } = options;
  const totalBytes = options.file.bytes;
  let position = start;
  let reportedAt = 0;
  file.truncate(start);
  try {
    for await (const chunk of body) {
      position += file.write(chunk, { at: position });
      // More than was promised is wrong already; the store will say so.
      if (position > totalBytes) break;
      if (performance.now() - reportedAt < reportEveryMs) continue;
      reportedAt = performance.now();
      onProgress({ type: 'download-progressed', receivedBytes: position, totalBytes, fromCache: false });
    }
  } catch (error) {
    if (error instanceof TypeError) throw unavailable(url, `The connection broke: ${error.message}.`, 200);
    throw error;
  }
}

/**
 * Fills `handle` with the file; on return it holds all that the server sent, never more than a chunk too many.
 * Rejects with a Fault (model-unavailable, storage-full), the signal's reason, or the browser's `QuotaExceededError`;
 * what has arrived is kept.
 */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  const { file, handle, signal, onProgress } = options;
  const url = new URL(encodeURIComponent(file.name), options.modelsUrl).href;
  const access = await handle.createSyncAccessHandle();
  try {
    const size = access.getSize();
    // A part that is too long cannot be the beginning of the file.
    const have = size > file.bytes ? 0 : size;
    const progress = { type: 'download-progressed', totalBytes: file.bytes, fromCache: false } as const;
    onProgress({ ...progress, receivedBytes: 0 });
    if (have > 0 && have < file.bytes) onProgress({ ...progress, receivedBytes: have });
    if (have < file.bytes) {
      await requireRoom(file.bytes - have);
      const { response, start } = await request(url, have, signal);
      if (response.body === null) throw unavailable(url, 'The answer is empty.', response.status);
      await pour(response.body, access, { ...options, start, url });
    }
    onProgress({ ...progress, receivedBytes: file.bytes });
  } finally {
    access.flush();
    access.close();
  }
}
