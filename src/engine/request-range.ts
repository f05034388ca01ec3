/**
 * One HTTP request for a range of a file, read into what the server really gave: a range, the whole, or nothing of
 * use. Knows HTTP; nothing of what is stored or tried again.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { Span } from './spans.ts';

export interface RangeAnswer {
  /** Where the body starts in the file. */
  readonly start: number;
  /** False: the server sent the whole file, whatever was asked for. */
  readonly ranged: boolean;
  /** What the server calls this version of the file; empty where it does not say. */
  readonly validator: string;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** No source gave the file. `status` is 0 where there was no answer. */
export function unavailable(url: string, reason: string, status: number, cause?: unknown): Fault {
  return new Fault(
    {
      code: faultCodes.modelUnavailable,
      message: 'The model file could not be fetched.',
      reason,
      remedy:
        'Check the connection and that the file lies on the server, then try again: what has arrived is kept.',
      details: { url, status },
    },
    { cause },
  );
}

/** The server's file has another length than the catalogue's. */
function wrongSize(name: string, expected: number, actual: number): Fault {
  return new Fault({
    code: faultCodes.modelCorrupt,
    message: `The model file ${name} is not the one that the catalogue names.`,
    reason: `Expected ${String(expected)} bytes, the server has ${String(actual)}.`,
    remedy: 'Put the right file on the server.',
    details: { file: name, expected: `${String(expected)} bytes`, actual: `${String(actual)} bytes` },
  });
}

/** True for answers that may be others in a moment. */
export function isPassing(fault: Fault): boolean {
  const { status } = fault.details;
  return (
    fault.code === faultCodes.modelUnavailable &&
    (status === 0 ||
      status === 206 ||
      status === 200 ||
      status === 408 ||
      status === 429 ||
      Number(status) >= 500)
  );
}

async function send(url: string, span: Span, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      signal,
      // The file is kept in the private file system: a second copy in the HTTP cache would take its room twice.
      cache: 'no-store',
      headers: { Range: `bytes=${String(span.start)}-${String(span.end - 1)}` },
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw unavailable(url, `The network or the server failed: ${error.message}.`, 0, error);
  }
}

/**
 * Asks for the bytes of `span`. Rejects with a Fault: model-unavailable, or model-corrupt where the server says that
 * its file has another length than `fileBytes`; or with the signal's reason.
 */
export async function requestRange(options: {
  readonly url: string;
  readonly name: string;
  readonly fileBytes: number;
  readonly span: Span;
  readonly signal: AbortSignal;
}): Promise<RangeAnswer> {
  const { url, name, fileBytes, span, signal } = options;
  const response = await send(url, span, signal);
  const { status, headers, body } = response;
  const refuse = async (fault: Fault): Promise<never> => {
    await body?.cancel();
    throw fault;
  };
  // Both an answer to a range and the refusal of one tell the length of the whole: `bytes 0-9/100`, `bytes */100`.
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(headers.get('Content-Range') ?? '');
  if (range !== null && Number(range[2]) !== fileBytes) {
    return await refuse(wrongSize(name, fileBytes, Number(range[2])));
  }
  if (!response.ok) return await refuse(unavailable(url, `The server answered ${String(status)}.`, status));
  if (headers.get('Content-Type')?.startsWith('text/html') === true) {
    // 404 in all but name: asking again would not help.
    return await refuse(unavailable(url, 'The server answered with a page instead of the file.', 404));
  }
  if (body === null) throw unavailable(url, 'The answer is empty.', status);
  // A packed body's length says nothing of the file's.
  const length = status === 206 || headers.has('Content-Encoding') ? null : headers.get('Content-Length');
  if (length !== null && Number(length) !== fileBytes) {
    return await refuse(wrongSize(name, fileBytes, Number(length)));
  }
  const validator = headers.get('ETag') ?? headers.get('Last-Modified') ?? '';
  if (status !== 206) return { start: 0, ranged: false, validator, body };
  // Another origin may keep Content-Range to itself: then it is taken at its word.
  const start = range?.[1] === undefined ? span.start : Number(range[1]);
  if (start !== span.start) {
    return await refuse(unavailable(url, 'The server sent another range than the one asked for.', status));
  }
  return { start, ranged: true, validator, body };
}
