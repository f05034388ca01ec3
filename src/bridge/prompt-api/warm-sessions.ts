/**
 * Sessions that have read a system prompt already, so that each request clones one instead of reading it again.
 * Keeps the few used last; a session that is being cloned is not destroyed meanwhile. Knows nothing of answers.
 */
import type { LanguageModelSession, SamplingMode } from './language-model.ts';

export interface WarmKey {
  readonly system: string;
  readonly mode: SamplingMode;
}

interface Warm {
  readonly session: Promise<LanguageModelSession>;
  cloning: number;
  /** True once it left the list; destroyed when nobody clones it any more. */
  left: boolean;
}

/** Each holds its prompt in the browser's memory. */
const mostSessions = 4;

export interface WarmClone {
  readonly session: LanguageModelSession;
  /** Whether its system prompt had been read before this request. */
  readonly warm: boolean;
}

export class WarmSessions {
  readonly #create: (key: WarmKey) => Promise<LanguageModelSession>;
  /** By key as text; the one used last stands last. */
  readonly #kept = new Map<string, Warm>();

  constructor(create: (key: WarmKey) => Promise<LanguageModelSession>) {
    this.#create = create;
  }

  /** A session of its own for one request; the caller destroys it. Rejects with what the browser throws. */
  async clone(key: WarmKey, signal: AbortSignal | undefined): Promise<WarmClone> {
    const name = JSON.stringify([key.mode, key.system]);
    const known = this.#kept.get(name);
    const warm = known ?? { session: this.#create(key), cloning: 0, left: false };
    this.#kept.delete(name);
    this.#kept.set(name, warm);
    warm.cloning += 1;
    try {
      const session = await warm.session;
      return {
        session: await session.clone(signal === undefined ? {} : { signal }),
        warm: known !== undefined,
      };
    } catch (error) {
      // A broken one is not offered again; a stop says nothing about it.
      if (signal?.aborted !== true) this.#leave(name, warm);
      throw error;
    } finally {
      warm.cloning -= 1;
      this.#destroyIfDone(warm);
      this.#trim();
    }
  }

  /** Ends all of them. */
  clear(): void {
    for (const [name, warm] of this.#kept) {
      this.#leave(name, warm);
      this.#destroyIfDone(warm);
    }
  }

  #trim(): void {
    for (const [name, warm] of this.#kept) {
      if (this.#kept.size <= mostSessions) return;
      this.#leave(name, warm);
      this.#destroyIfDone(warm);
    }
  }

  #leave(name: string, warm: Warm): void {
    warm.left = true;
    if (this.#kept.get(name) === warm) this.#kept.delete(name);
  }

  #destroyIfDone(warm: Warm): void {
    if (!warm.left || warm.cloning > 0) return;
    warm.session.then(
      (session) => session.destroy(),
      // It was never made; whoever asked for it has been told.
      () => undefined,
    );
  }
}
