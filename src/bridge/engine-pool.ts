/**
 * Several engines as one: each request goes to the least busy engine with a free slot, or waits its turn.
 * An engine that dies is replaced once, and the request that died with it runs once more: generating has no effects.
 * Knows nothing of workers or models.
 */
import type { GenerateRequest, GenerateResult, LoadedModel, LoadRequest } from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import type { Engine, EngineHandle, GenerateOptions, LoadOptions } from './engine.ts';

export interface EnginePoolOptions {
  /** Makes an engine with nothing loaded. */
  readonly spawn: () => EngineHandle;
  /** Number of engines. Each holds the model in memory once. */
  readonly size: number;
}

interface Member {
  engine: EngineHandle;
  running: number;
  /** Set while a dead engine is being replaced; nothing is sent to it meanwhile. */
  reviving: Promise<void> | undefined;
  revived: boolean;
}

interface Waiting {
  readonly start: (member: Member) => void;
  readonly signal: AbortSignal | undefined;
}

function aborted(): Fault {
  return new Fault({ code: faultCodes.aborted, message: 'The work was stopped.' });
}

function isWorkerDeath(error: unknown): boolean {
  return error instanceof Fault && error.code === faultCodes.workerDied;
}

export class EnginePool implements Engine {
  readonly #spawn: () => EngineHandle;
  readonly #members: readonly Member[];
  readonly #queue: Waiting[] = [];
  #request: LoadRequest | undefined;
  #disposed = false;

  constructor(options: EnginePoolOptions) {
    this.#spawn = options.spawn;
    this.#members = Array.from({ length: options.size }, () => ({
      engine: options.spawn(),
      running: 0,
      reviving: undefined,
      revived: false,
    }));
  }

  /** Loads the model into every engine. Progress is the first engine's: it fetches, the others find the file. */
  async load(request: LoadRequest, options: LoadOptions = {}): Promise<LoadedModel> {
    const { signal } = options;
    const quiet = signal === undefined ? {} : { signal };
    const [first] = await Promise.all(
      this.#members.map(({ engine }, index) => engine.load(request, index === 0 ? options : quiet)),
    );
    if (first === undefined) throw new Fault({ code: faultCodes.unexpected, message: 'The pool is empty.' });
    this.#request = request;
    this.#dispatch();
    return first;
  }

  async generate(
    request: Omit<GenerateRequest, 'requestId'>,
    options: GenerateOptions = {},
  ): Promise<GenerateResult> {
    for (let attempt = 1; ; attempt += 1) {
      const member = await this.#acquire(options.signal);
      try {
        return await member.engine.generate(request, options);
      } catch (error) {
        if (!isWorkerDeath(error) || this.#disposed) throw error;
        await this.#revive(member);
        if (attempt === 2) throw error;
      } finally {
        member.running -= 1;
        this.#dispatch();
      }
    }
  }

  /** Ends every engine. What runs or waits rejects. */
  dispose(): void {
    this.#disposed = true;
    for (const { engine } of this.#members) engine.dispose();
    this.#dispatch();
  }

  /** A member with a free slot, already counted as running; waits in line for one. */
  async #acquire(signal: AbortSignal | undefined): Promise<Member> {
    if (signal?.aborted === true) throw aborted();
    return await new Promise<Member>((resolve, reject) => {
      const leave = (): void => {
        const place = this.#queue.indexOf(entry);
        if (place >= 0) this.#queue.splice(place, 1);
        reject(aborted());
      };
      const entry: Waiting = {
        signal,
        start: (member) => {
          signal?.removeEventListener('abort', leave);
          resolve(member);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#queue.push(entry);
      this.#dispatch();
    });
  }

  /** Gives free slots to those who wait, first come first served. */
  #dispatch(): void {
    while (this.#queue.length > 0) {
      const member = this.#leastBusy();
      if (member === undefined) return;
      member.running += 1;
      this.#queue.shift()?.start(member);
    }
  }

  #leastBusy(): Member | undefined {
    // Before a load, and after the end, the engine itself says what is wrong.
    const slots = this.#request === undefined || this.#disposed ? Infinity : this.#request.slots;
    let best: Member | undefined;
    for (const member of this.#members) {
      if (member.reviving !== undefined || member.running >= slots) continue;
      if (best === undefined || member.running < best.running) best = member;
    }
    return best;
  }

  /** Replaces a dead engine, once in its life; those that died together share the replacement. */
  async #revive(member: Member): Promise<void> {
    if (member.reviving !== undefined) return await member.reviving;
    if (member.revived) return;
    member.revived = true;
    member.reviving = this.#replace(member);
    try {
      await member.reviving;
    } finally {
      member.reviving = undefined;
    }
  }

  async #replace(member: Member): Promise<void> {
    member.engine.dispose();
    member.engine = this.#spawn();
    if (this.#request === undefined) return;
    try {
      await member.engine.load(this.#request);
    } catch (error) {
      throw toFault(error);
    }
  }
}
