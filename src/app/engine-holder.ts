/**
 * The engine of a session: made when it is first needed, shared with the other tabs of the site where that is wanted.
 * Knows which kind of engine a session's options ask for; runs nothing.
 */
import { EnginePool } from '../bridge/engine-pool.ts';
import { spawnSharedEngine } from '../bridge/shared/spawn-shared-engine.ts';
import { spawnEngine } from '../bridge/spawn-engine.ts';
import type { SessionEngine, SessionOptions } from './session-state.ts';

export class EngineHolder {
  readonly #options: SessionOptions;
  #engine: SessionEngine | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get(): SessionEngine {
    const { createEngine, poolSize = 1, sharing = 'origin' } = this.#options;
    // Several workers of one tab are meant to be several: shared, they would be one.
    const spawn = sharing === 'origin' && poolSize === 1 ? spawnSharedEngine : spawnEngine;
    this.#engine ??= createEngine?.() ?? new EnginePool({ size: poolSize, spawn: () => spawn() });
    return this.#engine;
  }

  /** Ends it: an engine that failed may be dead. The next `get` makes a new one. */
  drop(): void {
    this.#engine?.dispose();
    this.#engine = undefined;
  }
}
