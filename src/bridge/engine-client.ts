/**
 * One engine worker, as promises that always settle. Knows comlink and the ways a worker can die; knows nothing of
 * models. A call to a dead worker would wait for ever, so every call races the worker's death.
 */
import { proxy, wrap } from 'comlink';
import type { Remote } from 'comlink';
import type {
  EngineApi,
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadRequest,
} from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import { registerWire } from '../protocol/wire.ts';
import type { EngineHandle, GenerateOptions, LoadOptions } from './engine.ts';

function workerDied(reason: string): Fault {
  return new Fault({
    code: faultCodes.workerDied,
    message: "The engine's worker is gone.",
    reason,
    remedy: 'Start a new engine and load the model again; it comes from the local copy.',
  });
}

/** Wraps a worker that exposes `EngineApi`. The client owns the worker: `dispose` terminates it. */
export class EngineClient implements EngineHandle {
  readonly #worker: Worker;
  /** Kept for the worker's whole life: a collected proxy leaves its calls hanging. */
  readonly #remote: Remote<EngineApi>;
  /** Rejects once, when the worker dies; never resolves. */
  readonly #died: Promise<never>;
  #declareDead: (fault: Fault) => void = () => undefined;

  constructor(worker: Worker) {
    registerWire();
    this.#worker = worker;
    this.#remote = wrap<EngineApi>(worker);
    this.#died = new Promise<never>((_resolve, reject) => {
      this.#declareDead = reject;
    });
    // Without a call under way nobody listens; the next call will.
    this.#died.catch(() => undefined);
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      // A script that cannot be loaded gives a bare event without a message.
      this.#end(event.message || 'Its script could not be loaded.');
    });
    worker.addEventListener('messageerror', () => this.#end('It sent a message that cannot be read.'));
  }

  async load(request: LoadRequest, options: LoadOptions = {}): Promise<LoadedModel> {
    const { signal, onProgress = () => undefined } = options;
    return await this.#call(signal, (id) => this.#remote.load(id, request, proxy(onProgress)));
  }

  async generate(
    request: Omit<GenerateRequest, 'requestId'>,
    options: GenerateOptions = {},
  ): Promise<GenerateResult> {
    const { signal, onEvent = () => undefined } = options;
    return await this.#call(signal, (requestId) =>
      this.#remote.generate({ ...request, requestId }, proxy(onEvent)),
    );
  }

  async countTokens(text: string): Promise<number> {
    return await this.#call(undefined, () => this.#remote.countTokens(text));
  }

  async unload(): Promise<void> {
    await this.#call(undefined, () => this.#remote.unload());
  }

  dispose(): void {
    this.#end('It was disposed of.');
  }

  #end(reason: string): void {
    this.#worker.terminate();
    this.#declareDead(workerDied(reason));
  }

  /** Races a call with the worker's death, and turns the signal into `cancel`. */
  async #call<Result>(
    signal: AbortSignal | undefined,
    start: (requestId: Id) => Promise<Result>,
  ): Promise<Result> {
    const requestId = newId();
    const cancel = (): void => {
      // A worker that is gone cannot be asked to stop, and need not be.
      Promise.race([this.#remote.cancel(requestId), this.#died]).catch(() => undefined);
    };
    try {
      signal?.throwIfAborted();
      // Posted before the abort can be: messages keep their order.
      const running = Promise.race([this.#died, start(requestId)]);
      signal?.addEventListener('abort', cancel, { once: true });
      return await running;
    } catch (error) {
      throw toFault(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }
}
