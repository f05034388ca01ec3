/**
 * One engine worker, as promises that always settle. Knows comlink and the ways a worker can die; knows nothing of
 * models. A call to a dead worker would wait for ever, so every call races the worker's death.
 */
import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import { AwakeTimer } from '../protocol/awake-timer.ts';
import type {
  EngineApi,
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadRequest,
  ReadAheadRequest,
} from '../protocol/engine.ts';
import { openEventPort } from '../protocol/event-port.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import { registerWire } from '../protocol/wire.ts';
import { wasmField } from './asset-urls.ts';
import type { EngineHandle, GenerateOptions, LoadOptions, ReadAheadOptions } from './engine.ts';
import { abortReason } from './settle.ts';

function workerDied(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: "The engine's worker is gone.",
    reason,
    remedy: 'Start a new engine and load the model again; it comes from the local copy.',
  });
}

export interface EngineClientOptions {
  /**
   * Milliseconds without a sign of life, while a call is under way and the page is awake, until the worker counts as
   * frozen; 120,000 unless told. An engine may hold its thread for as long as one prompt takes to read.
   */
  readonly silenceMs?: number;
}

const defaultSilenceMs = 120_000;

/** What a client needs of a worker; another tab's, reached over a port, has it too. */
export interface EngineThread extends EventTarget {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  terminate(): void;
}

/** A thread and the proxy of what it exposes, kept for its whole life: a collected proxy leaves its calls hanging. */
interface Link {
  readonly thread: EngineThread;
  readonly remote: Remote<EngineApi>;
}

/**
 * Wraps workers that expose `EngineApi`, one at a time. The client owns them: `dispose` terminates the last. Where it can
 * start another, a worker holds one model in its life, because its end is the only sure way to get all memory back.
 */
export class EngineClient implements EngineHandle {
  readonly #start: (() => EngineThread) | undefined;
  #link: Link;
  /** The worker holds a model, or did. */
  #used = false;
  /** Set when the worker dies. */
  #death: Fault | undefined;
  /** Ends each call under way. Not one promise to race with: that would remember every call of the worker's life. */
  readonly #underWay = new Set<(fault: Fault) => void>();
  readonly #silenceMs: number;
  /** Runs while a call does. */
  #silence: AwakeTimer | undefined;

  /** `worker` is a thread, or what starts one each time that it is called. */
  constructor(worker: EngineThread | (() => EngineThread), options: EngineClientOptions = {}) {
    registerWire();
    this.#silenceMs = options.silenceMs ?? defaultSilenceMs;
    this.#start = typeof worker === 'function' ? worker : undefined;
    this.#link = this.#connect(typeof worker === 'function' ? worker() : worker);
  }

  async load(request: LoadRequest, options: LoadOptions = {}): Promise<LoadedModel> {
    const { signal, onProgress = () => undefined } = options;
    // A load that is called off already leaves what is there as it is.
    const isWanted = signal?.aborted !== true;
    if (isWanted && this.#used && this.#start !== undefined) await this.unload();
    this.#used = true;
    const whole = { ...wasmField(), ...request };
    return await this.#listening(onProgress, (hear) =>
      this.#call(signal, (id) => this.#remote.load(id, whole, hear)),
    );
  }

