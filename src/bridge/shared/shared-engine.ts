/**
 * An engine that the tabs of one origin share: one copy of the weights, in a worker of whichever tab asked first.
 * To its user it is an engine like any other: when the tab that owns the worker ends, calls reject with `worker-died`,
 * and the next load finds, or becomes, the new owner. Knows how to find an engine; nothing of how one recovers.
 */
import { inHexadecimal } from '../../protocol/bytes.ts';
import type {
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadRequest,
  ReadAheadRequest,
} from '../../protocol/engine.ts';
import { Fault, faultCodes, notLoadedFault, toFault } from '../../protocol/fault.ts';
import { EngineClient } from '../engine-client.ts';
import type { EngineHandle, GenerateOptions, LoadOptions, ReadAheadOptions } from '../engine.ts';
import { findEngine } from './find-engine.ts';
import type { FoundEngine } from './find-engine.ts';
import { openTabRelay } from './tab-relay.ts';

export interface SharedEngineOptions {
  /** Starts the worker that hosts the model, where this tab is the one to. */
  readonly spawn: () => Worker;
}

interface Connection {
  readonly key: string;
  readonly found: FoundEngine;
  readonly client: EngineClient;
  /** The worker is gone, here or in the other tab. */
  dead: boolean;
}

function disposedFault(): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: 'The engine was disposed of.',
    remedy: 'Start a new engine.',
  });
}

/** A short name for everything that makes two loads the same: equal names, one copy of the weights. */
async function keyOf(request: LoadRequest): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(request));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return inHexadecimal(digest.slice(0, 16));
}

/** A call, and a note where it found the worker gone. */
async function watched<Result>(connection: Connection, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Fault && error.code === faultCodes.workerDied) connection.dead = true;
    throw error;
  }
}

export class SharedEngine implements EngineHandle {
  readonly #spawn: () => Worker;
  readonly #ended = new AbortController();
  #connection: Connection | undefined;

  constructor(options: SharedEngineOptions) {
    this.#spawn = options.spawn;
  }

  /** How this tab has the model: in its own worker (lent to others, or not), or in another tab's; undefined: not yet. */
  get role(): FoundEngine['role'] | undefined {
    return this.#connection?.found.role;
  }

  async load(request: LoadRequest, options: LoadOptions = {}): Promise<LoadedModel> {
    const { signal } = options;
    try {
      const connection = await this.#connect(await keyOf(request), signal);
      return await watched(connection, connection.client.load(request, options));
    } catch (error) {
      throw toFault(error);
    }
  }

  async generate(
    request: Omit<GenerateRequest, 'requestId'>,
    options: GenerateOptions = {},
  ): Promise<GenerateResult> {
    const connection = this.#require();
    return await watched(connection, connection.client.generate(request, options));
  }

  async readAhead(
    request: Omit<ReadAheadRequest, 'requestId'>,
    options: ReadAheadOptions = {},
  ): Promise<void> {
    const connection = this.#require();
    await watched(connection, connection.client.readAhead(request, options));
  }

  async countTokens(text: string): Promise<number> {
    const connection = this.#require();
    return await watched(connection, connection.client.countTokens(text));
  }

  async unload(): Promise<void> {
    await this.#connection?.client.unload();
  }

  dispose(): void {
    this.#ended.abort(disposedFault());
    this.#leave();
  }

  #require(): Connection {
    if (this.#connection !== undefined) return this.#connection;
    throw this.#ended.signal.aborted ? disposedFault() : notLoadedFault();
  }

  async #connect(key: string, signal: AbortSignal | undefined): Promise<Connection> {
    if (this.#connection?.key === key && !this.#connection.dead) return this.#connection;
    this.#leave();
    const found = await findEngine({
      key,
      relay: openTabRelay(),
      spawn: this.#spawn,
      signal: AbortSignal.any([this.#ended.signal, ...(signal === undefined ? [] : [signal])]),
    });
    const client = new EngineClient(found.worker);
    const connection = { key, found, client, dead: false };
    this.#connection = connection;
    // Disposed of in the last moment.
    if (this.#ended.signal.aborted) this.#leave();
    return connection;
  }

  #leave(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.client.dispose();
    connection?.found.leave();
  }
}
