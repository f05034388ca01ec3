/**
 * Fills the gaps of a part from one URL: in ranges, several at once, going on where a connection broke. A server that
 * knows no ranges is read in one go. Knows when to ask again; leaves the judgement on the bytes to the model store.
 */
import { AwakeTimer } from '../protocol/awake-timer.ts';
import { Fault } from '../protocol/fault.ts';
import type { PartFile } from './part-file.ts';
import { isPassing, requestRange, unavailable } from './request-range.ts';
import type { RangeAnswer } from './request-range.ts';
import { findGaps } from './spans.ts';
import type { Span } from './spans.ts';

export interface DownloadOptions {
  readonly part: Pick<PartFile, 'spans' | 'origin' | 'setOrigin' | 'write' | 'reset'>;
  readonly url: string;
  /** The file's name in messages. */
  readonly name: string;
  /** Length of the whole file. */
  readonly fileBytes: number;
  readonly signal: AbortSignal;
  /** Called after every piece that was stored, and after a new start. */
  readonly onBytes: () => void;
  /** Milliseconds without a byte after which a request is asked again; 30,000 where it is not said. */
  readonly silenceMs?: number;
}

/** Bytes of one request: few enough that a broken one is cheap to ask again, many enough that asking costs nothing. */
const requestBytes = 8 * 1024 * 1024;
/** Requests at once: one connection rarely fills a line, and many are not fair to others. */
const lanes = 3;
/** Tries in a row that bring nothing before a request is given up. */
const fruitlessTries = 4;
/** Milliseconds before a try after the first fruitless one; doubles with each. */
const firstPause = 200;
/** New starts because the server's file changed under us. */
const mostRestarts = 2;

/** A line that fell silent without breaking, as phones leave them when they change networks. Milliseconds. */
const longestSilence = 30_000;

/** The server has another version of the file than the one that the part is of. */
class VersionChanged extends Error {}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}

class Download {
  readonly #options: DownloadOptions;
  readonly #queue: Span[];
  readonly #signal: AbortSignal;
  readonly #ended = new AbortController();

  constructor(options: DownloadOptions) {
    this.#options = options;
    this.#queue = findGaps(options.part.spans, options.fileBytes, requestBytes);
    this.#signal = AbortSignal.any([options.signal, this.#ended.signal]);
  }