  async generate(
    request: Omit<GenerateRequest, 'requestId'>,
    options: GenerateOptions = {},
  ): Promise<GenerateResult> {
    const { signal, onEvent = () => undefined } = options;
    const result = await this.#listening(onEvent, (hear) =>
      this.#call(signal, (requestId) => this.#remote.generate({ ...request, requestId }, hear)),
    );
    // The worker may have been through before it heard: who called it off gets no answer all the same.
    if (signal?.aborted === true) throw abortReason(signal);
    return result;
  }

  async readAhead(
    request: Omit<ReadAheadRequest, 'requestId'>,
    options: ReadAheadOptions = {},
  ): Promise<void> {
    await this.#call(options.signal, (requestId) => this.#remote.readAhead({ ...request, requestId }));
  }

  async countTokens(text: string): Promise<number> {
    return await this.#call(undefined, () => this.#remote.countTokens(text));
  }

  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    return await this.#call(undefined, () => this.#remote.embed(texts));
  }

  async unload(): Promise<void> {
    const link = this.#link;
    // What is under way there is told that it was stopped, before the worker ends.
    await this.#call(undefined, () => link.remote.unload());
    if (this.#start === undefined || this.#link !== link || this.#death !== undefined) return;
    link.thread.terminate();
    this.#used = false;
    this.#link = this.#connect(this.#start());
  }

  dispose(): void {
    this.#end('It was disposed of.');
  }

  get #remote(): Remote<EngineApi> {
    return this.#link.remote;
  }

  #connect(thread: EngineThread): Link {
    const link = { thread, remote: wrap<EngineApi>(thread) };
    const end = (reason: string): void => {
      if (this.#link === link) this.#end(reason);
    };
    thread.addEventListener('error', (event) => {
      event.preventDefault();
      // A script that cannot be loaded gives a bare event without a message.
      const message = event instanceof ErrorEvent ? event.message : '';
      end(message || 'Its script could not be loaded.');
    });
    thread.addEventListener('messageerror', () => end('It sent a message that cannot be read.'));
    return link;
  }

  #end(reason: string): void {
    this.#link.thread.terminate();
    this.#silence?.stop();
    this.#death ??= workerDied(reason);
    for (const reject of this.#underWay) reject(this.#death);
    this.#underWay.clear();
  }

  /** Hears the worker's events for as long as the work takes; each is a sign of life. */
  async #listening<Event, Result>(
    callback: (event: Event) => void,
    work: (hear: (event: Event) => void) => Promise<Result>,
  ): Promise<Result> {
    const port = openEventPort<Event>((event) => {
      this.#silence?.touch();
      callback(event);
    });
    try {
      return await work(port.callback);
    } finally {
      port.close();
    }
  }

  /** A worker that is asked at every tick and answers nothing is frozen: its calls would never settle. */
  #watch(): void {
    let asking = false;
    const silence = new AwakeTimer({
      limitMs: this.#silenceMs,
      onExpire: () =>
        this.#end(`It has answered nothing for ${String(Math.round(this.#silenceMs / 1000))} seconds.`),
      onTick: () => {
        if (asking) return;
        asking = true;
        const answered = (): void => {
          asking = false;
          silence.touch();
        };
        // No request has this id, so there is nothing to cancel but an answer to come.
        this.#remote.cancel('').then(answered, answered);
      },
    });
    this.#silence = silence;
  }

  /** The work's outcome, or the worker's death. */
  async #whileAlive<Result>(start: () => Promise<Result>): Promise<Result> {
    if (this.#death !== undefined) throw this.#death;
    return await new Promise<Result>((resolve, reject) => {
      this.#underWay.add(reject);
      if (this.#underWay.size === 1) this.#watch();
      start()
        .then(resolve, reject)
        .finally(() => {
          this.#underWay.delete(reject);
          if (this.#underWay.size === 0) this.#silence?.stop();
        });
    });
  }

  /** Runs a call for as long as the worker lives, and turns the signal into `cancel`. */
  async #call<Result>(
    signal: AbortSignal | undefined,
    start: (requestId: Id) => Promise<Result>,
  ): Promise<Result> {
    const requestId = newId();
    const cancel = (): void => {
      // A worker that is gone cannot be asked to stop, and need not be.
      this.#remote.cancel(requestId).catch(() => undefined);
    };
    try {
      signal?.throwIfAborted();
      // Posted before the abort can be: messages keep their order.
      const running = this.#whileAlive(() => start(requestId));
      signal?.addEventListener('abort', cancel, { once: true });
      return await running;
    } catch (error) {
      throw toFault(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }
}
