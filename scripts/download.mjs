/**
 * Fetches one file of known size over HTTP into a `.part` file, and goes on where an earlier attempt stopped.
 * Knows nothing of hashes and final names: whoever calls it checks and renames.
 */
import { existsSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * @typedef {object} DownloadOptions
 * @property {string} url
 * @property {string} partPath Grows while bytes arrive; kept after a failure, for the next attempt.
 * @property {number} bytes Size of the whole file.
 * @property {(state: { doneBytes: number, totalBytes: number }) => void} [onProgress]
 * @property {number} [connectTimeoutMs] Until the response's headers are there (default 8,000).
 * @property {number} [stallTimeoutMs] Longest pause between two pieces (default 30,000).
 */

/** @param {string} path */
function sizeOf(path) {
  return existsSync(path) ? statSync(path).size : 0;
}

/**
 * Downloads until `partPath` holds `bytes` bytes. A connection that breaks after bytes have arrived is taken up again.
 * @param {DownloadOptions} options
 * @returns {Promise<void>}
 * @throws {Error} with a readable message: unreachable, refused by the server, another size than expected.
 */
export async function downloadFile(options) {
  const { partPath, bytes } = options;
  if (sizeOf(partPath) > bytes) rmSync(partPath);
  while (sizeOf(partPath) < bytes) {
    const before = sizeOf(partPath);
    try {
      await downloadOnce(options);
    } catch (error) {
      // Only progress earns another attempt, so a dead server fails at once and the loop ends.
      if (error instanceof WrongFile || sizeOf(partPath) <= before) throw error;
    }
  }
}

class WrongFile extends Error {}

/** @param {DownloadOptions} options */
async function downloadOnce({
  url,
  partPath,
  bytes,
  onProgress,
  connectTimeoutMs = 8000,
  stallTimeoutMs = 30_000,
}) {
  const abort = new AbortController();
  /** @type {string | undefined} */
  let expired;
  /** @param {{ ms: number, message: string }} limit */
  function arm({ ms, message }) {
    return setTimeout(() => {
      expired = message;
      abort.abort();
    }, ms);
  }
  let timer = arm({ ms: connectTimeoutMs, message: `no answer within ${connectTimeoutMs / 1000} s` });
  try {
    const offset = sizeOf(partPath);
    const response = await fetch(url, {
      signal: abort.signal,
      headers: offset > 0 ? { Range: `bytes=${offset}-` } : {},
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new WrongFile(`the server answered ${response.status} ${response.statusText}`.trim());
    }
    const resumed = response.status === 206;
    const size = totalSize({ response, resumed, offset });
    if (size !== undefined && size !== bytes) {
      await response.body.cancel();
      throw new WrongFile(`the server's file has ${size} bytes, expected ${bytes}`);
    }
    let done = resumed ? offset : 0;
    const file = await open(partPath, resumed ? 'a' : 'w');
    try {
      for await (const chunk of response.body) {
        clearTimeout(timer);
        timer = arm({ ms: stallTimeoutMs, message: `nothing arrived for ${stallTimeoutMs / 1000} s` });
        done += chunk.byteLength;
        if (done > bytes) throw new WrongFile(`the server sends more than the expected ${bytes} bytes`);
        await file.writeFile(chunk);
        onProgress?.({ doneBytes: done, totalBytes: bytes });
      }
    } finally {
      await file.close();
    }
    if (done < bytes) throw new Error(`the connection ended after ${done} of ${bytes} bytes`);
  } catch (error) {
    throw expired === undefined ? error : new Error(expired, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Size of the whole file as the server tells it; undefined where it does not.
 * @param {{ response: Response, resumed: boolean, offset: number }} state
 * @returns {number | undefined}
 */
function totalSize({ response, resumed, offset }) {
  if (resumed) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    if (range === null || Number(range[1]) !== offset) {
      throw new WrongFile('the server resumed at another place than asked');
    }
    return range[2] === '*' ? undefined : Number(range[2]);
  }
  const length = response.headers.get('content-length');
  // A compressed body has another length than the file.
  return length === null || response.headers.has('content-encoding') ? undefined : Number(length);
}