  async run(): Promise<void> {
    const first = this.#queue.shift();
    if (first === undefined) return;
    const running: Promise<void>[] = [];
    // Whether the server knows ranges shows in its first answer: until then one request is enough.
    const onRanged = (): void => {
      for (let lane = 1; lane < lanes; lane += 1) running.push(this.#drain());
    };
    running.push(this.#fill(first, onRanged).then(() => this.#drain()));
    // Lanes are added while the first runs, so the list is read again until nothing new stands in it.
    // Nothing is written any more once this has returned: also after a failure all are waited for.
    const failures: unknown[] = [];
    for (let index = 0; index < running.length; index += 1) {
      await running[index]?.catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  async #drain(): Promise<void> {
    for (let span = this.#queue.shift(); span !== undefined; span = this.#queue.shift())
      await this.#fill(span);
  }

  /** Fetches one span, asking again for the rest as long as every few tries bring something. */
  async #fill(span: Span, onRanged?: () => void): Promise<void> {
    let announce = onRanged;
    let at = span.start;
    for (let fruitless = 0; at < span.end;) {
      const before = at;
      let fault: Fault | undefined;
      const { signal, silence } = this.#listen();
      try {
        const answer = await this.#request({ start: at, end: span.end }, signal);
        if (!answer.ranged) {
          // Asking again costs the whole file: half the tries.
          fruitless += 1;
          return await this.#readWhole(answer, announce !== undefined, silence);
        }
        announce?.();
        announce = undefined;
        await this.#pour(answer, span.end, (position) => {
          silence.touch();
          at = position;
        });
      } catch (error) {
        if (!(error instanceof Fault) || !isPassing(error)) throw this.#fail(error);
        fault = error;
      } finally {
        silence.stop();
      }
      if (at >= span.end) return;
      fruitless = at > before ? 0 : fruitless + 1;
      fault ??= unavailable(this.#options.url, 'The server sends less than was asked for.', 206);
      if (fruitless >= fruitlessTries) throw this.#fail(fault);
      await pause(firstPause * 2 ** fruitless * (0.5 + Math.random() / 2), this.#signal);
    }
  }

  /** The signal of one request: it aborts where nothing comes any more, while this page is awake. */
  #listen(): { readonly signal: AbortSignal; readonly silence: AwakeTimer } {
    const { url, silenceMs: limitMs = longestSilence } = this.#options;
    const silent = new AbortController();
    const told = `Nothing came for ${String(limitMs / 1000)} seconds.`;
    const silence = new AwakeTimer({ limitMs, onExpire: () => silent.abort(unavailable(url, told, 0)) });
    return { signal: AbortSignal.any([this.#signal, silent.signal]), silence };
  }

  async #request(span: Span, signal: AbortSignal): Promise<RangeAnswer> {
    const { part, url, name, fileBytes } = this.#options;
    const answer = await requestRange({ url, name, fileBytes, span, signal });
    const known = part.origin?.url === url ? part.origin.validator : '';
    if (answer.ranged && known !== '' && answer.validator !== '' && known !== answer.validator) {
      await answer.body.cancel();
      throw new VersionChanged();
    }
    // A source that was not asked before may go on with another's bytes: the hash judges them all.
    if (part.origin?.url !== url || known === '') part.setOrigin({ url, validator: answer.validator });
    return answer;
  }

  /** The server sends the whole file: what was there is written again, from the beginning. */
  async #readWhole(answer: RangeAnswer, alone: boolean, silence: AwakeTimer): Promise<void> {
    const { part, url, fileBytes } = this.#options;
    if (!alone) {
      await answer.body.cancel();
      throw unavailable(url, 'The server sent ranges first, and then no more.', 206);
    }
    part.reset();
    part.setOrigin({ url, validator: answer.validator });
    let end = 0;
    await this.#pour(answer, fileBytes, (position) => {
      silence.touch();
      end = position;
    });
    if (end < fileBytes) throw unavailable(url, `The server ended after ${String(end)} bytes.`, 200);
    this.#queue.length = 0;
  }

  /** Stores a body from its start to `end` at most, and tells the position after every piece. */
  async #pour(answer: RangeAnswer, end: number, onPosition: (position: number) => void): Promise<void> {
    const { part, url, onBytes } = this.#options;
    let position = answer.start;
    try {
      for await (const chunk of answer.body) {
        this.#signal.throwIfAborted();
        const wanted = chunk.length > end - position ? chunk.subarray(0, end - position) : chunk;
        part.write(wanted, position);
        position += wanted.length;
        onPosition(position);
        onBytes();
        // A byte more than was promised is wrong already.
        if (wanted.length < chunk.length) break;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw unavailable(url, `The connection broke: ${error.message}.`, answer.ranged ? 206 : 200, error);
    }
  }

  /** Ends every request of this download; all of them reject with this error. */
  #fail(error: unknown): unknown {
    this.#ended.abort(error);
    return error;
  }
}

/**
 * Fetches what the part lacks. Rejects with a Fault (model-unavailable; model-corrupt where the server names another
 * length), the signal's reason, or the browser's `QuotaExceededError`; what has arrived is kept.
 */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await new Download(options).run();
    } catch (error) {
      if (!(error instanceof VersionChanged)) throw error;
      if (restarts === mostRestarts) {
        throw unavailable(options.url, 'The file on the server changes all the time.', 200, error);
      }
      options.part.reset();
      options.onBytes();
    }
  }
}
