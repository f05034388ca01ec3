/**
 * One engine, several users: each tab has a seat, and a seat is the whole contract of an engine. The model is loaded
 * once for all that want the same; requests take turns fairly; a tab that is gone leaves nothing behind.
 * Knows the contract; nothing of ports, tabs or libraries.
 */
import type {
  EngineApi,
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadProgress,
  LoadRequest,
  ReadAheadRequest,
} from '../protocol/engine.ts';
import { Fault, faultCodes, notLoadedFault } from '../protocol/fault.ts';
import type { FaultCode } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import { EventRelay } from './event-relay.ts';
import { FairTurns } from './fair-turns.ts';
import { RunningCalls } from './running-calls.ts';
import { untilAborted } from './until-aborted.ts';

/** A load that is under way or done, and who waits for it. */
interface SharedLoad {
  readonly id: Id;
  /** The request as text: equal texts, equal models. */
  readonly wanted: string;
  readonly listeners: Set<(progress: LoadProgress) => void>;
  readonly result: Promise<LoadedModel>;
  /** As it was reported last, for those who come later. */
  totalBytes: number;
  done: boolean;
  waiting: number;
}

/** Faults after which the model is not in memory any more. */
const goneCodes: ReadonlySet<FaultCode> = new Set([
  faultCodes.modelNotLoaded,
  faultCodes.deviceLost,
  faultCodes.outOfMemory,
]);

/** Milliseconds. */
const tellWaitingEvery = 20_000;

const sharedReason = 'Another tab of this site has the model in memory; this tab uses the same copy.';

export class EngineSeats {
  readonly #host: EngineApi;
  readonly #turns = new FairTurns(1);
  readonly #seats = new Set<EngineSeat>();
  #load: SharedLoad | undefined;

  constructor(host: EngineApi) {
    this.#host = host;
  }

  /** A seat for one more user. */
  open(): EngineSeat {
    const seat: EngineSeat = new EngineSeat({
      host: this.#host,
      turns: this.#turns,
      load: (request, onProgress, signal) => this.#share(seat, request, onProgress, signal),
      onGone: () => this.#forget(this.#load),
      isSeated: () => this.#seats.has(seat),
      leave: () => this.#leave(seat),
    });
    return seat;
  }

  async #share(
    seat: EngineSeat,
    request: LoadRequest,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<LoadedModel> {
    const wanted = JSON.stringify(request);
    const others = [...this.#seats].some((other) => other !== seat);
    if (this.#load !== undefined && this.#load.wanted !== wanted && others) {
      throw new Fault({
        code: faultCodes.unexpected,
        message: 'Another tab uses this engine with another model.',
        remedy: 'Start an engine of its own for this model.',
      });
    }
    this.#seats.add(seat);
    const joined = this.#load?.wanted === wanted && others ? this.#load : undefined;
    const load = joined ?? this.#begin(request, wanted);
    load.listeners.add(onProgress);
    load.waiting += 1;
    try {
      if (joined?.done === true) {
        const progress = {
          type: 'download-progressed',
          totalBytes: load.totalBytes,
          fromCache: true,
        } as const;
        onProgress({ ...progress, receivedBytes: 0 });
        onProgress({ ...progress, receivedBytes: load.totalBytes });
      }
      const model = await untilAborted(load.result, signal);
      if (joined === undefined) return model;
      return { ...model, choiceReasons: [...model.choiceReasons, sharedReason] };
    } catch (error) {
      this.#seats.delete(seat);
      throw error;
    } finally {
      load.waiting -= 1;
      load.listeners.delete(onProgress);
      // Nobody wants it any more.
      if (!load.done && load.waiting === 0) {
        this.#forget(load);
        await this.#host.cancel(load.id);
      }
    }
  }

  #begin(request: LoadRequest, wanted: string): SharedLoad {
    const listeners = new Set<(progress: LoadProgress) => void>();
    const id = newId();
    const state = { id, wanted, listeners, totalBytes: 0, done: false, waiting: 0 };
    const result = this.#host
      .load(id, request, (progress) => {
        if (progress.type === 'download-progressed') state.totalBytes = progress.totalBytes;
        for (const listener of listeners) listener(progress);
      })
      .then(
        (model) => {
          state.done = true;
          this.#turns.setSlots(model.slots);
          return model;
        },
        (error: unknown) => {
          this.#forget(load);
          throw error;
        },
      );
    // Who waits hears of a failure; where nobody waits any more, it is none.
    result.catch(() => undefined);
    const load: SharedLoad = Object.assign(state, { result });
    this.#load = load;
    return load;
  }

  /** The next load begins afresh. */
  #forget(load: SharedLoad | undefined): void {
    if (this.#load === load) this.#load = undefined;
  }

  /** The model leaves the memory with its last user. */
  async #leave(seat: EngineSeat): Promise<void> {
    if (!this.#seats.delete(seat) || this.#seats.size > 0) return;
    this.#load = undefined;
    await this.#host.unload();
  }
}

interface SeatOptions {
  readonly host: EngineApi;
  readonly turns: FairTurns;
  readonly load: (
    request: LoadRequest,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ) => Promise<LoadedModel>;
  /** This user has loaded the model and not left it. */
  readonly isSeated: () => boolean;
  /** The model is not in memory any more. */
  readonly onGone: () => void;
  readonly leave: () => Promise<void>;
}

/** One user's engine. */
export class EngineSeat implements EngineApi {
  readonly #options: SeatOptions;
  readonly #running = new RunningCalls();
  readonly #closed = new AbortController();

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  async load(
    requestId: Id,
    request: LoadRequest,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<LoadedModel> {
    // What runs is on the model that goes; what waits was asked of it too.
    this.#running.cancelAll();
    return await this.#tracked(requestId, (signal) => {
      const relay = new EventRelay(onProgress);
      return relay.settle(this.#options.load(request, relay.send, signal), this.#closed.signal);
    });
  }

  async generate(request: GenerateRequest, onEvent: (event: GenerateEvent) => void): Promise<GenerateResult> {
    const { host, turns } = this.#options;
    const { requestId } = request;
    this.#requireSeat();
    return await this.#tracked(requestId, (signal) => {
      const relay = new EventRelay(onEvent);
      // Who waits for long must not take it for silence.
      const waiting = setInterval(
        () => relay.send({ type: 'prefill-progressed', processedTokens: 0, promptTokens: 0 }),
        tellWaitingEvery,
      );
      const turn = turns.run(
        this,
        async () => {
          clearInterval(waiting);
          const stop = (): void => void host.cancel(requestId);
          const running = host.generate(request, relay.send);
          signal.addEventListener('abort', stop, { once: true });
          try {
            return await running;
          } catch (error) {
            if (error instanceof Fault && goneCodes.has(error.code)) this.#options.onGone();
            throw error;
          } finally {
            signal.removeEventListener('abort', stop);
          }
        },
        signal,
      );
      return relay.settle(
        turn.finally(() => clearInterval(waiting)),
        this.#closed.signal,
      );
    });
  }

  /** Takes no turn: the host reads only while nobody has one. */
  async readAhead(request: ReadAheadRequest): Promise<void> {
    const { host } = this.#options;
    this.#requireSeat();
    await this.#tracked(request.requestId, async (signal) => {
      signal.addEventListener('abort', () => void host.cancel(request.requestId), { once: true });
      await host.readAhead(request);
    });
  }

  async cancel(requestId: Id): Promise<void> {
    this.#running.cancel(requestId);
  }

  async countTokens(text: string): Promise<number> {
    this.#requireSeat();
    return await this.#options.host.countTokens(text);
  }

  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    this.#requireSeat();
    return await this.#options.host.embed(texts);
  }

  /** Leaves the model to the others; without others it is freed. */
  async unload(): Promise<void> {
    this.#running.cancelAll();
    await this.#options.leave();
  }

  /** The user is gone: stops all that it asked for. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.unload();
  }

  /** Others may have the model; who did not load it, or left it, has none. */
  #requireSeat(): void {
    if (this.#options.isSeated()) return;
    throw notLoadedFault();
  }

  /** Runs work that ends with `cancel`, or when the user is gone. */
  async #tracked<Result>(id: Id, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return await this.#running.run(id, (signal) => work(AbortSignal.any([signal, this.#closed.signal])));
  }
}
